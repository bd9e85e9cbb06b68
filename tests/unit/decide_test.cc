// SPDX-License-Identifier: MIT
// policy/decide and policy/plan: a case is spelt out as values, so each row of the acceptance list is a few lines here.
#include "policy/decide.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "incoming.h"

using namespace ticketmilter;
using namespace std::chrono_literals;
using policy::Outcome;
using test::mailbox;
using tickets::Status;
using tickets::Ticket;
using tickets::TicketId;

namespace {

// A message, what surrounds it, and what the store knows; run() takes it through the path.
struct Scene : test::Incoming {
  Scene(const std::string& from, const std::vector<std::string>& to, const std::string& subject = "test") {
    come(from, to, subject);
    facts.fields = {{"From", from}, {"Subject", subject}};
    envelope.door = "milter";
    auto& t = add_twelve();
    t.subject = "printer";
    t.admin_cc = {"a@staff.example"};
  }
  Scene& login(const std::string& name) {
    envelope.login = name;
    return *this;
  }
  Scene& sent_notice(std::uint64_t id) {
    tickets::Notice notice;
    notice.id = id;
    notice.ticket = TicketId{12};
    notice.to = "r@remote.example";
    notice.template_name = "correspond";
    notice.state = tickets::NoticeState::Sent;
    view.notices = {notice};
    return *this;
  }
  Scene& run() {
    became_ = decide();
    return *this;
  }
  // "accept 12" "accept new" "550 5.7.1 right-own"
  std::string verdict() const {
    return decision.outcome != Outcome::Reject ? became_
                                               : std::to_string(decision.refusal->reply.code) + " " +
                                                     decision.refusal->reply.enhanced + " " + decision.rule;
  }
  // "take comment*": kinds in order, the one with the message marked.
  std::string entries(std::size_t filing = 0) const {
    std::string text;
    const auto& f = plan.intent.filings.at(filing);
    for (std::size_t i = 0; i < f.entries.size(); ++i) {
      text += std::string(text.empty() ? "" : " ") + name(f.entries[i].kind) + (f.has_message[i] ? "*" : "");
    }
    return text;
  }
  const Ticket& ticket(std::size_t filing = 0) const { return plan.intent.filings.at(filing).ticket; }
  bool hears(const std::string& who) const {
    const auto notices = plan.notices();
    return std::any_of(notices.begin(), notices.end(), [&](const auto& n) { return n.to == who; });
  }

 private:
  std::string became_;
};

Scene agent(const std::vector<std::string>& to) {
  Scene s("a@staff.example", to);
  s.login("ann");
  return s;
}

}  // namespace

TEST_CASE("A3 A6 a new mail is a new ticket") {
  Scene s("x@remote.example", {"help@tickets.example"}, "Tr\xC3\xA8s urgent");
  CHECK(s.run().verdict() == "accept new");
  CHECK(s.entries() == "create*");
  CHECK(s.ticket().subject == "Tr\xC3\xA8s urgent");
  CHECK(s.ticket().status == Status::New);
  CHECK(s.ticket().requestors == std::vector<std::string>{"x@remote.example"});
  CHECK(s.plan.intent.people.size() == 1);
}

TEST_CASE("A7 A8 who may create") {
  Scene s("x@remote.example", {"help@tickets.example"});
  s.config.queues[0].rights.create = {"agents"};
  CHECK(s.run().verdict() == "550 5.7.1 right-create");
  CHECK(s.plan.intent.empty());
  CHECK(s.plan.notices().empty());
  s.config.queues[0].rights.create = {"anyone"};
  CHECK(s.run().verdict() == "accept new");
}

TEST_CASE("A9 A10 A11 who may use a bare number") {
  Scene s("stranger@x.example", {"help+12@tickets.example"});
  CHECK(s.run().verdict() == "accept new");
  CHECK(s.plan.intent.filings[0].linked_ids == std::vector{TicketId{12}});
  s.config.trust.followup_by_number = config::FollowupByNumber::Anyone;
  CHECK(s.run().verdict() == "accept 12");
  s.config.queues[0].rights.reply = {"participants"};
  CHECK(s.run().verdict() == "550 5.7.1 right-reply");
  CHECK(s.decision.refusal->reply.text.find("12") != std::string::npos);

  Scene r("r@remote.example", {"help+12@tickets.example"});
  CHECK(r.run().verdict() == "accept 12");
  CHECK(r.entries() == "correspond*");
  CHECK(r.plan.intent.filings[0].entries[0].extension == "12");
}

TEST_CASE("N16 an unknown ticket in the address, N17 in the subject") {
  Scene s("r@remote.example", {"help+99999@tickets.example"});
  CHECK(s.run().verdict() == "550 5.1.1 unknown-ticket");
  Scene t("r@remote.example", {"help@tickets.example"}, "[example.com #99999] x");
  CHECK(t.run().verdict() == "accept new");
  CHECK(t.ticket().subject == "x");
  Scene d("r@remote.example", {"help+12@tickets.example"});
  d.twelve().status = Status::Deleted;
  CHECK(d.run().verdict() == "550 5.1.1 unknown-ticket");
}

TEST_CASE("A12 A13 A14 comments") {
  CHECK(Scene("r@remote.example", {"help+comment@tickets.example"}, "[example.com #12] x").run().verdict() ==
        "550 5.7.1 right-comment");
  Scene s = agent({"help+comment@tickets.example"});
  s.facts.subject = "[example.com #12] x";
  CHECK(s.run().verdict() == "accept 12");
  CHECK(s.entries() == "comment*");
  CHECK_FALSE(s.hears("r@remote.example"));
  // The address is not enough: From can be typed by anyone.
  CHECK(agent({"help+comment-12@tickets.example"}).login("").run().verdict() == "550 5.7.1 right-comment");
}

TEST_CASE("a comment that opens a ticket keeps its text to the agents") {
  Scene s = agent({"help-comment@tickets.example"});
  CHECK(s.run().verdict() == "accept new");
  CHECK(s.entries() == "create comment*");
}

TEST_CASE("A19 to A22 take and resolve") {
  Scene take = agent({"help+take-12@tickets.example"});
  CHECK(take.run().verdict() == "accept 12");
  CHECK(take.entries() == "take");
  CHECK(take.ticket().owner == "a@staff.example");
  CHECK(take.ticket().status == Status::Open);

  Scene both = agent({"help+take-correspond-12@tickets.example"});
  CHECK(both.run().verdict() == "accept 12");
  CHECK(both.entries() == "take correspond*");
  CHECK(both.ticket().owner == "a@staff.example");

  Scene resolve = agent({"help+resolve-12@tickets.example"});
  CHECK(resolve.run().entries() == "resolve");
  CHECK(resolve.ticket().status == Status::Resolved);
  resolve.twelve().status = Status::Resolved;
  CHECK(resolve.run().plan.intent.filings[0].entries.empty());

  CHECK(Scene("r@remote.example", {"help+take-12@tickets.example"}).run().verdict() == "550 5.7.1 right-own");
  CHECK(agent({"help+take-12@tickets.example"}).login("").run().verdict() == "550 5.7.1 right-own");
  Scene unsafe = agent({"help+take-12@tickets.example"}).login("");
  unsafe.config.trust.unsafe_email_commands = true;
  CHECK(unsafe.run().verdict() == "accept 12");
}

TEST_CASE("A23 A24 A25 all or none, in sequence") {
  for (const char* to : {"help+correspond-take-12@tickets.example", "help+take-correspond-12@tickets.example"}) {
    Scene s("r@remote.example", {to});
    CHECK(s.run().verdict() == "550 5.7.1 right-own");
    CHECK(s.plan.intent.empty());
  }
  Scene s = agent({"help+take-correspond-12@tickets.example"});
  s.config.queues[0].rights.reply = {"owner"};
  CHECK(s.run().verdict() == "accept 12");
  Scene wrong_order = agent({"help+correspond-take-12@tickets.example"});
  wrong_order.config.queues[0].rights.reply = {"owner"};
  CHECK(wrong_order.run().verdict() == "550 5.7.1 right-reply");
}

TEST_CASE("N18 the message's own entry is the last and holds the status it brings") {
  Scene s = agent({"help+comment-resolve-12@tickets.example"});
  CHECK(s.run().entries() == "comment*");
  CHECK(s.ticket().status == Status::Resolved);
  CHECK(s.plan.intent.filings[0].entries[0].status_before == Status::New);
  CHECK(s.plan.intent.filings[0].entries[0].status_after == Status::Resolved);
}

TEST_CASE("N19 the address wins over the subject") {
  Scene s("r@remote.example", {"help+12@tickets.example"}, "[example.com #13] x");
  CHECK(s.run().verdict() == "accept 12");
  const auto& notes = s.plan.intent.filings[0].entries[0].notes;
  CHECK(std::any_of(notes.begin(), notes.end(), [](const auto& n) { return n.find("13") != std::string::npos; }));
}

TEST_CASE("msg-ids lead to the ticket: ours by MAC, stored ones by a participant") {
  Scene ours("stranger@x.example", {"help@tickets.example"});
  const policy::Tokens tokens(ours.config.site, test::sample_secrets());
  ours.facts.in_reply_to = {tokens.message_id({TicketId{12}, 1, 1})};
  CHECK(ours.run().verdict() == "accept 12");

  Scene stranger("stranger@x.example", {"help@tickets.example"});
  stranger.facts.in_reply_to = {"m0@remote.example"};
  stranger.view.known_messages = {{"m0@remote.example", TicketId{12}}};
  CHECK(stranger.run().verdict() == "accept new");
  // N20: a colleague's reply-all that crosses our acknowledgement.
  stranger.facts.to = {mailbox("R@Remote.example")};
  CHECK(stranger.run().verdict() == "accept 12");
}

TEST_CASE("reply tokens: the person's own, another's, a wrong one") {
  Scene own("r@remote.example", {});
  const policy::Tokens tokens(own.config.site, test::sample_secrets());
  const std::string to = "<help+" + tokens.reply_extension(TicketId{12}, "r@remote.example") + "@tickets.example>";
  own.envelope.recipients = {to};
  CHECK(own.run().verdict() == "accept 12");
  CHECK(own.decision.targets[0].proven);

  Scene other("colleague@remote.example", {});
  other.envelope.recipients = {to};
  CHECK(other.run().verdict() == "accept 12");
  CHECK_FALSE(other.decision.targets[0].proven);

  Scene wrong("stranger@x.example", {"help+12.aaaaaaaaaaaaaaaa@tickets.example"});
  CHECK(wrong.run().verdict() == "accept new");

  // A token never proves an agent.
  Scene thief("a@staff.example", {});
  thief.envelope.recipients = {"<help+take-" + tokens.reply_extension(TicketId{12}, "a@staff.example") +
                               "@tickets.example>"};
  CHECK(thief.run().verdict() == "550 5.7.1 right-own");
}

TEST_CASE("merged tickets lead to the survivor") {
  Scene s("r@remote.example", {"help+11@tickets.example"});
  Ticket merged;
  merged.id = TicketId{11};
  merged.merged_into = TicketId{12};
  s.view.tickets[merged.id] = merged;
  CHECK(s.run().verdict() == "accept 12");
}

TEST_CASE("N27 reopening: a person does, machines and lists do not") {
  Scene s("r@remote.example", {"help+12@tickets.example"});
  s.twelve().status = Status::Resolved;
  CHECK(s.run().ticket().status == Status::Open);
  CHECK(s.plan.intent.filings[0].entries[0].status_before == Status::Resolved);
  s.facts.fields.push_back({"List-Id", "<l.remote.example>"});
  CHECK(s.run().verdict() == "accept 12");
  CHECK(s.ticket().status == Status::Resolved);
  s.facts.fields.back() = {"Auto-Submitted", "auto-replied"};
  CHECK(s.run().entries() == "auto_reply*");
  CHECK(s.ticket().status == Status::Resolved);
  CHECK(s.plan.notices().empty());
}

TEST_CASE("reopen = never and 30d start a linked ticket") {
  Scene s("r@remote.example", {"help+12@tickets.example"});
  s.twelve().status = Status::Resolved;
  s.twelve().resolved = s.now - 24h * 40;
  s.config.queues[0].reopen = {false, {}};
  CHECK(s.run().verdict() == "accept new");
  CHECK(s.plan.intent.filings[0].linked_ids == std::vector{TicketId{12}});
  s.config.queues[0].reopen = {false, 24h * 30};
  CHECK(s.run().verdict() == "accept new");
  s.twelve().resolved = s.now - 24h * 20;
  CHECK(s.run().verdict() == "accept 12");
}

TEST_CASE("an agent's answer opens a new ticket") {
  Scene s = agent({"help+12@tickets.example"});
  CHECK(s.run().ticket().status == Status::Open);
  CHECK(s.hears("r@remote.example"));
  // Without proof it is an ordinary person's: filed, marked, told to agents only.
  Scene unproven = agent({"help+12@tickets.example"}).login("");
  CHECK(unproven.run().verdict() == "accept 12");
  CHECK(unproven.ticket().status == Status::New);
  CHECK_FALSE(unproven.hears("r@remote.example"));
}

TEST_CASE("N13 two queues, two linked tickets; one queue by two addresses, one") {
  Scene s("x@remote.example", {"help@tickets.example", "sales@tickets.example"});
  CHECK(s.run().verdict() == "accept new new");
  CHECK(s.plan.intent.filings[1].linked == std::vector<std::size_t>{0});
  Scene t("x@remote.example", {"help@tickets.example", "help+help@tickets.example"});
  CHECK(t.run().verdict() == "accept new");
  // Who answers all names the queue and its ticket, in any order.
  Scene both("r@remote.example", {"help@tickets.example", "help+12@tickets.example"});
  CHECK(both.run().verdict() == "accept 12");
  CHECK(both.entries() == "correspond*");
  CHECK(both.plan.intent.filings[0].entries[0].extension == "12");
  CHECK(both.plan.intent.filings[0].duplicate_keys.size() == 2);
  std::reverse(both.envelope.recipients.begin(), both.envelope.recipients.end());
  CHECK(both.run().verdict() == "accept 12");
  // Another queue is another matter.
  both.envelope.recipients.back() = "<sales@tickets.example>";
  CHECK(both.run().verdict() == "accept 12 new");
}

TEST_CASE("several of ours with different verdicts: filed where allowed, the rest journaled") {
  Scene s("x@remote.example", {"help@tickets.example", "sales@tickets.example"});
  s.config.queues[1].rights.create = {"agents"};
  CHECK(s.run().verdict() == "accept new");
  REQUIRE(s.plan.intent.journal.size() == 1);
  CHECK(s.plan.intent.journal[0].rule == "right-create");
  CHECK(s.plan.intent.journal_has_message);
  s.config.queues[0].rights.create = {"agents"};
  CHECK(s.run().verdict() == "550 5.7.1 right-create");
  CHECK(s.plan.intent.empty());
  REQUIRE(s.plan.refused.size() == 2);
  CHECK(s.plan.refused[1].refused);
  CHECK(s.plan.refused[1].recipients == std::vector<std::string>{"<sales@tickets.example>"});
  // With a bystander the refusal is behind a 250, so it is journaled whole.
  s.envelope.recipients.push_back("<bob@tickets.example>");
  CHECK(s.run().plan.intent.journal.size() == 2);
  CHECK(s.plan.intent.journal_has_message);
}

TEST_CASE("N10 N11 N12 duplicates") {
  Scene s("x@remote.example", {"help@tickets.example"});
  s.run();
  const auto keys = s.plan.intent.filings[0].duplicate_keys;
  REQUIRE(keys.size() == 1);
  s.view.duplicates = {{keys[0], TicketId{5}, 1, s.now - 1h}};
  CHECK(s.run().verdict() == "accept");
  CHECK(s.decision.duplicate_of->ticket == TicketId{5});
  REQUIRE(s.plan.intent.journal.size() == 1);
  CHECK(s.plan.intent.journal[0].verdict == "duplicate");
  s.view.duplicates[0].filed = s.now - 24h * 8;
  CHECK(s.run().verdict() == "accept new");

  s.facts.body_sha256[0] = 1;  // same msg-id, other body
  CHECK(s.run().plan.intent.filings[0].duplicate_keys != keys);

  Scene weak("x@remote.example", {"help@tickets.example"});
  weak.envelope.mta_id = "4ABC";
  weak.facts.message_id = "20260101.4ABC@mx";
  weak.run();
  const auto first = weak.plan.intent.filings[0].duplicate_keys;
  weak.envelope.mta_id = "4DEF";
  weak.facts.message_id = "20260101.4DEF@mx";
  CHECK(weak.run().plan.intent.filings[0].duplicate_keys == first);
  CHECK_FALSE(weak.plan.intent.keyed_by_message_id);
}

TEST_CASE("A31 A67 A68 what a message may not be") {
  Scene s("x@remote.example", {"help@tickets.example"}, std::string(401, '7'));
  CHECK(s.run().verdict() == "550 5.6.0 long-subject");
  s.config.milter.long_subject = config::LongSubject::Cut;
  CHECK(s.run().ticket().subject.size() == 400);
  s.facts.subject = std::string(200, '7');
  CHECK(s.run().ticket().subject == std::string(200, '7'));
  s.facts.raw_8bit_address = true;
  CHECK(s.run().verdict() == "550 5.6.0 author-8bit");
  s.facts.raw_8bit_address = false;
  s.facts.from.clear();
  CHECK(s.run().verdict() == "550 5.6.0 no-author");
}

TEST_CASE("defect 16: refused mail leaves no person, no ticket, no notice") {
  Scene s("stranger@remote.example", {"help@tickets.example"});
  SUBCASE("for its subject") {
    s.facts.subject = std::string(500, 'x');
  }
  SUBCASE("for a right") {
    s.config.queues[0].rights.create = {"agents"};
  }
  SUBCASE("for its class") {
    s.facts.fields.push_back({"X-Loop", "help@tickets.example"});
  }
  s.run();
  CHECK(s.decision.outcome == Outcome::Reject);
  CHECK(s.plan.intent.people.empty());
  CHECK(s.plan.intent.filings.empty());
  CHECK(s.plan.notices().empty());
}

TEST_CASE("A29 N29 N30 bounces: bound ones are recorded, others refused") {
  Scene s("mailer-daemon@mx.example", {"help@tickets.example"}, "Undelivered");
  s.envelope.sender = "<>";
  s.facts.content_type = "multipart/report";
  s.facts.report_type = "delivery-status";
  CHECK(s.run().verdict().substr(0, 3) == "550");
  const policy::Tokens tokens(s.config.site, test::sample_secrets());
  s.envelope.recipients = {"<bounce+" + tokens.bounce_extension(TicketId{12}, 3) + "@tickets.example>"};
  CHECK(s.run().verdict() == "550 5.7.1 forged-bounce-address");  // its notice is gone
  s.sent_notice(3);
  CHECK(s.run().verdict() == "accept 12");
  CHECK(s.entries() == "bounce*");
  CHECK(s.plan.intent.people.empty());
  s.envelope.recipients = {"<bounce+12-3.aaaaaaaaaaaaaaaa@tickets.example>"};
  CHECK(s.run().verdict() == "550 5.7.1 forged-bounce-address");
}

TEST_CASE("a person's mail to a valid bounce address is a follow-up") {
  Scene s("r@remote.example", {});
  const policy::Tokens tokens(s.config.site, test::sample_secrets());
  s.envelope.recipients = {"<bounce+" + tokens.bounce_extension(TicketId{12}, 3) + "@tickets.example>"};
  s.sent_notice(3);
  CHECK(s.run().verdict() == "accept 12");
  CHECK(s.entries() == "correspond*");
  CHECK_FALSE(s.decision.targets[0].proven);
}

TEST_CASE("A57 cc_from_headers, at creation and by a participant later") {
  Scene s("x@remote.example", {"help@tickets.example"});
  s.facts.to = {mailbox("help@tickets.example"), mailbox("B@remote.example")};
  s.facts.cc = {mailbox("x@remote.example"), mailbox("c@remote.example")};
  CHECK(s.run().ticket().cc.empty());
  s.config.queues[0].cc_from_headers = true;
  CHECK(s.run().ticket().cc == std::vector<std::string>{"b@remote.example", "c@remote.example"});
  s.envelope.recipients = {"<help+12@tickets.example>"};
  s.facts.from = {mailbox("r@remote.example")};
  CHECK(s.run().ticket().cc == std::vector<std::string>{"b@remote.example", "x@remote.example", "c@remote.example"});
}

TEST_CASE("what came by a list is not told to the list") {
  struct Row {
    const char* cc;
    const char* field;
    const char* value;
    bool hears;
  };
  const Row rows[] = {
      {"news@lists.example", "List-Post", "<mailto:News@Lists.example>", false},
      {"news@lists.example", "List-Post", "<mailto:news@lists.example?subject=x> (all)", false},
      {"news@lists.example", "List-Post", "<mailto:oldnews@lists.example>", true},
      {"news@lists.example", "List-Post", "NO", true},
      {"news@lists.example", "List-Id", "News <News.lists.example>", false},
      {"news@lists.example", "List-Id", "<old.news.lists.example>", true},
      {"news@lists.example", "Precedence", "list", true},
      {"news@lists.example", "X-Post", "<mailto:news@lists.example>", true},  // a person's mail
      {"c@remote.example", "List-Post", "<mailto:news@lists.example>", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    Scene s("member@remote.example", {"help@tickets.example"});
    s.config.queues[0].cc = {row.cc};
    s.facts.fields.push_back({row.field, row.value});
    CHECK(s.run().verdict() == "accept new");
    CHECK(s.hears(row.cc) == row.hears);
  }
}

TEST_CASE("mail for nobody of ours passes") {
  Scene s("x@remote.example", {"bob@tickets.example"});
  CHECK(s.run().verdict() == "pass");
  CHECK(s.plan.intent.empty());
}

TEST_CASE("auto-14 a null sender's mail is an automatic reply where it binds, else a machine's") {
  Scene s("r@remote.example", {"help+12@tickets.example"});
  s.envelope.sender = "<>";
  CHECK(s.run().entries() == "auto_reply*");
  CHECK(s.plan.intent.filings[0].entries[0].mail_class == "auto_reply");
  s.envelope.recipients = {"<help@tickets.example>"};
  CHECK(s.run().verdict() == "accept new");
  CHECK_FALSE(s.hears("r@remote.example"));
}

TEST_CASE("what is imported from the journal is refused by nothing but a duplicate") {
  Scene s("x@remote.example", {"sales@tickets.example"});
  s.imported_by = "ann@staff.example";
  s.config.queues[1].rights.create = {"agents"};
  s.config.filter.sender_deny = {"@remote.example"};
  s.config.limit.new_tickets_per_sender = {0, 1h};
  s.facts.subject = std::string(500, 'x');
  CHECK(s.run().verdict() == "accept new");
  CHECK(s.entries() == "create*");
  const auto& notes = s.plan.intent.filings[0].entries[0].notes;
  CHECK(std::count(notes.begin(), notes.end(), "imported from the journal by ann@staff.example") == 1);
  CHECK(s.plan.intent.tallies.empty());
  s.facts.from.clear();
  CHECK(s.run().verdict() == "accept new");
  s.facts.fields.push_back({"Auto-Submitted", "auto-replied"});
  CHECK(s.run().verdict() == "accept new");
  s.config.queues[1].enabled = false;
  s.envelope.recipients = {"<sales+nonsense@tickets.example>"};
  CHECK(s.run().verdict() == "accept new");
  s.view.duplicates = {{s.plan.intent.filings[0].duplicate_keys.at(0), TicketId{5}, 1, s.now - 1h}};
  CHECK(s.run().decision.duplicate_of);
  s.envelope.recipients = {"<bounce+12-1.aaaaaaaaaaaaaaaa@tickets.example>"};
  CHECK(s.run().decision.outcome == Outcome::Reject);
  s.envelope.recipients = {"<bob@people.example>"};
  CHECK(s.run().verdict() == "pass");
}

TEST_CASE("an import does not do what its author may not do, but records it") {
  Scene s("r@remote.example", {"help+take-12@tickets.example"});
  s.imported_by = "ann@staff.example";
  CHECK(s.run().verdict() == "accept 12");
  CHECK(s.entries() == "correspond*");
  CHECK(s.ticket().owner.empty());
  s.envelope.recipients = {"<help+comment-resolve-12@tickets.example>"};
  CHECK(s.run().entries() == "comment*");
  CHECK(s.ticket().status == Status::New);
  s.envelope.recipients = {"<help+resolve@tickets.example>"};
  CHECK(s.run().entries() == "create*");
}
