// SPDX-License-Identifier: MIT
// Only what is really filed counts: targets that are refused, or were filed before, are passed over here as in the plan.
#include "policy/apply_limits.h"

#include <algorithm>

#include <fmt/format.h>

namespace ticketmilter::policy {
namespace {

using tickets::View;

bool costs_a_ticket(const Target& target) {
  return target.filed() && !target.ticket && !target.actions.empty() && !target.filter.allowed;
}

bool would_reopen(const Target& target, const View& view) {
  const auto* ticket = target.ticket ? view.survivor(*target.ticket) : nullptr;
  return target.filed() && target.may_reopen && ticket != nullptr && can_be_reopened(ticket->status) &&
         std::count(target.actions.begin(), target.actions.end(), Action::Correspond) > 0;
}

Refusal too_many(const Sender& sender, const config::Rate& rate) {
  return {Outcome::Tempfail,
          {450, "4.7.1",
           fmt::format("too many new tickets from {}, {} allowed: try again later", sender.who, to_string(rate))},
          "limit-new-tickets"};
}

}  // namespace

bool is_repeated_answer(const Case& c, const View& view) {
  return c.sender.answers_us && repeats_itself(c.sender, Counted::Repeats, c.policy.config.limit, view, c.now);
}

void apply_limits(const Case& c, const View& view, std::vector<Target>& targets) {
  const auto& limit = c.policy.config.limit;
  const auto fresh = static_cast<std::uint64_t>(std::count_if(targets.begin(), targets.end(), costs_a_ticket));
  const auto exceeded = find_exceeded(c.sender, Counted::NewTickets, fresh, limit, view, c.now);
  const bool repeated = fresh > 0 && repeats_itself(c.sender, Counted::NewTickets, limit, view, c.now);
  std::uint64_t reopened = 0;
  for (auto& target : targets) {
    target.no_ack = repeated;
    if (exceeded && costs_a_ticket(target)) {
      target.refusal = too_many(c.sender, *exceeded);
    } else if (would_reopen(target, view)) {
      if (auto rate = find_exceeded(c.sender, Counted::Reopens, ++reopened, limit, view, c.now)) {
        target.may_reopen = false;
        target.notes.push_back(fmt::format("not reopened: {} has reopened {}", c.sender.who, to_string(*rate)));
      }
    }
  }
}

void charge_limits(const Case& c, const Decision& decision, const View& view, tickets::Intent& intent) {
  std::uint32_t fresh = 0;
  std::uint32_t reopened = 0;
  for (const auto& target : decision.targets) {
    fresh += costs_a_ticket(target) ? 1 : 0;
    reopened += would_reopen(target, view) ? 1 : 0;
  }
  const auto add = [&](Counted counted, std::uint32_t n) {
    if (n > 0) {
      charge(c.sender, counted, n, c.policy.config.limit, view, c.now, intent.tallies);
    }
  };
  if (c.sender.limited()) {
    add(Counted::NewTickets, fresh);
    add(Counted::Reopens, reopened);
  }
  if (c.sender.answers_us && !intent.filings.empty()) {
    add(Counted::Repeats, 1);
  }
}

}  // namespace ticketmilter::policy
