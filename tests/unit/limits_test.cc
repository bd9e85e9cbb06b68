// SPDX-License-Identifier: MIT
// policy/limits, policy/apply_limits and policy/relay: mail after mail through the path, with the tallies that each one leaves for the next.
#include "policy/limits.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "incoming.h"
#include "policy/decide.h"
#include "policy/relay.h"

using namespace ticketmilter;
using namespace std::chrono_literals;
using policy::Outcome;
using tickets::Status;
using tickets::TicketId;

namespace {

// A site, its tallies, and ticket 12.
struct Site : test::Incoming {
  int count = 0;

  Site() {
    config.limit.new_tickets_per_sender = {3, 2h};
    config.limit.reopens_per_sender = {2, 1h};
    add_twelve();
  }

  // What it came to: "450 limit-new-tickets", "accept", and the mail's tickets are made.
  std::string mail(const std::string& from, const std::vector<std::string>& to = {"help@tickets.example"},
                   const std::string& subject = "test", const std::string& text = "") {
    ++count;
    come(from, to, subject);
    facts.text = text.empty() ? "text " + std::to_string(count) : text;
    facts.message_id = "m" + std::to_string(count) + "@client.example";
    decide();
    const auto question = policy::ask(policy::make_case(*policy, facts, envelope, now));
    for (const auto& tally : plan.intent.tallies) {
      CHECK(std::count(question.tallies.begin(), question.tallies.end(), tally.id) == 1);  // nothing is written unread
      std::erase_if(view.tallies, [&](const auto& t) { return t.id == tally.id; });
      view.tallies.push_back(tally);
    }
    const bool answered = decision.outcome == Outcome::Reject || decision.outcome == Outcome::Tempfail;
    return answered ? std::to_string(decision.refusal->reply.code) + ' ' + decision.rule : name(decision.outcome);
  }
  bool acknowledged() const {
    const auto notices = plan.notices();
    return std::any_of(notices.begin(), notices.end(), [](const auto& n) { return n.template_name == "acknowledge"; });
  }
};

}  // namespace

TEST_CASE("N23 so many new tickets, then 450 4.7.1, then again when the window has slid") {
  Site s;
  for (int i = 0; i < 3; ++i) {
    CHECK(s.mail("R@Remote.example") == "accept");
    s.now += 10min;
  }
  CHECK(s.mail("r@remote.example") == "450 limit-new-tickets");
  CHECK(s.decision.refusal->reply.enhanced == "4.7.1");
  CHECK(s.plan.intent.empty());
  CHECK(s.plan.intent.tallies.empty());
  CHECK(s.mail("other@remote.example") == "accept");
  s.now += 90min;
  CHECK(s.mail("r@remote.example") == "accept");
  CHECK(s.mail("r@remote.example") == "450 limit-new-tickets");
  s.config.limit.new_tickets_per_sender.count = 0;
  CHECK(s.mail("nobody@remote.example") == "450 limit-new-tickets");
}

TEST_CASE("follow-ups, duplicates and what is refused cost nothing") {
  Site s;
  for (int i = 0; i < 5; ++i) {
    CHECK(s.mail("r@remote.example", {"help+12@tickets.example"}) == "accept");
    CHECK(s.mail("r@remote.example", {"help+comment@tickets.example"}) == "550 right-comment");
  }
  CHECK(s.view.tallies.empty());
  s.config.limit.new_tickets_per_sender.count = 1;
  CHECK(s.mail("r@remote.example") == "accept");
  s.view.duplicates = {{s.plan.intent.filings.at(0).duplicate_keys.at(0), TicketId{13}, 1, s.now}};
  --s.count;  // the same mail again
  CHECK(s.mail("r@remote.example") == "accept");
  CHECK(s.decision.duplicate_of);
  CHECK(s.plan.intent.tallies.empty());
}

TEST_CASE("a mail to two queues costs two, and can pass at all") {
  Site s;
  const std::vector<std::string> both = {"help@tickets.example", "sales@tickets.example"};
  CHECK(s.mail("r@remote.example", both) == "accept");
  CHECK(s.view.tallies.at(0).used(s.now) == 2);
  CHECK(s.mail("r@remote.example", both) == "450 limit-new-tickets");
  CHECK(s.mail("r@remote.example") == "accept");
  s.config.limit.new_tickets_per_sender.count = 1;
  CHECK(s.mail("x@remote.example", both) == "accept");
  CHECK(s.mail("x@remote.example", both) == "450 limit-new-tickets");
}

TEST_CASE("agents with proof, exempt addresses, domains and networks, and those whom a filter allows") {
  struct Row {
    const char* from;
    const char* login;
    const char* client;
    bool limited;
  };
  const Row rows[] = {
      {"a@staff.example", "ann", "", false},
      {"a@staff.example", "", "", true},  // anybody can write that
      {"monitor@remote.example", "", "", false},
      {"monitor@remote.example.evil", "", "", true},
      {"any@partner.example", "", "", false},
      {"any@sub.partner.example", "", "", true},
      {"x@remote.example", "", "192.0.2.200", false},
      {"x@remote.example", "", "198.51.100.1", true},
      {"x@remote.example", "", "", true},
      {"vip@remote.example", "", "", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.from);
    CAPTURE(row.client);
    Site s;
    s.config.limit.exempt = {"monitor@remote.example", "@partner.example", "192.0.2.0/24"};
    s.config.filter.sender_allow = {"vip@remote.example"};
    s.config.limit.new_tickets_per_sender.count = 1;
    s.envelope.login = row.login;
    s.envelope.client = row.client;
    CHECK(s.mail(row.from) == "accept");
    CHECK(s.mail(row.from) == (row.limited ? "450 limit-new-tickets" : "accept"));
    CHECK(s.view.tallies.empty() != row.limited);
  }
}

TEST_CASE("list mail counts for its list") {
  Site s;
  s.config.limit.new_tickets_per_sender.count = 2;
  s.facts.fields = {{"List-Id", "News <News.lists.example>"}};
  CHECK(s.mail("one@remote.example") == "accept");
  CHECK(s.mail("two@remote.example") == "accept");
  CHECK(s.view.tallies.at(0).id.who == "<news.lists.example>");
  CHECK(s.mail("three@remote.example") == "450 limit-new-tickets");
  s.facts.fields.clear();
  CHECK(s.mail("three@remote.example") == "accept");
}

TEST_CASE("acknowledgements are counted for the mailbox, whatever the extension") {
  const config::Limit limit;
  const auto who = [&](policy::Counted counted, const char* address) {
    return policy::tally_of(limit, counted, address).who;
  };
  using enum policy::Counted;
  CHECK(who(Acknowledgements, "robot+17@remote.example") == "robot@remote.example");
  CHECK(who(Acknowledgements, "robot+a+b@remote.example") == "robot@remote.example");
  CHECK(who(Acknowledgements, "robot@remote.example") == "robot@remote.example");
  CHECK(who(Acknowledgements, "+17@remote.example") == "+17@remote.example");
  CHECK(who(NewTickets, "robot+17@remote.example") == "robot+17@remote.example");
  CHECK(who(Stopped, "robot+17@remote.example") == "robot+17@remote.example");
}

TEST_CASE("over reopens_per_sender the mail is filed and the ticket stays closed, which its history says") {
  Site s;
  const auto reply = [&](const char* from, const char* login = "") {
    s.twelve().status = Status::Resolved;
    s.envelope.login = login;
    CHECK(s.mail(from, {"help+12@tickets.example"}) == "accept");
    return s.plan.intent.filings.at(0);
  };
  CHECK(reply("r@remote.example").ticket.status == Status::Open);
  CHECK(reply("r@remote.example").ticket.status == Status::Open);
  const auto third = reply("r@remote.example");
  CHECK(third.ticket.status == Status::Resolved);
  CHECK(third.entries.back().status_after == Status::Resolved);
  const auto& notes = third.entries.back().notes;
  CHECK(std::count(notes.begin(), notes.end(), "not reopened: r@remote.example has reopened 2 in 1h") == 1);
  CHECK(s.plan.intent.tallies.empty());
  CHECK(reply("a@staff.example", "ann").ticket.status == Status::Open);
  s.now += 61min;
  CHECK(reply("r@remote.example").ticket.status == Status::Open);
  s.twelve().status = Status::Open;
  CHECK(s.mail("r@remote.example", {"help+12@tickets.example"}) == "accept");
  CHECK(s.plan.intent.tallies.empty());
}

TEST_CASE(
    "loop-7: the third answer to us with the same text is a loop, other repeated mail only gets no acknowledgement") {
  Site s;
  const std::string re = "Re: [example.com #12] printer";
  const auto answer = [&](const std::string& text, const char* from = "r@remote.example") {
    return s.mail(from, {"help@tickets.example"}, re, text);
  };
  CHECK(answer("I am on holiday.") == "accept");
  CHECK(answer("I  am\non HOLIDAY. ") == "accept");
  CHECK(answer("I am on holiday.") == "554 loop-7");
  CHECK(s.decision.mail_class == policy::MailClass::OwnLoop);
  CHECK(s.plan.intent.tallies.empty());
  CHECK(answer("Something else.") == "accept");
  CHECK(answer("I am on holiday.", "a@remote.example") == "accept");
  s.now += 61min;
  CHECK(answer("I am on holiday.") == "accept");

  Site agents;
  agents.envelope.login = "ann";
  for (int i = 0; i < 4; ++i) {
    CHECK(agents.mail("a@staff.example", {"help@tickets.example"}, re, "Done.") == "accept");
  }
  Site typed;
  for (int i = 0; i < 4; ++i) {
    CHECK(typed.mail("r@remote.example", {"help@tickets.example"}, "[example.com #12] printer", "More.") == "accept");
  }
  for (const char* subject : {"[other.example #7] [example.com #12] printer", "[list] [example.com #12] printer"}) {
    Site passed_on;  // by another tracker, or a list
    for (int i = 0; i < 3; ++i) {
      CHECK(passed_on.mail("r@remote.example", {"help@tickets.example"}, subject, "More.") ==
            (i < 2 ? "accept" : "554 loop-7"));
    }
  }
  Site monitoring;
  monitoring.config.limit.new_tickets_per_sender.count = 20;
  monitoring.config.queues[0].acknowledge = config::Acknowledge::Always;
  for (int i = 0; i < 4; ++i) {
    CHECK(monitoring.mail("nagios@remote.example", {"help@tickets.example"}, "DOWN", "It is down.") == "accept");
    CHECK(monitoring.acknowledged() == (i < 2));
    const auto& notes = monitoring.plan.intent.filings.at(0).entries.at(0).notes;
    CHECK(std::count(notes.begin(), notes.end(), "not acknowledged: the same text again and again") == (i < 2 ? 0 : 1));
  }
  CHECK(monitoring.mail("nagios@remote.example", {"help@tickets.example"}, "UP", "It is up.") == "accept");
  CHECK(monitoring.acknowledged());
}

TEST_CASE("loop-7: what a text is signed with does not make it another one, unless there is nothing else") {
  struct Row {
    const char* name;
    std::vector<std::string> texts;
    const char* third;
  };
  const Row rows[] = {
      {"signed once more by each tracker",
       {"Hello.\n", "Hello.\n-- \nA, ticket 1\n", "Hello.\n\n--\nA\n\n-- \nB\n"},
       "554 loop-7"},
      {"CRLF", {"Hello.", "Hello.\r\n-- \r\nA\r\n", "Hello.\r\n-- \r\nB"}, "554 loop-7"},
      {"nothing above it", {"-- \nA\n", "\n-- \nB\n", "-- \nC\n"}, "accept"},
      {"another text above it", {"One.\n-- \nA", "Two.\n-- \nA", "Three.\n-- \nA"}, "accept"},
      {"a line that only begins so", {"Hello.\n--- A", "Hello.\n--- B", "Hello.\n--- C"}, "accept"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    Site s;
    std::string last;
    for (const auto& text : row.texts) {
      last = s.mail("r@remote.example", {"help@tickets.example"}, "Re: [example.com #12] printer", text);
    }
    CHECK(last == row.third);
  }
}

TEST_CASE("loop-7 does not turn a retry of what was filed into a refusal") {
  Site s;
  const std::string re = "Re: [example.com #12] printer";
  CHECK(s.mail("r@remote.example", {"help@tickets.example"}, re, "Holiday.") == "accept");
  CHECK(s.mail("r@remote.example", {"help@tickets.example"}, re, "Holiday.") == "accept");
  s.view.duplicates = {{s.plan.intent.filings.at(0).duplicate_keys.at(0), TicketId{12}, 2, s.now}};
  --s.count;
  CHECK(s.mail("r@remote.example", {"help@tickets.example"}, re, "Holiday.") == "accept");
  CHECK(s.decision.duplicate_of);
}

TEST_CASE("what a relay brings is journaled instead of refused, and put off as ever") {
  Site s;
  s.config.trust.relays = {*config::parse_network("203.0.113.0/24")};
  s.config.queues[0].rights.create = {"known"};
  s.envelope.client = "203.0.113.9";
  CHECK(s.mail("x@remote.example") == "journal");
  CHECK(s.decision.rule == "right-create");
  REQUIRE(s.plan.intent.journal.size() == 1);
  CHECK(s.plan.intent.journal_has_message);
  CHECK(s.plan.intent.journal[0].rule == "right-create");
  CHECK(s.mail("x@remote.example", {"help+nonsense@tickets.example"}) == "journal");
  s.config.queues[0].rights.create = {"anyone"};
  s.config.limit.new_tickets_per_sender.count = 0;
  CHECK(s.mail("x@remote.example") == "450 limit-new-tickets");
  s.envelope.client = "198.51.100.1";
  s.config.queues[0].rights.create = {"known"};
  CHECK(s.mail("x@remote.example") == "550 right-create");
}

TEST_CASE("the client before our relays, one Received field for each of them") {
  config::Trust trust;
  trust.relays = {*config::parse_network("203.0.113.0/24"), *config::parse_network("127.0.0.1")};
  const std::string by_client = "from x (real.example [192.0.2.7]) by relay.example.com (Postfix)";
  const std::string by_relay = "from relay (relay.example.com [203.0.113.9]) by inner.example.com (Postfix)";
  const std::string by_filter = "from localhost (localhost [127.0.0.1]) by inner.example.com (Postfix)";
  const std::string forged = "from x (trusted.example [10.0.0.1]) by relay.example.com (Postfix)";
  struct Row {
    const char* client;
    std::vector<std::string> received;
    const char* before;
  };
  const Row rows[] = {
      {"203.0.113.9", {by_client, forged}, "192.0.2.7"},
      {"203.0.113.9", {by_relay, by_client, forged}, "192.0.2.7"},
      {"203.0.113.9", {by_filter, by_relay, by_client, forged}, "192.0.2.7"},
      {"203.0.113.9", {}, ""},
      {"203.0.113.9", {"by relay.example.com (Postfix, from userid 0)", forged}, ""},
      {"203.0.113.9", {by_relay}, ""},
      {"192.0.2.7", {forged}, "192.0.2.7"},  // not a relay of ours: whatever it writes
      {"", {by_client}, ""},
  };
  for (const auto& row : rows) {
    mail::Facts facts;
    facts.fields = {{"X-First", "1"}};
    for (const auto& value : row.received) {
      facts.fields.push_back({"Received", value});
    }
    mail::Envelope envelope;
    envelope.client = row.client;
    envelope.login = "relay";
    const auto before = policy::before_relays(trust, facts, envelope);
    CHECK(before.client == row.before);
    CHECK(before.login == (before.client == row.client ? "relay" : ""));
  }
}

TEST_CASE("that client is the one that proves, or is exempt") {
  Site s;
  s.config.trust.relays = {*config::parse_network("203.0.113.0/24")};
  s.config.trust.networks = {*config::parse_network("192.0.2.0/24")};
  s.config.queues[0].rights.create = {"agents"};
  s.envelope.client = "203.0.113.9";
  s.facts.fields = {{"Received", "from x (y.example [192.0.2.7]) by relay"}};
  CHECK(s.mail("a@staff.example") == "accept");
  s.facts.fields = {{"Received", "from x (y.example [198.51.100.7]) by relay"},
                    {"Received", "from x (y.example [192.0.2.7]) by relay"}};
  CHECK(s.mail("a@staff.example") == "journal");
}
