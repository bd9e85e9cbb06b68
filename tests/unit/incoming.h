// SPDX-License-Identifier: MIT
// A mail as policy/ sees it, what the store knows then, and what becomes of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "policy/plan.h"
#include "sample_config.h"

namespace ticketmilter::test {

inline mail::Mailbox mailbox(const std::string& spec) {
  const auto at = spec.rfind('@');
  return {"", {spec.substr(0, at), spec.substr(at + 1)}};
}

struct Incoming {
  config::Config config = sample_config();
  base::Time now{std::chrono::milliseconds(1'700'000'000'000)};
  mail::Facts facts;
  mail::Envelope envelope;
  tickets::View view;
  std::string imported_by;
  policy::PolicyPtr policy;
  policy::Decision decision;
  policy::Plan plan;

  void come(const std::string& from, const std::vector<std::string>& to, const std::string& subject) {
    envelope.sender = "<" + from + ">";
    envelope.recipients.clear();
    for (const auto& recipient : to) {
      envelope.recipients.push_back("<" + recipient + ">");
    }
    facts.from = {mailbox(from)};
    facts.subject = subject;
    facts.message_id = "m1@client.example";
    facts.size = 100;
  }
  // Ticket 12, which r@remote.example has asked for.
  tickets::Ticket& add_twelve() {
    tickets::Ticket t;
    t.id = tickets::TicketId{12};
    t.queue = "help";
    t.requestors = {"r@remote.example"};
    t.entries = 1;
    t.created = t.updated = now - std::chrono::hours(24);
    return view.tickets[t.id] = t;
  }
  tickets::Ticket& twelve() { return view.tickets.at(tickets::TicketId{12}); }
  // "accept new" "accept 12 new" "reject"
  std::string decide() {
    policy = sample_policy(config);
    policy::Case c = policy::make_case(*policy, facts, envelope, now);
    c.imported_by = imported_by;
    decision = policy::decide(c, view);
    plan = policy::plan(c, decision, view);
    std::string text = name(decision.outcome);
    for (const auto& f : plan.intent.filings) {
      text += f.ticket.id == tickets::TicketId{} ? " new" : " " + std::to_string(number(f.ticket.id));
    }
    return text;
  }
};

}  // namespace ticketmilter::test
