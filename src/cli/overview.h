// SPDX-License-Identifier: MIT
// What waits for whom: what the desk says when nothing is asked for. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/list_text.h"
#include "config/config.h"
#include "store/store.h"
#include "tickets/ticket.h"

namespace ticketmilter::cli {

// Whether that is an agent's address; case-folded.
using IsAgent = std::function<bool(const std::string& address)>;
IsAgent agents_of(const config::Config& config);

// When the requestor first spoke after an agent's last answer. Empty when nothing is left unanswered.
std::optional<base::Time> unanswered_since(const std::vector<std::string>& requestors,
                                           const std::vector<tickets::Entry>& history, const IsAgent& is_agent);

struct WaitingLine {
  std::vector<Waiting> longest;  // a few, the oldest first
  std::size_t unowned = 0;       // of all that wait
  std::size_t unanswered = 0;    // likewise; a ticket may be both
  bool all = true;               // false: there are more tickets than were looked at, so there may be more
};

// What waits among new and open tickets: those that nobody owns, and those whose requestor waits for an answer. read tells the history of an open ticket; at most
// most_read of them, the oldest, are asked for.
WaitingLine find_waiting(std::vector<store::Row> active, std::size_t few, std::size_t most_read,
                         const IsAgent& is_agent,
                         const std::function<std::vector<tickets::Entry>(tickets::TicketId)>& read);

struct Overview {
  bool agent = false;            // the login is an agent's, so that there can be tickets of its own
  std::vector<store::Row> mine;  // new, open and stalled, the one that changed last first
  WaitingLine waiting;
};
std::string format_overview(const Overview& overview, const Clock& clock, const Terminal& terminal);

}  // namespace ticketmilter::cli
