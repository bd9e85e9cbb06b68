// SPDX-License-Identifier: MIT
// From is what people write; proof is what the MTA, a trusted checker or a token vouches for. Rights ask for both where they must.
#include "policy/rights.h"

#include <algorithm>

#include "base/text.h"
#include "mail/auth_results.h"

namespace ticketmilter::policy {
namespace {

bool login_proves(const Author& author, const std::string& login) {
  if (login.empty()) {
    return false;
  }
  return base::fold_case(login) == author.address ||
         (author.agent != nullptr && base::contains(author.agent->logins, login));
}

std::string find_proof(const Author& author, const mail::Facts& facts, const mail::Envelope& envelope,
                       const config::Trust& trust) {
  if (trust.prove_sasl && login_proves(author, envelope.login)) {
    return "sasl";
  }
  if (trust.prove_network && config::contains(trust.networks, envelope.client)) {
    return "network";
  }
  if (trust.prove_dkim && !trust.authserv_ids.empty()) {
    const auto results = mail::trusted_auth_results(facts.fields, trust.authserv_ids);
    if (mail::proves_domain(results, author.address.substr(author.address.rfind('@') + 1))) {
      return "dkim";
    }
  }
  return "";
}

}  // namespace

Author find_author(const mail::Facts& facts, const mail::Envelope& envelope, const config::Config& config,
                   bool machine) {
  Author author;
  const auto& list = facts.from.empty() && machine ? facts.sender : facts.from;
  if (list.empty()) {
    return author;
  }
  author.address = list.front().address.folded();
  author.name = list.front().name;
  author.agent = config.find_agent(author.address);
  author.proof = find_proof(author, facts, envelope, config.trust);
  author.proven = !author.proof.empty();
  return author;
}

const char* name(Right right) {
  switch (right) {
    case Right::Create: return "create";
    case Right::Reply: return "reply";
    case Right::Comment: return "comment";
    case Right::Own: return "own";
    case Right::Modify: return "modify";
  }
  return "";
}

bool is_agent_of(const config::Agent& agent, const std::string& queue) {
  return base::contains(agent.queues, "*") || base::contains(agent.queues, queue);
}

bool takes_part(const tickets::Ticket& ticket, const std::string& address) {
  return ticket.owner == address || base::contains(ticket.requestors, address) || base::contains(ticket.cc, address) ||
         base::contains(ticket.admin_cc, address);
}

Standing standing(const Author& author, const config::Config& config, const config::Queue& queue,
                  const tickets::Ticket* ticket, bool known, bool token) {
  Standing s;
  s.address = author.address;
  s.known = known;
  const bool believed = author.agent == nullptr || author.proven || !config.trust.agents_need_proof;
  s.proven = author.proven || (token && author.agent == nullptr);
  s.claims_agent = author.agent != nullptr && is_agent_of(*author.agent, queue.name);
  s.agent = s.claims_agent && believed;
  s.participant = token || base::contains(queue.cc, author.address) || base::contains(queue.admin_cc, author.address);
  if (ticket != nullptr && !author.address.empty()) {
    s.participant = s.participant || takes_part(*ticket, author.address);
    s.owner = believed && ticket->owner == author.address;
  }
  return s;
}

namespace {

const std::vector<std::string>& principals(Right right, const config::Queue& queue) {
  switch (right) {
    case Right::Create: return queue.rights.create;
    case Right::Reply: return queue.rights.reply;
    case Right::Comment: return queue.rights.comment;
    case Right::Own: return queue.rights.own;
    case Right::Modify: return queue.rights.modify;
  }
  return queue.rights.modify;
}

bool is_principal(const std::string& principal, const Standing& s, bool agent) {
  if (principal == "anyone") {
    return true;
  }
  if (principal == "known") {
    return s.known || s.participant || agent;
  }
  if (principal == "participants") {
    return s.participant || s.owner;
  }
  if (principal == "agents") {
    return agent;
  }
  if (principal == "owner") {
    return s.owner;
  }
  return principal.starts_with('@') ? s.address.ends_with(principal) : s.address == principal;
}

}  // namespace

bool has_right(Right right, const Standing& s, const config::Config& config, const config::Queue& queue) {
  const bool wants_proof = right == Right::Own || right == Right::Modify;
  if (wants_proof && !s.proven && !config.trust.unsafe_email_commands) {
    return false;
  }
  const bool agent = s.agent || (wants_proof && s.claims_agent && config.trust.unsafe_email_commands);
  const auto& list = principals(right, queue);
  return std::any_of(list.begin(), list.end(), [&](const auto& who) { return is_principal(who, s, agent); });
}

bool nobody_has(Right right, const config::Queue& queue) {
  return principals(right, queue).empty();
}

}  // namespace ticketmilter::policy
