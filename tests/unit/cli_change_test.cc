// SPDX-License-Identifier: MIT
// What is done to tickets at the desk.
#include <doctest/doctest.h>

#include <functional>

#include "base/error.h"
#include "cli/change.h"
#include "sample_config.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;
using tickets::Filing;
using tickets::Kind;
using tickets::Status;
using tickets::Ticket;
using tickets::TicketId;
using Addresses = std::vector<std::string>;

namespace {

const base::Time now{std::chrono::seconds(1000)};

config::Queue queue(const std::string& name) {
  config::Queue queue;
  queue.name = name;
  queue.addresses = {name + "@tickets.example"};
  queue.rights.create = {"anyone"};
  queue.rights.reply = {"participants", "agents"};
  queue.rights.comment = queue.rights.own = queue.rights.modify = {"agents"};
  return queue;
}

config::Agent agent(const std::string& name, const Addresses& queues) {
  config::Agent agent;
  agent.name = name;
  agent.addresses = {name + "@example.com", name + "@home.example"};
  agent.logins = {name};
  agent.queues = queues;
  return agent;
}

config::Config sample() {
  config::Config c;
  c.site.name = "example.com";
  c.site.domain = "tickets.example";
  c.queues = {queue("help"), queue("sales")};
  c.queues[0].cc = {"watch@example.com"};
  c.queues[0].admin_cc = {"team@example.com"};
  c.agents = {agent("ann", {"*"}), agent("ben", {"sales"})};
  return c;
}

Ticket sample_ticket() {
  Ticket t;
  t.id = TicketId{7};
  t.queue = "help";
  t.subject = "Printer";
  t.requestors = {"r@remote.example"};
  t.created = t.updated = now - std::chrono::hours(1);
  t.entries = 1;
  return t;
}

struct Desk {
  explicit Desk(const std::string& login, const config::Config& c = sample()) : policy(test::sample_policy(c)) {
    terms.clerk = find_clerk(policy->config, login);
  }
  policy::PolicyPtr policy;
  Terms terms{*policy, {}, now};
};

// "r@remote.example=correspond ..." as they are told.
std::string told(const Filing& filing) {
  std::string list;
  for (const auto& notice : filing.notices) {
    list += (list.empty() ? "" : " ") + notice.to + "=" + notice.template_name;
  }
  return list;
}

base::Kind failure(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& e) {
    return e.kind();
  }
  return base::Kind::Internal;
}

}  // namespace

TEST_CASE("a clerk is the agent whose login it is, or a bare login") {
  const config::Config c = sample();
  CHECK(find_clerk(c, "ann").name == "ann@example.com");
  CHECK(find_clerk(c, "ann").agent == &c.agents[0]);
  CHECK(find_clerk(c, "bob").name == "login:bob");
  CHECK(find_clerk(c, "bob").agent == nullptr);
}

TEST_CASE("A77 a ticket filed by hand tells who made it, and the door") {
  const Desk desk("bob");
  const Filing filing =
      create(desk.terms, desk.policy->config.queues[0], {"r@remote.example", " Printer\n on\x1b fire ", true});
  const Ticket& t = filing.ticket;
  CHECK(t.id == TicketId{});
  CHECK(t.queue == "help");
  CHECK(t.subject == "Printer on fire");
  CHECK(t.status == Status::New);
  CHECK(t.requestors == Addresses{"r@remote.example"});
  CHECK(t.cc.empty());  // those of the queue are asked for when somebody is to be told
  CHECK(t.admin_cc.empty());
  CHECK(t.created == now);
  CHECK(t.updated == now);
  REQUIRE(filing.entries.size() == 1);
  CHECK(filing.entries[0].kind == Kind::Create);
  CHECK(filing.entries[0].actor == "login:bob");
  CHECK(filing.entries[0].door == "ticket");
  CHECK(filing.entries[0].proven);
  CHECK(filing.has_message == std::vector<bool>{true});
}

TEST_CASE("without a text there is no message, without a subject a stand-in") {
  const Desk desk("ann");
  const Filing filing = create(desk.terms, desk.policy->config.queues[0], {"r@remote.example", " \n"});
  CHECK(filing.has_message == std::vector<bool>{false});
  CHECK(filing.ticket.subject == "(no subject)");
}

TEST_CASE("of a ticket filed by hand the same people hear as of one that came by mail") {
  const auto create_told = [](const config::Config& config, const std::string& login) {
    const Desk desk(login, config);
    return told(create(desk.terms, desk.policy->config.queues[0], {"r@remote.example", "x"}));
  };
  config::Config c = sample();
  CHECK(create_told(c, "bob") == "r@remote.example=acknowledge team@example.com=created watch@example.com=correspond");
  c.queues[0].admin_cc = {"ann@example.com"};
  CHECK(create_told(c, "ann") == "r@remote.example=acknowledge watch@example.com=correspond");
  c.queues[0].acknowledge = config::Acknowledge::Never;
  CHECK(create_told(c, "bob") == "ann@example.com=created watch@example.com=correspond");
}

TEST_CASE("what cannot be created") {
  config::Config c = sample();
  c.milter.max_subject = 5;
  c.queues[0].rights.create = {"agents"};
  const Desk ann("ann", c);
  const auto& help = ann.policy->config.queues[0];
  CHECK(failure([&] { create(ann.terms, help, {"r@remote.example", "abcdef"}); }) == base::Kind::Permanent);
  CHECK(failure([&] { create(ann.terms, help, {"sales@tickets.example", "x"}); }) == base::Kind::Permanent);
  const Desk bob("bob", c);
  CHECK(failure([&] {
          create(bob.terms, bob.policy->config.queues[0], {"r@remote.example", "x"});
        }) == base::Kind::NoPermission);
}

TEST_CASE("an answer opens the ticket and goes to requestors, cc and agents") {
  const Desk desk("ann");
  for (const Status before : {Status::New, Status::Open, Status::Stalled, Status::Resolved, Status::Rejected}) {
    Ticket ticket = sample_ticket();
    ticket.status = before;
    const Filing filing = say(desk.terms, ticket, {});
    CHECK(filing.ticket.status == Status::Open);
    REQUIRE(filing.entries.size() == 1);
    CHECK(filing.entries[0].kind == Kind::Correspond);
    CHECK(filing.entries[0].status_before == before);
    CHECK(filing.entries[0].status_after == Status::Open);
    CHECK(filing.has_message == std::vector<bool>{true});
    CHECK(filing.ticket.updated == now);
    CHECK(told(filing) == "team@example.com=correspond-agent r@remote.example=correspond watch@example.com=correspond");
  }
}

TEST_CASE("a comment changes no status, and no requestor hears of it") {
  const Desk desk("ann");
  Ticket ticket = sample_ticket();
  ticket.cc = {"c@remote.example"};
  const Filing filing = say(desk.terms, ticket, {.comment = true});
  CHECK(filing.ticket.status == Status::New);
  CHECK(filing.entries.at(0).kind == Kind::Comment);
  CHECK(told(filing) == "team@example.com=comment");
}

TEST_CASE("take, answer and resolve in one, as take-correspond-resolve by mail") {
  const Desk desk("ann");
  const Filing filing = say(desk.terms, sample_ticket(), {.take = true, .resolve = true});
  CHECK(filing.ticket.owner == "ann@example.com");
  CHECK(filing.ticket.status == Status::Resolved);
  CHECK(filing.ticket.resolved == now);
  REQUIRE(filing.entries.size() == 2);
  CHECK(filing.entries[0].kind == Kind::Take);
  CHECK(filing.entries[1].kind == Kind::Correspond);
  CHECK(filing.entries[1].status_after == Status::Resolved);
  CHECK(filing.has_message == std::vector<bool>{false, true});
}

TEST_CASE("rights at the desk are those by mail, with the effect of what went before") {
  config::Config c = sample();
  c.queues[0].rights.reply = {"owner"};
  const Desk ann("ann", c);
  CHECK(failure([&] { say(ann.terms, sample_ticket(), {}); }) == base::Kind::NoPermission);
  CHECK(say(ann.terms, sample_ticket(), {.take = true}).ticket.owner == "ann@example.com");
  const Desk ben("ben", c);  // an agent of another queue
  const Ticket t = sample_ticket();
  CHECK(failure([&] { take(ben.terms, t); }) == base::Kind::NoPermission);
  CHECK(failure([&] { say(ben.terms, t, {.comment = true}); }) == base::Kind::NoPermission);
  CHECK(failure([&] { set_status(ben.terms, t, Status::Resolved); }) == base::Kind::NoPermission);
  CHECK(failure([&] { set_fields(ben.terms, t, {.subject = "x"}); }) == base::Kind::NoPermission);
  CHECK(failure([&] { watch(ben.terms, t, "x@remote.example", {}); }) == base::Kind::NoPermission);
  CHECK(failure([&] { squelch(ben.terms, t, "x@remote.example", true); }) == base::Kind::NoPermission);
  Desk root("root", c);
  root.terms.clerk.may_all = true;
  CHECK(say(root.terms, t, {}).entries.size() == 1);
  CHECK(failure([&] { take(root.terms, t); }) == base::Kind::NoPermission);  // nobody could be told
}

TEST_CASE("taking and assigning") {
  const Desk desk("ann");
  const Filing taken = take(desk.terms, sample_ticket());
  CHECK(taken.ticket.owner == "ann@example.com");
  CHECK(taken.ticket.status == Status::Open);
  CHECK(taken.entries.at(0).kind == Kind::Take);
  CHECK(told(taken).empty());
  CHECK(take(desk.terms, taken.ticket).entries.empty());  // nothing to do

  const Filing freed = assign(desk.terms, taken.ticket, "");
  CHECK(freed.ticket.owner.empty());
  CHECK(freed.entries.at(0).notes == Addresses{"owner: ann@example.com -> none"});
  CHECK(told(freed).empty());

  Ticket sale = sample_ticket();
  sale.queue = "sales";
  const Filing given = assign(desk.terms, sale, "ben@home.example");
  CHECK(given.entries.at(0).kind == Kind::Assign);
  CHECK(told(given) == "ben@home.example=assigned");
  CHECK(failure([&] { assign(desk.terms, sample_ticket(), "ben@example.com"); }) == base::Kind::Permanent);
  CHECK(failure([&] { assign(desk.terms, sample_ticket(), "r@remote.example"); }) == base::Kind::Permanent);
}

TEST_CASE("each status, and back") {
  const Desk desk("ann");
  const Filing resolved = set_status(desk.terms, sample_ticket(), Status::Resolved);
  CHECK(resolved.entries.at(0).kind == Kind::Resolve);
  CHECK(resolved.ticket.resolved == now);
  CHECK(told(resolved) == "r@remote.example=resolved");
  CHECK(set_status(desk.terms, resolved.ticket, Status::Resolved).entries.empty());
  const Filing opened = set_status(desk.terms, resolved.ticket, Status::Open);
  CHECK(opened.entries.at(0).kind == Kind::Status);
  CHECK(opened.entries.at(0).status_before == Status::Resolved);
  CHECK_FALSE(opened.ticket.resolved);
  CHECK(told(opened).empty());
  const Ticket deleted = set_status(desk.terms, sample_ticket(), Status::Deleted).ticket;
  CHECK(deleted.status == Status::Deleted);
  CHECK(failure([&] { say(desk.terms, deleted, {}); }) == base::Kind::Permanent);
  CHECK(failure([&] { take(desk.terms, deleted); }) == base::Kind::Permanent);
  CHECK(failure([&] { set_status(desk.terms, deleted, Status::Resolved); }) == base::Kind::Permanent);
  CHECK(set_status(desk.terms, deleted, Status::Open).ticket.status == Status::Open);
}

TEST_CASE("fields, one entry for all of them") {
  const Desk desk("ann");
  Fields fields;
  fields.subject = " New\nsubject ";
  fields.queue = "sales";
  fields.priority = -3;
  fields.due = base::Time(std::chrono::hours(24));
  const Filing filing = set_fields(desk.terms, sample_ticket(), fields);
  REQUIRE(filing.entries.size() == 1);
  CHECK(filing.entries[0].kind == Kind::Set);
  CHECK(filing.entries[0].notes == Addresses{"subject: Printer -> New subject", "queue: help -> sales",
                                             "priority: 0 -> -3", "due: none -> 1970-01-02T00:00:00Z"});
  CHECK(filing.ticket.queue == "sales");
  CHECK(told(filing).empty());
  CHECK(set_fields(desk.terms, filing.ticket, fields).entries.empty());
  fields = {};
  fields.due = std::optional<base::Time>{};
  CHECK(set_fields(desk.terms, filing.ticket, fields).entries.at(0).notes ==
        Addresses{"due: 1970-01-02T00:00:00Z -> none"});
}

TEST_CASE("a move wants the right to create where it goes") {
  config::Config c = sample();
  c.queues[1].rights.create = {"ben@example.com"};
  Fields fields;
  fields.queue = "sales";
  const Desk desk("ann", c);
  CHECK(failure([&] { set_fields(desk.terms, sample_ticket(), fields); }) == base::Kind::NoPermission);
}

TEST_CASE("watchers, by role") {
  const Desk desk("ann");
  const Ticket t = sample_ticket();
  CHECK(watch(desk.terms, t, "x@remote.example", {}).ticket.cc == Addresses{"x@remote.example"});
  CHECK(watch(desk.terms, t, "ben@example.com", {}).ticket.admin_cc == Addresses{"ben@example.com"});
  const Filing asks = watch(desk.terms, t, "x@remote.example", Role::Requestor);
  CHECK(asks.ticket.requestors == Addresses{"r@remote.example", "x@remote.example"});
  CHECK(asks.entries.at(0).kind == Kind::Watch);
  CHECK(asks.entries.at(0).notes == Addresses{"requestor: x@remote.example added"});
  CHECK(watch(desk.terms, asks.ticket, "x@remote.example", Role::Requestor).entries.empty());
  CHECK(failure([&] { watch(desk.terms, t, "help@tickets.example", {}); }) == base::Kind::Permanent);
  const Filing both = watch(desk.terms, asks.ticket, "x@remote.example", Role::Cc);
  CHECK(unwatch(desk.terms, both.ticket, "x@remote.example", {}).entries.at(0).notes ==
        Addresses{"requestor: x@remote.example removed", "cc: x@remote.example removed"});
  CHECK(unwatch(desk.terms, both.ticket, "x@remote.example", Role::Cc).ticket.requestors.size() == 2);
  CHECK(failure([&] { unwatch(desk.terms, t, "x@remote.example", {}); }) == base::Kind::NotFound);
}

TEST_CASE("A54 squelched once, and unsquelched wholly; A51 who is squelched hears nothing") {
  const Desk desk("ann");
  const Filing once = squelch(desk.terms, sample_ticket(), "r@remote.example", true);
  CHECK(once.ticket.squelched == Addresses{"r@remote.example"});
  CHECK(squelch(desk.terms, once.ticket, "r@remote.example", true).entries.empty());
  CHECK(told(say(desk.terms, once.ticket, {})) == "team@example.com=correspond-agent watch@example.com=correspond");
  CHECK(squelch(desk.terms, once.ticket, "r@remote.example", false).ticket.squelched.empty());
}

TEST_CASE("a merge hands people and follow-ups on") {
  const Desk desk("ann");
  Ticket from = sample_ticket();
  from.cc = {"s@remote.example", "x@remote.example"};
  from.squelched = {"q@remote.example"};
  from.owner = "ann@example.com";
  Ticket into = sample_ticket();
  into.id = TicketId{3};
  into.requestors = {"s@remote.example"};
  const auto filings = merge(desk.terms, from, into);
  REQUIRE(filings.size() == 2);
  CHECK(filings[0].ticket.merged_into == into.id);
  CHECK(filings[0].ticket.status == Status::Resolved);
  CHECK(filings[0].entries.at(0).notes == Addresses{"merged into 3"});
  CHECK(filings[1].ticket.requestors == Addresses{"s@remote.example", "r@remote.example"});
  CHECK(filings[1].ticket.cc == Addresses{"x@remote.example"});
  CHECK(filings[1].ticket.squelched == Addresses{"q@remote.example"});
  CHECK(filings[1].ticket.owner == "ann@example.com");
  CHECK(filings[1].ticket.status == Status::New);
  CHECK(filings[1].linked == std::vector<std::size_t>{0});
  CHECK((told(filings[0]) + told(filings[1])).empty());

  CHECK(failure([&] { merge(desk.terms, from, from); }) == base::Kind::Permanent);
  CHECK(failure([&] { merge(desk.terms, filings[1].ticket, filings[0].ticket); }) == base::Kind::Permanent);
  CHECK(failure([&] { say(desk.terms, filings[0].ticket, {}); }) == base::Kind::Permanent);
}

TEST_CASE("links are told at both ends") {
  const Desk desk("ann");
  Ticket a = sample_ticket();
  Ticket b = sample_ticket();
  b.id = TicketId{3};
  auto filings = link(desk.terms, a, b, true);
  REQUIRE(filings.size() == 2);
  CHECK(filings[0].entries.at(0).notes == Addresses{"linked with 3"});
  CHECK(filings[1].entries.at(0).notes == Addresses{"linked with 7"});
  CHECK(filings[1].linked == std::vector<std::size_t>{0});
  CHECK(link(desk.terms, a, b, false).empty());
  a.links = {b.id, TicketId{9}};
  b.links = {a.id};
  CHECK(link(desk.terms, a, b, true).empty());
  filings = link(desk.terms, a, b, false);
  CHECK(filings.at(0).ticket.links == std::vector<TicketId>{TicketId{9}});
  CHECK(filings.at(1).ticket.links.empty());
  CHECK(failure([&] { link(desk.terms, a, a, true); }) == base::Kind::Permanent);
}
