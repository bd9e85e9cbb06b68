// SPDX-License-Identifier: MIT
// A ticket filed by hand is one that came by mail, less the mail: queue, people and status follow the same rules.
#include "cli/draft.h"

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::cli {

Clerk find_clerk(const config::Config& config, const std::string& login) {
  for (const config::Agent& agent : config.agents) {
    if (!agent.addresses.empty() && std::find(agent.logins.begin(), agent.logins.end(), login) != agent.logins.end()) {
      return {&agent, agent.addresses.front()};
    }
  }
  return {nullptr, "login:" + login};
}

policy::Standing standing(const Clerk& clerk, const config::Config& config, const config::Queue& queue) {
  policy::Author author;
  author.agent = clerk.agent;
  author.address = clerk.agent == nullptr ? "" : clerk.name;
  author.proven = true;  // the system has asked for the password
  author.proof = "sasl";
  return policy::standing(author, config, queue, nullptr, clerk.agent != nullptr);
}

tickets::Intent draft_ticket(const Draft& draft, const Clerk& clerk, const config::Queue& queue) {
  const std::string subject = base::one_line(base::to_valid_utf8(draft.subject));
  tickets::Filing filing;
  filing.ticket.queue = queue.name;
  filing.ticket.subject = subject.empty() ? "(no subject)" : subject;
  filing.ticket.requestors = {draft.requestor};
  filing.ticket.created = filing.ticket.updated = draft.now;

  tickets::Entry entry;
  entry.kind = tickets::Kind::Create;
  entry.actor = clerk.name;
  entry.proven = true;
  entry.created = draft.now;
  entry.subject = subject;
  entry.door = "ticket";
  filing.entries = {entry};
  filing.has_message = {draft.message != nullptr};

  tickets::Intent intent;
  intent.now = draft.now;
  intent.message = draft.message;
  intent.filings = {filing};
  intent.people = {{draft.requestor, "", draft.now}};
  return intent;
}

policy::NoticeTerms plan_notices(const Clerk& clerk, const config::Queue& queue, const policy::Policy& policy,
                                 tickets::Intent& intent) {
  tickets::Filing& filing = intent.filings.front();
  const std::string actor = clerk.agent == nullptr ? "" : clerk.name;
  policy::Event event{.ticket = filing.ticket, .queue = queue, .actor = actor, .now = intent.now};
  event.fresh = true;
  event.correspond = true;
  event.acknowledge = queue.acknowledge != config::Acknowledge::Never;
  filing.notices = policy::notices_for(event, policy);
  policy::NoticeTerms terms;
  terms.held = policy.config.milter.mode != config::Mode::On;
  return terms;
}

}  // namespace ticketmilter::cli
