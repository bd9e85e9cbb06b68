// SPDX-License-Identifier: MIT
// The ways to a ticket, in their order. A bare number can be typed by anyone, so it counts only from those whom followup_by_number names; a
// token or a msg-id of ours cannot be guessed and counts from all.
#include "policy/bind.h"

#include <algorithm>

#include <fmt/format.h>

namespace ticketmilter::policy {
namespace {

using tickets::Status;
using tickets::Ticket;
using tickets::TicketId;
using tickets::View;

const Ticket* living(const View& view, TicketId id) {
  const Ticket* ticket = view.survivor(id);
  return ticket != nullptr && ticket->status != Status::Deleted ? ticket : nullptr;
}

bool may_use_number(const Case& c, const Ticket& ticket, const View& view) {
  const config::Queue* queue = c.policy.config.find_queue(ticket.queue);
  Standing s = queue != nullptr ? standing_of(c, *queue, &ticket, view) : Standing{};
  switch (c.policy.config.trust.followup_by_number) {
    case config::FollowupByNumber::Anyone: return true;
    case config::FollowupByNumber::Known: return s.known || s.participant || s.agent;
    case config::FollowupByNumber::Participants: return s.participant || s.owner || s.agent;
  }
  return false;
}

// Those for whom a reply address of the ticket can have been made.
std::vector<std::string> token_people(const Case& c, const Ticket& ticket) {
  std::vector<std::string> people{c.author.address, ticket.owner};
  auto add = [&](const std::vector<std::string>& list) { people.insert(people.end(), list.begin(), list.end()); };
  add(ticket.requestors);
  add(ticket.cc);
  add(ticket.admin_cc);
  if (const auto* queue = c.policy.config.find_queue(ticket.queue)) {
    add(queue->cc);
    add(queue->admin_cc);
  }
  for (const auto& agent : c.policy.config.agents) {
    add(agent.addresses);
  }
  constexpr std::size_t most = 200;
  people.resize(std::min(people.size(), most));
  return people;
}

Binding by_number(const Case& c, const Ticket& ticket, const View& view, const std::string& how) {
  if (may_use_number(c, ticket, view)) {
    return {&ticket, {}, {how}, false};
  }
  return {nullptr, {ticket.id}, {how + ", which the author may not continue: a new ticket, linked"}, false};
}

Binding by_address(const Case& c, const Route& route, const Ticket& ticket, const View& view) {
  if (route.to == Route::To::Bounce) {
    return {&ticket, {}, {"found by its bounce address, author not proven"}, false};
  }
  if (!route.mac.empty()) {
    if (auto person = c.policy.tokens.find_reply_person(*route.ticket, route.mac, token_people(c, ticket))) {
      const bool author = *person == c.author.address;
      return {&ticket, {}, {author ? "found by its reply address" : "found by another's reply address"}, author};
    }
  }
  return by_number(c, ticket, view, fmt::format("address names {}", number(*route.ticket)));
}

bool has_participant(const Case& c, const Ticket& ticket) {
  auto takes = [&](const mail::Mailbox& m) { return takes_part(ticket, m.address.folded()); };
  return takes_part(ticket, c.author.address) || std::any_of(c.facts.to.begin(), c.facts.to.end(), takes) ||
         std::any_of(c.facts.cc.begin(), c.facts.cc.end(), takes);
}

}  // namespace

Standing standing_of(const Case& c, const config::Queue& queue, const Ticket* ticket, const View& view, bool token) {
  return standing(c.author, c.policy.config, queue, ticket, view.find_person(c.author.address) != nullptr, token);
}

bool carries_token(const Case& c, const Route& route, const View& view) {
  const Ticket* ticket = route.ticket ? living(view, *route.ticket) : nullptr;
  if (ticket != nullptr && !route.mac.empty() &&
      (route.to == Route::To::Bounce ||
       c.policy.tokens.find_reply_person(*route.ticket, route.mac, token_people(c, *ticket)))) {
    return true;
  }
  return std::any_of(c.own_references.begin(), c.own_references.end(),
                     [&](const OwnMessageId& id) { return living(view, id.ticket) != nullptr; });
}

Binding bind(const Case& c, const Route& route, const View& view) {
  if (route.ticket) {
    const Ticket* ticket = living(view, *route.ticket);
    if (ticket == nullptr) {
      return {};  // refused at RCPT, or gone since
    }
    Binding found = by_address(c, route, *ticket, view);
    if (c.tag && *c.tag != *route.ticket) {
      found.notes.push_back(fmt::format("subject names {}, set aside", number(*c.tag)));
    }
    return found;
  }
  for (const auto& id : c.own_references) {
    if (const Ticket* ticket = living(view, id.ticket)) {
      return {ticket, {}, {"answers a message of ours"}, false};
    }
  }
  if (c.tag) {
    if (const Ticket* ticket = living(view, *c.tag)) {
      return by_number(c, *ticket, view, fmt::format("subject names {}", number(*c.tag)));
    }
  }
  for (const auto& known : view.known_messages) {
    const Ticket* ticket = living(view, known.ticket);
    if (ticket != nullptr && has_participant(c, *ticket)) {
      return {ticket, {}, {"answers <" + known.message_id + ">"}, false};
    }
  }
  return {};
}

const Ticket* bind_report(const Case& c, const Route& route, const View& view) {
  if (route.to == Route::To::Bounce) {
    return living(view, *route.ticket);
  }
  if (route.ticket && !route.mac.empty()) {
    const Ticket* ticket = living(view, *route.ticket);
    if (ticket != nullptr && c.policy.tokens.find_reply_person(*route.ticket, route.mac, token_people(c, *ticket))) {
      return ticket;
    }
  }
  for (const auto* ids : {&c.returned, &c.own_references}) {
    for (const auto& id : *ids) {
      if (const Ticket* ticket = living(view, id.ticket)) {
        return ticket;
      }
    }
  }
  return nullptr;
}

}  // namespace ticketmilter::policy
