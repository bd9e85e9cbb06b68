// SPDX-License-Identifier: MIT
// What the pipe door makes of a mail, the environment and the command line.
#include <doctest/doctest.h>

#include <map>

#include "base/error.h"
#include "mailgate/handed_over.h"

using namespace ticketmilter;
using mailgate::Handed;
using mailgate::Wanted;

namespace {

config::Config desk() {
  config::Config config;
  config.address.delimiter = "+";
  config::Queue queue;
  queue.name = "support";
  queue.addresses = {"support@tickets.example"};
  config.queues = {queue};
  return config;
}

config::Config adapted(const Wanted& wanted) {
  config::Config config = desk();
  mailgate::adapt(config, wanted);
  return config;
}

Handed hand(const std::string& input, const std::map<std::string, std::string>& environment, const Wanted& wanted) {
  const auto get = [&](const char* name) {
    const auto it = environment.find(name);
    return it == environment.end() ? "" : it->second;
  };
  return mailgate::read_handed(input, get, wanted, adapted(wanted));
}

const std::string plain =
    "Return-Path: <rita@remote.example>\nReceived: from a (b [192.0.2.1])\n\tby c with ESMTP\n"
    " id 4XyZ;\n\tFri, 27 Nov 2026\nFrom: Rita <r@remote.example>\nSubject: x\n\nhi\n";

}  // namespace

TEST_CASE("the recipient is the queue's address with what the command line and EXTENSION say") {
  const auto recipient = [](const std::string& action, const std::string& kind, const std::string& extension) {
    return hand(plain, {{"EXTENSION", extension}}, {"Support", action, kind}).envelope.recipients.at(0);
  };
  CHECK(recipient("correspond", "", "42") == "<support@tickets.example>");
  CHECK(recipient("correspond", "ticket", "42") == "<support+42@tickets.example>");
  CHECK(recipient("correspond", "ticket", "") == "<support@tickets.example>");
  CHECK(recipient("comment", "", "") == "<support+comment@tickets.example>");
  CHECK(recipient("comment-resolve", "auto", "42") == "<support+42-comment-resolve@tickets.example>");
}

TEST_CASE("the sender is the environment's, the mailbox's, the Return-Path or the author") {
  CHECK(hand(plain, {{"SENDER", "s@remote.example"}}, {"support"}).envelope.sender == "<s@remote.example>");
  CHECK(hand(plain, {{"SENDER", "MAILER-DAEMON"}}, {"support"}).envelope.sender == "<>");
  CHECK(hand("From m@remote.example Fri Nov 27\n" + plain, {}, {"support"}).envelope.sender == "<m@remote.example>");
  CHECK(hand(plain, {}, {"support"}).envelope.sender == "<rita@remote.example>");
  CHECK(hand("Return-Path: <>\n" + plain, {}, {"support"}).envelope.sender == "<>");
  CHECK(hand("From: r@remote.example\n\n", {}, {"support"}).envelope.sender == "<r@remote.example>");
  CHECK(hand("Subject: x\n\n", {}, {"support"}).envelope.sender == "<>");
}

TEST_CASE("where it came from") {
  const auto envelope =
      hand(plain, {{"CLIENT_ADDRESS", "192.0.2.7"}, {"CLIENT_HELO", "h"}, {"SASL_USERNAME", "ann"}}, {"support"})
          .envelope;
  CHECK(envelope.client == "192.0.2.7");
  CHECK(envelope.helo == "h");
  CHECK(envelope.login == "ann");
  CHECK(envelope.mta_id == "4XyZ");
  CHECK(envelope.answered_for);
  CHECK(hand("Received: id\nFrom: r@remote.example\n\n", {}, {"support"}).envelope.mta_id.empty());
}

TEST_CASE("lines end as on the wire, and what is no message is none") {
  CHECK(hand("From x\nSubject: x\n\nhi\n", {}, {"support"}).message == "Subject: x\r\n\r\nhi\r\n");
  CHECK_THROWS_AS(hand("hello\n", {}, {"support"}), base::Error);
  CHECK_THROWS_AS(hand("", {}, {"support"}), base::Error);
}

TEST_CASE("the configuration is adapted") {
  CHECK_THROWS_AS(adapted({"sales"}), base::Error);
  using enum config::ExtensionMode;
  const auto mode = [](const char* action, const char* kind) {
    return adapted({"support", action, kind}).queues[0].extension;
  };
  CHECK(mode("correspond", "ticket") == Ticket);
  CHECK(mode("correspond", "queue") == Queue);
  CHECK(mode("correspond", "action") == Action);
  CHECK(mode("comment", "ticket") == Auto);
  CHECK(mode("correspond", "") == Auto);
}
