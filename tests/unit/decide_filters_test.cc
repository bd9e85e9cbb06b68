// SPDX-License-Identifier: MIT
// Filters on the path of a message: which stage they act at, whom they spare, and what a refusal leaves behind, which is nothing.
#include <doctest/doctest.h>

#include <algorithm>

#include "incoming.h"

using namespace ticketmilter;
using policy::Outcome;
using test::mailbox;
using tickets::TicketId;

namespace {

// A mail from x@remote.example to help@; r@remote.example is on file, and ticket 12 is theirs.
struct Scene : test::Incoming {
  explicit Scene(const std::string& from = "x@remote.example", const std::string& to = "help@tickets.example") {
    come(from, {to}, "Great casino");
    facts.fields = {{"From", from}, {"Subject", facts.subject}};
    config.queues.push_back(test::queue("vip", "vip"));
    config.filter.presets = {};
    add_twelve().queue = "sales";
    view.people = {{"r@remote.example", "", {}}};
    tickets::Notice notice;
    notice.id = 3;
    notice.ticket = TicketId{12};
    view.notices = {notice};
  }
  policy::Tokens tokens() const { return {config.site, test::sample_secrets()}; }
  config::FilterRule& rule(const std::string& action, const char* field = "subject", const char* value = "casino") {
    config::FilterRule rule;
    rule.id = "rule-" + std::to_string(config.filter.rules.size() + 1);
    rule.all = {{field, "contains", {value}, false}};
    rule.action = action;
    return config.filter.rules.emplace_back(std::move(rule));
  }
  // "accept new" "accept 12" "reject sender-deny", "!" behind it when it leaves anything but a line in the journal.
  std::string run() {
    std::string text = decide();
    if (decision.outcome != Outcome::Accept) {
      const bool trace = !plan.intent.filings.empty() || !plan.intent.people.empty() || !plan.notices().empty();
      text += " " + decision.rule + (trace ? "!" : "");
    }
    return text;
  }
  // At RCPT: the rule that refuses.
  std::string early() {
    policy = test::sample_policy(config);
    const policy::Route route = policy->router.route(envelope.recipients.front(), false);
    const auto hits = policy->filters.try_terms({envelope, route.recipient});
    const auto refusal = policy::refuse_recipient(*policy, route, view, hits);
    return refusal ? refusal->rule : "";
  }
  bool noted(const std::string& what) const {
    const auto& notes = plan.intent.filings.at(0).entries.back().notes;
    return std::any_of(notes.begin(), notes.end(), [&](const auto& n) { return n.find(what) != std::string::npos; });
  }
};

}  // namespace

TEST_CASE("denied senders and subjects leave nothing behind, allow wins over deny") {
  Scene s;
  CHECK(s.run() == "accept new");
  s.config.filter.subject_deny = {"casino"};
  CHECK(s.run() == "reject subject-deny");
  CHECK(s.plan.intent.empty());
  CHECK(s.decision.refusal->reply.code == 550);
  CHECK(s.decision.refusal->reply.enhanced == "5.7.1");
  CHECK(s.decision.refusal->reply.text == "refused by rule subject-deny (x@remote.example)");
  s.config.filter.sender_allow = {"@remote.example"};
  CHECK(s.run() == "accept new");
  s.config.filter.sender_deny = {"x@remote"};
  CHECK(s.run() == "accept new");
  s.config.filter.sender_allow = {};
  CHECK(s.run() == "reject sender-deny");
}

TEST_CASE("N21 Out of Office from <>, and from a person; N22 display name Postmaster") {
  Scene s;
  s.config.filter.presets = {"standard"};
  s.facts.subject = "Out of Office: back Monday";
  CHECK(s.run() == "accept new");
  s.envelope.sender = "<>";
  CHECK(s.run() == "reject preset-standard");
  CHECK(s.early() == "");
  Scene p;
  p.facts.from[0].name = "Postmaster";
  CHECK(p.run() == "accept new");
  p.config.filter.presets = {"trackit"};
  CHECK(p.run() == "reject preset-trackit");
}

TEST_CASE("at RCPT and at the end of the message the envelope is judged alike") {
  Scene s;
  s.config.filter.sender_deny = {"@remote.example"};
  CHECK(s.early() == "sender-deny");
  CHECK(s.run() == "reject sender-deny");
  s.facts.in_reply_to = {s.tokens().message_id({TicketId{12}, 1, 1})};
  CHECK(s.run() == "reject sender-deny");  // as a client would be told that never got to show its header
  s.config.filter.dry_run = true;
  CHECK(s.early() == "");
  CHECK(s.run() == "accept 12");
  s.facts.in_reply_to = {};
  s.config.filter = {};
  s.config.filter.subject_deny = {"casino"};
  CHECK(s.early() == "");
  s.config.filter.sender_deny = {"@remote.example"};
  s.config.filter.sender_allow = {"boss"};
  CHECK(s.early() == "");  // the author may yet be the boss
  for (const char* action : {"discard", "journal"}) {
    s.config.filter = {};
    s.rule(action, "envelope.sender", "remote");
    CHECK(s.early() == "");  // a 250 is given at the end of the message
    CHECK(s.run() == std::string(action) + " rule-1");
  }
  s.config.filter.rules[0].action = "tempfail";
  CHECK(s.early() == "rule-1");
  s.config.filter.rules[0].queues = {"sales"};
  CHECK(s.early() == "");
  CHECK(s.run() == "accept new");
}

TEST_CASE("a term on the recipient concerns that recipient") {
  Scene s;
  s.rule("reject", "envelope.recipient", "sales@");
  s.envelope.recipients = {"<help@tickets.example>", "<sales@tickets.example>"};
  CHECK(s.run() == "accept new");
  REQUIRE(s.plan.intent.journal.size() == 1);
  CHECK(s.plan.intent.journal[0].rule == "rule-1");
  CHECK(s.plan.intent.journal[0].recipients == std::vector<std::string>{"<sales@tickets.example>"});
  s.envelope.recipients = {"<sales@tickets.example>"};
  CHECK(s.early() == "rule-1");
}

TEST_CASE("mail with a token of ours is spared, unless strict") {
  Scene s;
  s.config.filter.sender_deny = {"@remote.example"};
  s.config.filter.subject_deny = {"casino"};
  const auto reply_to = [&](const std::string& person) {
    return "<help+" + s.tokens().reply_extension(TicketId{12}, person) + "@tickets.example>";
  };
  for (const std::string& to : {reply_to("r@remote.example"), reply_to("x@remote.example"),
                                "<bounce+" + s.tokens().bounce_extension(TicketId{12}, 3) + "@tickets.example>"}) {
    CAPTURE(to);
    s.envelope.recipients = {to};
    s.config.filter.strict = false;
    CHECK(s.early() == "");
    CHECK(s.run() == "accept 12");
    CHECK(s.noted("filter sender-deny: would refuse"));
    s.config.filter.strict = true;
    CHECK(s.early() == "sender-deny");
    CHECK(s.run() == "reject sender-deny");
  }
  s.config.filter.strict = false;
  s.envelope.recipients = {"<help+12.aaaaaaaaaaaaaaaa@tickets.example>"};
  CHECK(s.early() == "");  // whose token it is says the author
  CHECK(s.run() == "reject sender-deny");
  s.envelope.recipients = {"<help@tickets.example>"};
  s.config.filter.sender_deny = {};
  s.facts.in_reply_to = {s.tokens().message_id({TicketId{12}, 1, 1})};
  CHECK(s.run() == "accept 12");
  s.facts.in_reply_to = {s.tokens().message_id({TicketId{99}, 1, 1})};
  CHECK(s.run() == "reject subject-deny");
}

TEST_CASE("machine mail that belongs to a ticket is spared") {
  Scene s("r@remote.example", "help+12@tickets.example");
  s.config.filter.presets = {"standard"};
  s.facts.subject = "Out of Office";
  s.facts.fields.push_back({"Auto-Submitted", "auto-replied"});
  CHECK(s.run() == "accept 12");
  CHECK(s.noted("filter preset-standard"));
  s.config.filter.strict = true;
  CHECK(s.run() == "reject preset-standard");
  s.config.filter.strict = false;
  s.envelope.recipients = {"<help@tickets.example>"};
  CHECK(s.run() == "reject preset-standard");  // before what [automatic] says
  Scene bounce("mailer-daemon@mx.example");
  bounce.config.filter.presets = {"standard"};
  bounce.envelope.sender = "<>";
  bounce.facts.subject = "Undeliverable: mail";
  CHECK(bounce.run() == "reject preset-standard");
  const std::string ours = bounce.tokens().bounce_extension(TicketId{12}, 3);
  bounce.envelope.recipients = {"<bounce+" + ours + "@tickets.example>"};
  CHECK(bounce.run() == "accept 12");
}

TEST_CASE("a dry run refuses nothing and marks the history") {
  Scene s;
  s.config.filter.dry_run = true;
  s.config.filter.subject_deny = {"casino"};
  s.config.filter.accept_from = config::AcceptFrom::Agents;
  s.rule("set").set_queue = "vip";
  CHECK(s.run() == "accept new");
  CHECK(s.noted("filter subject-deny: would refuse, but this is a dry run"));
  CHECK(s.noted("filter accept-from: would refuse"));
  CHECK(s.plan.intent.filings[0].ticket.queue == "vip");
}

TEST_CASE("binds and accept_from ask who is on file") {
  const auto kinds = [](const std::string& from, const std::string& login, config::AcceptFrom accept,
                        const std::vector<std::string>& binds) {
    Scene s(from);
    s.envelope.login = login;
    s.config.filter.accept_from = accept;
    s.rule("reject").binds = binds;
    return s.run();
  };
  using config::AcceptFrom;
  const char* stranger = "x@remote.example";
  const char* known = "r@remote.example";
  const char* ann = "a@staff.example";
  CHECK(kinds(stranger, "", AcceptFrom::Any, {"unknown"}) == "reject rule-1");
  CHECK(kinds(known, "", AcceptFrom::Any, {"unknown"}) == "accept new");
  CHECK(kinds(known, "", AcceptFrom::Any, {"requestor"}) == "reject rule-1");
  CHECK(kinds(ann, "ann", AcceptFrom::Any, {"requestor", "unknown"}) == "accept new");
  CHECK(kinds(ann, "ann", AcceptFrom::Any, {"agent"}) == "reject rule-1");
  CHECK(kinds(ann, "", AcceptFrom::Any, {"agent"}) == "accept new");  // From can be typed by anyone
  CHECK(kinds(ann, "", AcceptFrom::Any, {"unknown"}) == "accept new");
  CHECK(kinds(stranger, "", AcceptFrom::Requestors, {"agent"}) == "reject accept-from");
  CHECK(kinds(known, "", AcceptFrom::Requestors, {"agent"}) == "accept new");
  CHECK(kinds(known, "", AcceptFrom::Agents, {"agent"}) == "reject accept-from");
  CHECK(kinds(ann, "", AcceptFrom::Agents, {"unknown"}) == "reject accept-from");
  CHECK(kinds(ann, "ann", AcceptFrom::Agents, {"unknown"}) == "accept new");
  CHECK(kinds(stranger, "", AcceptFrom::RequestorsAndAgents, {"agent"}) == "reject accept-from");
}

TEST_CASE("every action") {
  Scene s;
  auto& rule = s.rule("reject");
  rule.code = 554;
  rule.enhanced = "5.7.7";
  rule.text = "go away, {address}";
  CHECK(s.run() == "reject rule-1");
  CHECK(s.decision.refusal->reply.code == 554);
  CHECK(s.decision.refusal->reply.text == "go away, x@remote.example");
  REQUIRE(s.plan.refused.size() == 1);
  CHECK(s.plan.refused[0].refused);
  CHECK(s.plan.intent.empty());
  s.config.filter.rules[0].action = "tempfail";
  CHECK(s.run() == "tempfail rule-1");
  CHECK(s.plan.intent.empty());
  CHECK(s.plan.refused.empty());
  s.config.filter.rules[0].action = "discard";
  CHECK(s.run() == "discard rule-1");
  CHECK(s.plan.intent.journal.size() == 1);
  CHECK(s.plan.intent.journal_has_message);  // as it was answered 250
  s.config.filter.rules[0].action = "journal";
  CHECK(s.run() == "journal rule-1");
  CHECK(s.plan.intent.journal.at(0).rule == "rule-1");
  CHECK(s.plan.intent.journal_has_message);
  s.config.filter.rules[0].action = "accept";
  s.config.filter.accept_from = config::AcceptFrom::Agents;
  CHECK(s.run() == "accept new");
  CHECK(s.noted("filter rule-1: accepts"));
}

TEST_CASE("set changes a new ticket, and no other") {
  Scene s("r@remote.example");
  const auto acknowledged = [&] {
    const auto notices = s.plan.notices();
    return std::any_of(notices.begin(), notices.end(), [](const auto& n) { return n.template_name == "acknowledge"; });
  };
  CHECK(s.run() == "accept new");
  CHECK(acknowledged());
  auto& rule = s.rule("set");
  rule.set_queue = "vip";
  rule.set_priority = 7;
  rule.set_acknowledge = "never";
  CHECK(s.run() == "accept new");
  CHECK(s.plan.intent.filings[0].ticket.queue == "vip");
  CHECK(s.plan.intent.filings[0].ticket.priority == 7);
  CHECK(s.noted("filter rule-1: sets"));
  CHECK_FALSE(acknowledged());
  s.config.filter.rules[0].set_acknowledge = "always";
  s.facts.from = {mailbox("x@remote.example")};
  CHECK(s.run() == "accept new");
  CHECK(acknowledged());
  s.config.queues[2].rights.create = {"agents"};
  CHECK(s.run() == "reject right-create");  // the rights are those of the queue it is to stand in
  s.facts.from = {mailbox("r@remote.example")};
  s.envelope.recipients = {"<help+12@tickets.example>"};
  CHECK(s.run() == "accept 12");
  CHECK(s.plan.intent.filings[0].ticket.queue == "sales");
  CHECK(s.plan.intent.filings[0].ticket.priority == 0);
  CHECK_FALSE(s.noted("filter"));
}

TEST_CASE("list-3 a trusted hop's spam verdict: ignored, marked or refused") {
  Scene s;
  s.config.trust.authserv_ids = {"mx.example.test"};
  s.facts.fields = {{"Authentication-Results", "mx.example.test; spf=pass"},
                    {"X-Spam-Flag", "YES"},
                    {"Received", "from x by y; Sat, 21 Nov 2026 05:00:00 +0000"},
                    {"From", "x@remote.example"}};
  CHECK(s.run() == "accept new");
  CHECK_FALSE(s.noted("filter"));
  s.config.filter.spam = config::Spam::Tag;
  CHECK(s.run() == "accept new");
  CHECK(s.noted("filter spam: tags"));
  s.config.filter.spam = config::Spam::Reject;
  CHECK(s.run() == "reject spam");
  s.config.trust.authserv_ids = {};
  CHECK(s.run() == "accept new");
}
