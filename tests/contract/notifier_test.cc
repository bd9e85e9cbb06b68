// SPDX-License-Identifier: MIT
// What a notifier does with a store, by a clock that the test sets: claims, settles, takes over, and what it makes of a notice once it is due.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "fixture.h"
#include "mail/parse.h"
#include "notify/outbox.h"
#include "notify/prepare.h"
#include "notify/schedule.h"
#include "policy/limits.h"
#include "policy/notices.h"
#include "tests/unit/sample_config.h"

using namespace contract;
using namespace ticketmilter;
using namespace std::chrono_literals;
using notify::Outbox;
using policy::Counted;
using tickets::Notice;
using tickets::NoticeState;
using tickets::TicketId;

namespace {

constexpr base::Time start{std::chrono::seconds(1'795'262'400)};  // Sat, 21 Nov 2026 12:00 UTC

// A store with notifiers, and tickets whose notices go to whom a test says.
struct Site {
  TempStore store;
  config::Config config = ticketmilter::test::sample_config();
  policy::PolicyPtr policy;
  notify::Templates templates = notify::load_templates("").templates;
  base::Time now = start;

  Site() {
    config.site.owner = "p@staff.example";
    config.queues[0].admin_cc = {"x@staff.example"};
    policy = ticketmilter::test::sample_policy(config);
  }

  TicketId ask(const std::string& subject, const std::vector<std::pair<std::string, std::string>>& notices) {
    auto intent = new_ticket(subject, "help", now);
    intent.filings[0].ticket.requestors = {"r@remote.example"};
    intent.filings[0].entries[0].actor = "r@remote.example";
    intent.message = store::pack("it said: " + subject, "");
    intent.filings[0].has_message = {true};
    for (const auto& [template_name, to] : notices) {
      Notice notice;
      notice.template_name = template_name;
      notice.to = to;
      notice.created = notice.next_try = now;
      intent.filings[0].notices.push_back(notice);
    }
    return file(*store.store, intent);
  }
  std::vector<Notice> all(TicketId id) const {
    std::vector<Notice> found;
    store.store->read([&](const store::Reader& r) { found = r.notices_of(id); });
    return found;
  }
  std::vector<Notice> claim(Outbox& outbox, const std::vector<notify::Settled>& done = {}) const {
    return outbox.settle_and_claim(*policy, done, 100, now);
  }
  std::uint64_t points(Counted counted, const std::string& who) const {
    tickets::Question question;
    question.tallies = {policy::tally_of(config.limit, counted, who)};
    return view(*store.store, question).tally(question.tallies[0]).used(now);
  }
  void change_ticket(TicketId id, const std::function<void(tickets::Ticket&)>& edit) const {
    store.store->write([&](store::Writer& writer) {
      auto ticket = writer.find_ticket(id).value();
      edit(ticket);
      writer.apply(change(ticket));
    });
  }
  notify::Prepared prepare(const Notice& notice) const {
    notify::Prepared prepared;
    store.store->read([&](const store::Reader& r) { prepared = notify::prepare(r, *policy, templates, notice, now); });
    return prepared;
  }
  notify::Prepared prepare_digest(const std::vector<Notice>& notices) const {
    notify::Prepared prepared;
    store.store->read(
        [&](const store::Reader& r) { prepared = notify::prepare_digest(r, *policy, templates, notices, now); });
    return prepared;
  }
  void refuse(base::Time when, const std::string& rule, const std::string& verdict = "reject") const {
    auto entry = full_journal();
    entry.time = when;
    entry.rule = rule;
    entry.verdict = verdict;
    entry.imported = {};
    tickets::Intent intent;
    intent.now = when;
    intent.journal = {entry};
    write(*store.store, intent);
  }
};

notify::Settled as(Notice notice, NoticeState state, const std::string& reply, bool unreachable = false,
                   bool refused = false) {
  notice.state = state;
  notice.last_reply = reply;
  return {notice, unreachable, refused};
}

std::string text_of(const notify::Prepared& prepared) {
  return mail::parse(prepared.message, {}).text;
}

}  // namespace

TEST_CASE("what one notifier has claimed is no other's until the claim runs out") {
  Site s;
  s.ask("one", {{"acknowledge", "r@remote.example"}, {"created", "x@staff.example"}});
  Outbox first(*s.store.store, 1), second(*s.store.store, 2);
  CHECK(first.settle_and_claim(*s.policy, {}, 1, s.now).size() == 1);
  const auto rest = s.claim(second);
  REQUIRE(rest.size() == 1);
  CHECK(s.claim(first).empty());
  s.now += notify::lease + 1s;
  CHECK(s.claim(first).size() == 2);
  // The second comes back to life: what it has sent is sent, what it has not is not its own any more.
  s.claim(second, {as(rest[0], NoticeState::Deferred, "late")});
  CHECK(s.all(rest[0].ticket)[rest[0].id - 1].claimed_by == 1);
  s.claim(second, {as(rest[0], NoticeState::Sent, "250 ok")});
  CHECK(s.all(rest[0].ticket)[rest[0].id - 1].state == NoticeState::Sent);
}

TEST_CASE("A56 a report that is faster than its notifier stands") {
  Site s;
  const auto id = s.ask("one", {{"correspond", "r@remote.example"}});
  Outbox outbox(*s.store.store, 1);
  const auto claimed = s.claim(outbox);
  REQUIRE(claimed.size() == 1);
  policy::NoticeTerms terms;
  terms.failed = {{s.all(id)[0], {"5.1.1", "550 5.1.1 nobody", true}}};
  tickets::Intent intent;
  intent.now = s.now;
  const auto question = policy::ask_about_notices(intent, terms, *s.policy);
  policy::settle_notices(*s.policy, view(*s.store.store, question), terms, intent);
  write(*s.store.store, intent);
  CHECK(s.all(id)[0].state == NoticeState::Failed);
  s.claim(outbox, {as(claimed[0], NoticeState::Sent, "250 ok")});
  CHECK(s.all(id)[0].state == NoticeState::Failed);
  CHECK(s.all(id)[0].last_reply == "550 5.1.1 nobody");
}

TEST_CASE("who comes after a killed notifier settles what that had sent and frees the rest") {
  Site s;
  const auto id = s.ask("one", {{"acknowledge", "r@remote.example"}, {"created", "x@staff.example"}});
  Outbox dead(*s.store.store, 1), next(*s.store.store, 2);
  const auto claimed = s.claim(dead);
  REQUIRE(claimed.size() == 2);
  notify::LeftLog left;
  left.notifier = 1;
  left.sent = {{id, claimed[0].id}, {id, 4711}};
  CHECK(next.take_over(left, s.now) == 2);
  CHECK(s.all(id)[0].state == NoticeState::Sent);
  const auto again = s.claim(next);
  REQUIRE(again.size() == 1);
  CHECK(again[0].id == claimed[1].id);
}

TEST_CASE("a notice that is given up is told on its ticket and to agents; points are for a reply to it alone") {
  Site s;
  const auto id = s.ask("one", {{"correspond", "r@remote.example"}, {"correspond", "s@remote.example"}});
  Outbox outbox(*s.store.store, 1);
  const auto claimed = s.claim(outbox);
  REQUIRE(claimed.size() == 2);
  const auto undeliverable = s.claim(outbox, {as(claimed[0], NoticeState::Failed, "550 5.1.1 nobody", true, true),
                                              as(claimed[1], NoticeState::Failed, "connect: refused", true)});
  CHECK(s.points(Counted::Bounces, "r@remote.example") == 2);
  CHECK(s.points(Counted::Stopped, "r@remote.example") == 1);
  CHECK(s.points(Counted::Bounces, "s@remote.example") == 0);
  const auto notices = s.all(id);
  REQUIRE(notices.size() == 4);
  CHECK(notices[2].to == "x@staff.example");
  CHECK(notices[2].failed == "r@remote.example");
  CHECK(text_of(s.prepare(notices[2])).find("550 5.1.1 nobody") != std::string::npos);
  CHECK(text_of(s.prepare(notices[3])).find("connect: refused") != std::string::npos);
  // A notice of that kind makes none.
  REQUIRE(undeliverable.size() == 2);
  s.claim(outbox, {as(undeliverable[0], NoticeState::Failed, "550 5.2.2 full", true, true)});
  CHECK(s.all(id).size() == 4);
}

TEST_CASE("A50 A53 what happened since a notice was planned is honoured") {
  Site s;
  const auto id = s.ask("one", {{"correspond", "r@remote.example"}});
  const auto notice = s.all(id).at(0);
  const auto prepared = s.prepare(notice);
  CHECK(prepared.dropped == "");
  CHECK(prepared.recipient == "r@remote.example");
  SUBCASE("squelched") {
    s.change_ticket(id, [](auto& t) { t.squelched = {"r@remote.example"}; });
    CHECK(s.prepare(notice).dropped == "squelched");
  }
  SUBCASE("deleted") {
    s.change_ticket(id, [](auto& t) { t.status = tickets::Status::Deleted; });
    CHECK(s.prepare(notice).dropped == "the ticket is gone");
  }
  SUBCASE("merged: it is about the ticket that is left, and keeps its msg-id") {
    const auto other = s.ask("other", {});
    s.change_ticket(id, [&](auto& t) { t.merged_into = other; });
    const auto merged = s.prepare(notice);
    CHECK(mail::parse(merged.message, {}).subject == "[example.com #2] other");
    CHECK(merged.envelope_id == prepared.envelope_id);
    CHECK(merged.sender == prepared.sender);
  }
}

TEST_CASE("A47 what was written at the desk, with no mail before it, refers to its ticket alone") {
  Site s;
  const auto id = s.ask("one", {{"correspond", "r@remote.example"}});
  const auto message = s.prepare(s.all(id).at(0)).message;
  const auto ticket_id = s.policy->tokens.message_id({id, 0, 0});
  CHECK(message.find("\r\nReferences: <" + ticket_id + ">\r\n") != std::string::npos);
  CHECK(message.find("In-Reply-To") == std::string::npos);
}

TEST_CASE("a digest has what is left of an agent's notices, in one mail") {
  Site s;
  const auto one = s.ask("Printer", {{"created", "x@staff.example"}});
  const auto two = s.ask("Fax", {{"created", "x@staff.example"}});
  const auto three = s.ask("Gone", {{"created", "x@staff.example"}});
  s.change_ticket(three, [](auto& t) { t.status = tickets::Status::Deleted; });
  const std::vector<Notice> notices = {s.all(one)[0], s.all(two)[0], s.all(three)[0]};
  const auto digest = s.prepare_digest(notices);
  const auto facts = mail::parse(digest.message, {});
  CHECK(facts.subject == "example.com: 2 messages");
  CHECK(digest.recipient == "x@staff.example");
  CHECK(digest.sender == "");
  for (const char* shown :
       {"[example.com #1] Printer", "[example.com #2] Fax", "    it said: Printer", "create by r@remote.example"}) {
    CHECK_MESSAGE(facts.text.find(shown) != std::string::npos, std::string(shown), " in ", facts.text);
  }
  CHECK(facts.text.find("Gone") == std::string::npos);
  s.change_ticket(one, [](auto& t) { t.squelched = {"x@staff.example"}; });
  s.change_ticket(two, [](auto& t) { t.squelched = {"x@staff.example"}; });
  CHECK(s.prepare_digest(notices).dropped == "nothing is left of it");
}

TEST_CASE("the owner hears once a morning of what was refused, if anything was") {
  Site s;
  Outbox first(*s.store.store, 1), second(*s.store.store, 2);
  const auto morning = notify::last_morning(s.now) + 24h;
  s.now = morning - 1min;
  s.refuse(morning - 2min, "right-create");
  s.refuse(morning - 3min, "duplicate", "duplicate");
  first.plan_owner_digest(*s.policy, s.now - 24h);
  CHECK(s.all({}).empty());  // it was not refused before that morning
  s.now = morning + 1min;
  s.refuse(morning + 30s, "too-late-for-the-list-but-told");
  first.plan_owner_digest(*s.policy, s.now);
  second.plan_owner_digest(*s.policy, s.now + 1s);
  first.plan_owner_digest(*s.policy, s.now + 5h);
  auto notices = s.all({});
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].to == "p@staff.example");
  const auto prepared = s.prepare(notices[0]);
  CHECK(prepared.sender == "");
  CHECK(mail::parse(prepared.message, {}).subject == "What example.com refused");
  CHECK(text_of(prepared).find("right-create") != std::string::npos);
  CHECK(text_of(prepared).find("too-late") != std::string::npos);
  CHECK(text_of(prepared).find("duplicate") == std::string::npos);
  s.now = morning + 24h + 1min;
  first.plan_owner_digest(*s.policy, s.now);
  CHECK(s.all({}).size() == 1);  // nothing new
  s.refuse(morning + 26h, "size");
  s.now = morning + 48h + 1min;
  first.plan_owner_digest(*s.policy, s.now);
  notices = s.all({});
  REQUIRE(notices.size() == 2);
  CHECK(text_of(s.prepare(notices[1])).find("size") != std::string::npos);
  CHECK(text_of(s.prepare(notices[1])).find("right-create") == std::string::npos);
  s.config.site.owner = "";
  s.policy = ticketmilter::test::sample_policy(s.config);
  s.refuse(morning + 50h, "size");
  first.plan_owner_digest(*s.policy, morning + 73h);
  CHECK(s.all({}).size() == 2);
}
