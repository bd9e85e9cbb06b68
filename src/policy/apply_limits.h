// SPDX-License-Identifier: MIT
// Where the limits meet a decision: what is over them is taken back before anything is written, and what was let happen is charged with it.
#pragma once

#include <vector>

#include "policy/decide.h"
#include "tickets/intent.h"

namespace ticketmilter::policy {

// An answer to us with the same text for the third time within an hour: loop-7. Delivery reports may repeat themselves, and so may agents.
bool is_repeated_answer(const Case& c, const tickets::View& view);

// Over new_tickets_per_sender a target is refused for now; over reopens_per_sender it is filed and its ticket stays closed; a text that makes its
// third ticket within an hour is not acknowledged.
void apply_limits(const Case& c, const tickets::View& view, std::vector<Target>& targets);

// What the filings of an intent cost.
void charge_limits(const Case& c, const Decision& decision, const tickets::View& view, tickets::Intent& intent);

}  // namespace ticketmilter::policy
