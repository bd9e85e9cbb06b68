// SPDX-License-Identifier: MIT
// What the owner reads of a day's refusals: how many by which rule, then the newest of them, one a line. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "tickets/intent.h"

namespace ticketmilter::notify {

// As many are looked at.
constexpr std::size_t max_refused = 100'000;

// entries: newest first; those before `until` that were no duplicates, and no loops where those are not asked for.
std::string refused_list(const std::vector<tickets::JournalEntry>& entries, base::Time until, bool loops_too);
bool is_told(const tickets::JournalEntry& entry, base::Time until, bool loops_too);

}  // namespace ticketmilter::notify
