// SPDX-License-Identifier: MIT
// The window slides: each charge leaves it by itself.
#include "tickets/tally.h"

#include <algorithm>

namespace ticketmilter::tickets {
namespace {

std::int64_t seconds_of(base::Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

bool counts(const Charge& charge, std::int64_t now, std::chrono::seconds window) {
  const auto age = now - std::int64_t{charge.time};
  return age < window.count() && age > -window.count();
}

}  // namespace

std::uint64_t Tally::used(base::Time now, std::chrono::seconds within) const {
  std::uint64_t sum = 0;
  for (const auto& c : charges) {
    sum += counts(c, seconds_of(now), std::min(id.window, within)) ? c.count : 0;
  }
  return sum;
}

std::uint64_t Tally::same(base::Time now, std::uint32_t mark, std::chrono::seconds within) const {
  std::uint64_t sum = 0;
  for (const auto& c : charges) {
    sum += c.mark == mark && counts(c, seconds_of(now), std::min(id.window, within)) ? c.count : 0;
  }
  return sum;
}

void Tally::charge(base::Time now, std::uint32_t count, std::uint32_t mark, std::uint64_t most) {
  const auto second = seconds_of(now);
  std::erase_if(charges, [&](const Charge& c) { return !counts(c, second, id.window); });
  const auto time = static_cast<std::uint32_t>(std::clamp<std::int64_t>(second, 0, UINT32_MAX));
  if (!charges.empty() && charges.back().time == time && charges.back().mark == mark) {
    charges.back().count += count;
  } else {
    charges.push_back({time, count, mark});
  }
  if (most <= max_charges && charges.size() > most) {
    charges.erase(charges.begin());
  } else if (charges.size() > max_charges) {
    join_old();
  }
}

// The two neighbours of the older half that stand for the fewest become one; so what is new stays told apart to the second, for the short windows.
void Tally::join_old() {
  const auto sum = [](const Charge& a, const Charge& b) { return std::uint64_t{a.count} + b.count; };
  auto best = charges.begin();
  for (auto at = best; at < charges.begin() + max_charges / 2; ++at) {
    if (sum(at[0], at[1]) < sum(best[0], best[1])) {
      best = at;
    }
  }
  best[1].count += best[0].count;
  best[1].mark = best[0].mark == best[1].mark ? best[1].mark : 0;
  charges.erase(best);
}

}  // namespace ticketmilter::tickets
