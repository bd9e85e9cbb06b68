// SPDX-License-Identifier: MIT
// The outbox as a person reads it, and what the desk does to a notice in it. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "cli/terminal.h"
#include "tickets/notice.h"

namespace ticketmilter::cli {

std::string format_outbox(const std::vector<tickets::Notice>& notices, base::Time now, const Terminal& terminal);

// A notifier has it in hand: what became of it is not known yet.
bool is_being_sent(const tickets::Notice& notice, base::Time now);
// Sent, or given up on purpose: nothing is to be done to it any more.
bool is_over(const tickets::Notice& notice);

tickets::Notice retried(tickets::Notice notice, base::Time now);
// who: the agent's address, or "login:root".
tickets::Notice cancelled(tickets::Notice notice, const std::string& who);

}  // namespace ticketmilter::cli
