// SPDX-License-Identifier: MIT
// A ticket filed by hand.
#include <doctest/doctest.h>

#include "cli/draft.h"
#include "sample_config.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;

namespace {

config::Config sample() {
  config::Config c;
  config::Queue queue;
  queue.name = "help";
  queue.addresses = {"help@tickets.example"};
  queue.cc = {"watch@example.com"};
  queue.admin_cc = {"team@example.com"};
  c.queues = {queue};
  config::Agent ann;
  ann.name = "Ann Clerk";
  ann.addresses = {"ann@example.com", "a@example.com"};
  ann.logins = {"ann"};
  c.agents = {ann};
  return c;
}

}  // namespace

TEST_CASE("a clerk is the agent whose login it is, or a bare login") {
  const config::Config c = sample();
  CHECK(find_clerk(c, "ann").name == "ann@example.com");
  CHECK(find_clerk(c, "ann").agent == &c.agents[0]);
  CHECK(find_clerk(c, "bob").name == "login:bob");
  CHECK(find_clerk(c, "bob").agent == nullptr);
}

TEST_CASE("A77 the draft of a ticket tells who made it, and the door") {
  const config::Config c = sample();
  const base::Time now{std::chrono::seconds(1000)};
  const auto message = std::make_shared<tickets::PackedMessage>();
  const Draft draft{"r@remote.example", " Printer\n on\x1b fire ", message, now};
  const tickets::Intent intent = draft_ticket(draft, find_clerk(c, "bob"), c.queues[0]);
  REQUIRE(intent.filings.size() == 1);
  const tickets::Ticket& t = intent.filings[0].ticket;
  CHECK(t.id == tickets::TicketId{});
  CHECK(t.queue == "help");
  CHECK(t.subject == "Printer on fire");
  CHECK(t.status == tickets::Status::New);
  CHECK(t.requestors == std::vector<std::string>{"r@remote.example"});
  CHECK(t.cc.empty());  // those of the queue are asked for when somebody is to be told
  CHECK(t.admin_cc.empty());
  CHECK(t.created == now);
  CHECK(t.updated == now);
  REQUIRE(intent.filings[0].entries.size() == 1);
  const tickets::Entry& e = intent.filings[0].entries[0];
  CHECK(e.kind == tickets::Kind::Create);
  CHECK(e.actor == "login:bob");
  CHECK(e.door == "ticket");
  CHECK(e.proven);
  CHECK(intent.filings[0].has_message == std::vector<bool>{true});
  CHECK(intent.message == message);
  REQUIRE(intent.people.size() == 1);
  CHECK(intent.people[0].address == "r@remote.example");
}

TEST_CASE("without a text there is no message, without a subject a stand-in") {
  const config::Config c = sample();
  const tickets::Intent intent =
      draft_ticket({"r@remote.example", " \n", nullptr, {}}, find_clerk(c, "ann"), c.queues[0]);
  CHECK(intent.filings.at(0).has_message == std::vector<bool>{false});
  CHECK(intent.filings.at(0).ticket.subject == "(no subject)");
}

TEST_CASE("of a ticket filed by hand the same people hear as of one that came by mail") {
  config::Config c = sample();
  c.site.name = "example.com";
  c.site.domain = "tickets.example";
  const auto told = [](const config::Config& config, const std::string& login, bool& held) {
    const auto policy = test::sample_policy(config);
    const auto& queue = policy->config.queues[0];
    const Clerk clerk = find_clerk(policy->config, login);
    tickets::Intent intent = draft_ticket({"r@remote.example", "x", nullptr, {}}, clerk, queue);
    const auto terms = plan_notices(clerk, queue, *policy, intent);
    CHECK(terms.verified);
    held = terms.held;
    std::string list;
    for (const auto& notice : intent.filings.at(0).notices) {
      list += notice.to + "=" + notice.template_name + " ";
    }
    return list;
  };
  bool held = true;
  CHECK(told(c, "bob", held) == "r@remote.example=acknowledge team@example.com=created watch@example.com=correspond ");
  CHECK_FALSE(held);
  c.queues[0].admin_cc = {"ann@example.com"};
  CHECK(told(c, "ann", held) == "r@remote.example=acknowledge watch@example.com=correspond ");
  c.queues[0].acknowledge = config::Acknowledge::Never;
  c.milter.mode = config::Mode::Copy;
  CHECK(told(c, "bob", held) == "ann@example.com=created watch@example.com=correspond ");
  CHECK(held);
}
