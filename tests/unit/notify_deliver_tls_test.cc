// SPDX-License-Identifier: MIT
// notify/deliver: TLS, certificates and logins, against a relay that is a program of its own.
#include <doctest/doctest.h>

#include "base/file.h"
#include "notify/deliver.h"
#include "relay_process.h"
#include "scripted_relay.h"

using namespace ticketmilter;
using namespace ticketmilter::notify;
using namespace ticketmilter::tests;
using config::StartTls;

namespace {

const std::atomic<bool> never = false;
const Letter letter{"", "ann@p.example", "Message-ID: <1@s.example>\r\n\r\nhi\r\n", "7"};

// A certificate for 127.0.0.1 and one for another host, made once for all cases.
const TemporaryFolder& certificates() {
  static const TemporaryFolder folder;
  static const bool made = [] {
    make_certificate(folder, "right", "IP:127.0.0.1");
    make_certificate(folder, "wrong", "DNS:other.example");
    return true;
  }();
  CHECK(made);
  return folder;
}

std::string tls(const std::string& name) {
  return certificates() / (name + ".cert") + "," + certificates() / (name + ".key");
}

config::Notify configured(const RelayProcess& relay, StartTls starttls, const std::string& scheme = "smtp") {
  config::Notify config;
  config.relay = scheme + "://127.0.0.1:" + relay.port();
  config.starttls = starttls;
  config.ca_file = certificates() / "right.cert";
  return config;
}

void check_trouble(const Outcome& outcome, const std::string& text) {
  CAPTURE(outcome.reply);
  CHECK(outcome.fate == Fate::Deferred);
  CHECK(outcome.relay_trouble);
  CHECK(outcome.reply.find(text) != std::string::npos);
}

}  // namespace

TEST_CASE("STARTTLS is used where it is wanted and offered") {
  struct Row {
    StartTls starttls;
    bool encrypted;
  };
  const TemporaryFolder folder;
  const RelayProcess relay(folder / "relay", {"--tls", tls("right")});
  for (const auto& [starttls, encrypted] :
       {Row{StartTls::None, false}, Row{StartTls::May, true}, Row{StartTls::Must, true}}) {
    CHECK(Relay(configured(relay, starttls), "", never).deliver(letter).reply.starts_with("250 2.0.0 Ok: queued as"));
    const auto last = relay.transactions().back();
    CHECK(last["tls"] == encrypted);
    CHECK(last["accepted"] == true);
    CHECK(last["message_id"] == "1@s.example");
    CHECK(last["parameters"].dump() == R"({"mail":["RET=HDRS","ENVID=7"],"rcpt":[["NOTIFY=FAILURE"]]})");
  }
}

TEST_CASE("smtps") {
  const TemporaryFolder folder;
  const RelayProcess relay(folder / "relay", {"--tls", tls("right"), "--smtps"});
  Relay ours(configured(relay, StartTls::None, "smtps"), "", never);
  CHECK(ours.deliver(letter).fate == Fate::Sent);
  CHECK(ours.deliver(letter).fate == Fate::Sent);
  CHECK(relay.transactions().back()["tls"] == true);
  CHECK(relay.transactions().back()["connection"] == 1);
}

TEST_CASE("a certificate that does not fit is the relay's trouble, unless nobody is to look") {
  const TemporaryFolder folder;
  for (const std::string scheme : {"smtp", "smtps"}) {
    CAPTURE(scheme);
    const RelayProcess relay(folder / scheme, scheme == "smtps"
                                                  ? std::vector<std::string>{"--tls", tls("wrong"), "--smtps"}
                                                  : std::vector<std::string>{"--tls", tls("wrong")});
    auto config = configured(relay, StartTls::Must, scheme);
    check_trouble(Relay(config, "", never).deliver(letter), "certificate");  // an authority that we do not know
    config.ca_file = "";
    check_trouble(Relay(config, "", never).deliver(letter), "certificate");  // nor does the system
    config.ca_file = certificates() / "wrong.cert";
    check_trouble(Relay(config, "", never).deliver(letter), "127.0.0.1");  // another name
    CHECK(relay.transactions().empty());
    config.tls_verify = false;
    CHECK(Relay(config, "", never).deliver(letter).fate == Fate::Sent);
  }
}

TEST_CASE("a relay on this host may have any certificate where TLS may be, another one may not") {
  const TemporaryFolder folder;
  const RelayProcess relay(folder / "relay", {"--tls", tls("wrong")});
  auto config = configured(relay, StartTls::May);
  CHECK(Relay(config, "", never).deliver(letter).fate == Fate::Sent);
  CHECK(relay.transactions().back()["tls"] == true);
  config.relay = "smtp://2130706433:" + relay.port();  // 127.0.0.1 once more, but not to be seen as this host
  check_trouble(Relay(config, "", never).deliver(letter), "certificate");
}

TEST_CASE("a ca_file that is not there is a trouble, not a loss") {
  const TemporaryFolder folder;
  const RelayProcess relay(folder / "relay", {"--tls", tls("right")});
  auto config = configured(relay, StartTls::Must);
  config.ca_file = folder / "missing";
  check_trouble(Relay(config, "", never).deliver(letter), "connect to");
}

TEST_CASE("a login") {
  const TemporaryFolder folder;
  const RelayProcess relay(folder / "relay", {"--tls", tls("right"), "--auth", "ann:secret"});
  auto config = configured(relay, StartTls::Must);
  check_trouble(Relay(config, "", never).deliver(letter), "530 5.7.0 Authentication required");
  config.login = "ann";
  check_trouble(Relay(config, "wrong", never).deliver(letter), "535 5.7.8 Wrong login or password");
  CHECK(Relay(config, "secret", never).deliver(letter).fate == Fate::Sent);
  CHECK(relay.transactions().back()["login"] == "ann");
}

TEST_CASE("a password does not leave this host in the clear unless TLS is configured away") {
  const std::string decimal = "smtp://2130706433:";  // as above
  const TemporaryFolder folder;
  const RelayProcess relay(folder / "relay", {"--auth", "ann:secret"});
  auto config = configured(relay, StartTls::May);
  config.login = "ann";
  CHECK(Relay(config, "secret", never).deliver(letter).fate == Fate::Sent);
  config.relay = decimal + relay.port();
  check_trouble(Relay(config, "secret", never).deliver(letter), "STARTTLS");
  config.starttls = StartTls::None;
  CHECK(Relay(config, "secret", never).deliver(letter).fate == Fate::Sent);
}

TEST_CASE("AUTH LOGIN") {
  ScriptedRelay server(
      {hello({"AUTH LOGIN"}) +
       Script{
           {"AUTH LOGIN", "334 VXNlcm5hbWU6\r\n"}, {"YW5u", "334 UGFzc3dvcmQ6\r\n"}, {"c2VjcmV0", "235 2.7.0 Ok\r\n"}} +
       taken()});
  config::Notify config;
  config.relay = server.url();
  config.login = "ann";
  CHECK(Relay(config, "secret", never).deliver(letter).fate == Fate::Sent);
  CHECK(server.complaint() == "");
}

TEST_CASE("a large message arrives as it was, with and without TLS") {
  std::string message = "Subject: large\r\n\r\n";
  for (int i = 0; message.size() < 30 << 20; ++i) {
    message += (i % 1000 == 0 ? ".dot " : "") + std::to_string(i) +
               " and some more, as long as a line of base64 may be, more or less\r\n";
  }
  const TemporaryFolder folder;
  const RelayProcess relay(folder / "relay", {"--tls", tls("right")});
  for (const auto starttls : {StartTls::None, StartTls::Must}) {
    CHECK(Relay(configured(relay, starttls), "", never).deliver({"", "ann@p.example", message, ""}).fate == Fate::Sent);
    const auto last = relay.transactions().back();
    CHECK(last["tls"] == (starttls == StartTls::Must));
    CHECK(base::read_file(last["file"], 64 << 20) == message);
  }
}

TEST_CASE("the test relay misbehaves as it is told") {
  struct Row {
    std::string how;
    Fate fate;
    std::string reply;
    bool accepted;
  };
  const Row rows[] = {{"defer", Fate::Deferred, "451 4.7.1 Try again later", false},
                      {"refuse", Fate::Failed, "550 5.1.1 No such user", false},
                      {"defer-data", Fate::Deferred, "451 4.3.0 Try again later", false},
                      {"refuse-data", Fate::Failed, "554 5.7.1 Content refused", false},
                      {"close-in-data", Fate::Deferred, "connection closed by the relay", false},
                      {"close-after-dot", Fate::Deferred, "waiting for the reply to the final dot", true},
                      {"drop", Fate::Deferred, "connection closed by the relay", false}};
  const TemporaryFolder folder;
  const RelayProcess relay(folder / "relay", {});
  for (const auto& [how, fate, reply, accepted] : rows) {
    CAPTURE(how);
    const auto before = relay.transactions().size();
    const auto outcome =
        Relay(configured(relay, StartTls::None), "", never).deliver({"", how + "@p.example", letter.message, ""});
    CHECK(outcome.fate == fate);
    CHECK(outcome.reply.find(reply) != std::string::npos);
    REQUIRE(within(std::chrono::seconds(10), [&] { return relay.transactions().size() == before + 1; }));
    CHECK(relay.transactions().back()["accepted"] == accepted);
    relay.set_mode(how);
    CHECK(Relay(configured(relay, StartTls::None), "", never).deliver(letter).fate == fate);
    relay.set_mode("ok");
    REQUIRE(
        within(std::chrono::seconds(10), [&] { return how == "drop" || relay.transactions().size() == before + 2; }));
  }
}

TEST_CASE("the test relay is late as it is told") {
  const TemporaryFolder folder;
  const RelayProcess relay(folder / "relay", {"--no-pipelining", "--no-dsn", "--size", "1000"});
  Timeouts timeouts;
  timeouts.reply = timeouts.final_reply = std::chrono::seconds(1);
  Relay ours(configured(relay, StartTls::None), "", never, timeouts);
  CHECK(ours.deliver({"", "slow-0.01@p.example", letter.message, ""}).fate == Fate::Sent);
  check_trouble(ours.deliver({"", "slow-20@p.example", letter.message, ""}),
                "timeout, waiting for the reply to the final dot");
  CHECK(relay.transactions().back()["accepted"] == true);
  check_trouble(ours.deliver({"", "hang-20@p.example", letter.message, ""}), "timeout, waiting for the reply to RCPT");
  relay.set_mode("slow 20");
  check_trouble(ours.deliver(letter), "timeout, waiting for the reply to the final dot");
  relay.set_mode("ok");
  const auto outcome = ours.deliver({"", "ann@p.example", std::string(1001, 'x'), "7"});
  CHECK(outcome.fate == Fate::Failed);
  CHECK(outcome.reply == "552 5.3.4 Message too big");
  CHECK(relay.transactions().back()["parameters"].dump() == R"({"mail":["SIZE=1001"]})");
}
