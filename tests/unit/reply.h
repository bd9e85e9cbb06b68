// SPDX-License-Identifier: MIT
// What a reply to a notice goes through in tests: a notice composed and written as we do, read as a mail program reads it, answered with what the program
// leaves of it, and filed by way of bytes, facts, View and decision.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "mail/body.h"
#include "mail/parse.h"
#include "notify/compose.h"
#include "policy/bind.h"
#include "policy/plan.h"
#include "sample_config.h"

namespace ticketmilter::test {

using policy::Action;
using tickets::TicketId;

inline const base::Time now{std::chrono::milliseconds(1'795'255'808'123)};
inline constexpr TicketId id{42};

inline constexpr const char* own_token = "found by its reply address";
inline constexpr const char* other_token = "found by another's reply address";
inline constexpr const char* own_id = "answers a message of ours";
inline constexpr const char* by_tag = "subject names 42";

inline tickets::Ticket ticket() {
  tickets::Ticket t;
  t.id = id;
  t.queue = "help";
  t.subject = "Printer on fire";
  t.status = tickets::Status::Open;
  t.owner = "a@staff.example";
  t.requestors = {"joe@remote.example"};
  t.cc = {"jim@remote.example"};
  t.entries = 17;
  t.created = t.updated = now - std::chrono::hours(24);
  return t;
}

using Words = std::map<std::string, std::string, std::less<>>;

// What a mail program finds in a notice, by the names that stand in the replies below.
inline Words read_notice(const mail::Facts& notice) {
  Words words;
  words["subject"] = notice.subject;
  words["queue"] = notice.from.at(0).address.spec();
  words["reply"] = notice.reply_to.at(0).address.spec();
  words["id"] = notice.message_id;
  words["first"] = notice.references.at(0);
  for (const auto& reference : notice.references) {
    words["references"] += '<' + reference + "> ";
  }
  words["references"] += '<' + notice.message_id + '>';
  words["text"] = notice.text;
  for (const auto line : base::split(base::trim(notice.text), '\n')) {
    words["quoted"] += line.empty() ? ">\n" : "> " + std::string(line) + "\n";
  }
  return words;
}

// A notice to the person as the ticket's queue sends it, as bytes, and read.
inline Words send_notice(const policy::Policy& policy, const char* kind, const std::string& to) {
  const config::Queue& queue = policy.config.queues.at(0);
  tickets::Entry entry;
  entry.id = 17;
  entry.actor = "joe@remote.example";
  entry.message_id = "again@remote.example";
  const bool comment = std::string_view(kind) == "comment";
  notify::Marks marks;
  marks.message_id = policy.tokens.message_id({id, 17, 3});
  marks.ticket_id = policy.tokens.message_id({id, 0, 0});
  marks.references = {"before@remote.example"};
  marks.reply_address =
      (comment ? "help-comment+" : "help+") + policy.tokens.reply_extension(id, to) + "@tickets.example";
  marks.loop = policy.tokens.loop_mark();
  const auto about = ticket();
  const auto notice =
      notify::compose({*notify::find_kind(kind), about, entry, to, "Joe Doe", "It burns.\n", "", {}, marks},
                      policy.config, queue, notify::built_in_templates(), now);
  return read_notice(mail::parse(mail::write(notice), {}));
}

inline std::string fill(std::string_view text, const Words& words) {
  std::string filled;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const auto close = text.find('}', open);
    filled += text.substr(0, open);
    filled += words.find(text.substr(open + 1, close - open - 1))->second;
    text.remove_prefix(close + 1);
  }
  return filled.append(text);
}

inline std::string with_crlf(std::string_view lines) {
  std::string text;
  for (const char c : lines) {
    text += c == '\n' ? "\r\n" : std::string(1, c);
  }
  return text;
}

struct Reply {
  std::string habit;
  const char* notice;   // the kind that is answered
  const char* to;       // recipients of the envelope, comma-separated
  const char* mail;     // all of it, with {names} of what is taken from the notice
  std::string found;    // by what
  std::string subject;  // as it is read
  std::string says;     // the beginning of what is new
};

// A reply on its way: to the store's answer and the decision.
struct Filed {
  config::Config config = sample_config();
  policy::PolicyPtr policy = sample_policy(config);
  tickets::Ticket before = ticket();
  std::string login;
  mail::Facts facts;
  policy::Decision decision;
  policy::Plan plan;
  bool participant = false;

  void run(const Reply& reply) {
    policy = sample_policy(config);
    const std::string_view kind = reply.notice;
    const bool agents = notify::find_kind(kind)->to_agents;
    const auto words = send_notice(*policy, reply.notice, agents ? "a@staff.example" : "joe@remote.example");
    facts = mail::parse(with_crlf(fill(reply.mail, words)), {});
    REQUIRE(facts.from.size() == 1);
    mail::Envelope envelope;
    envelope.sender = "<" + facts.from[0].address.spec() + ">";
    for (const auto recipient : base::split(reply.to, ',')) {
      envelope.recipients.push_back("<" + fill(recipient, words) + ">");
    }
    envelope.login = login;
    const auto c = policy::make_case(*policy, facts, envelope, now);
    const auto view = answer(policy::ask(c));
    decision = policy::decide(c, view);
    plan = policy::plan(c, decision, view);
    participant = standing_of(c, config.queues[0], &before, view, target().token).participant;
  }

  // As the store would: only what was asked for.
  tickets::View answer(const tickets::Question& question) const {
    tickets::View view;
    bool asked = std::count(question.tickets.begin(), question.tickets.end(), id) > 0;
    for (const auto& message_id : question.message_ids) {
      if (message_id == "before@remote.example" || message_id == "again@remote.example") {
        view.known_messages.push_back({message_id, id});
        asked = true;
      }
    }
    if (asked) {
      view.tickets[id] = before;
    }
    if (std::count(question.people.begin(), question.people.end(), "joe@remote.example") > 0) {
      view.people = {{"joe@remote.example", "", {}}};
    }
    return view;
  }

  const policy::Target& target() const { return decision.targets.at(0); }
  std::string found() const { return target().notes.empty() ? "not found" : target().notes[0]; }
};

// Files each, and looks where it went.
template <std::size_t N>
void check_all(const Reply (&rows)[N]) {
  for (const auto& row : rows) {
    CAPTURE(row.habit);
    Filed filed;
    filed.run(row);
    CHECK(filed.decision.outcome == policy::Outcome::Accept);
    CHECK(filed.decision.targets.size() == 1);
    CHECK(filed.target().ticket == id);
    CHECK(filed.target().actions == std::vector{Action::Correspond});
    CHECK(filed.found() == row.found);
    CHECK(filed.target().token == (filed.found() == own_token));
    CHECK(filed.target().proven == filed.target().token);
    CHECK(filed.participant);
    CHECK(filed.facts.subject == row.subject);
    CHECK(mail::unquoted(filed.facts.text).substr(0, row.says.size()) == row.says);
    REQUIRE(filed.plan.intent.filings.size() == 1);
    CHECK(filed.plan.intent.filings[0].ticket.id == id);
    CHECK(filed.plan.intent.filings[0].ticket.subject == "Printer on fire");
  }
}

}  // namespace ticketmilter::test
