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

// When the requestor first spoke after an agent's last answer. Empty when nothing is left unanswered.
std::optional<base::Time> unanswered_since(const std::vector<std::string>& requestors,
                                           const std::vector<tickets::Entry>& history, const config::Config& config);

struct WaitingLine {
  std::vector<Waiting> longest;  // a few, the oldest first
  std::size_t unowned = 0;       // of all that wait
  std::size_t unanswered = 0;    // likewise; a ticket may be both
  bool all = true;               // false: there are more tickets than were looked at, so there may be more
};

// Tells the history of a ticket.
using ReadHistory = std::function<std::vector<tickets::Entry>(tickets::TicketId)>;

// What waits among new and open tickets: those that nobody owns, and those whose requestor waits for an answer. However many there are, a few new ones are kept, and as many open ones as
// have their history read.
class Waiters {
 public:
  // few: how many are wanted in the end. most_read: how many histories of open tickets may be read, those of the oldest.
  Waiters(std::size_t few, std::size_t most_read) : few_(few), most_read_(most_read) {}

  // In any order.
  void add(const store::Row& row);
  WaitingLine finish(const config::Config& config, const ReadHistory& read);

 private:
  const std::size_t few_;
  const std::size_t most_read_;
  std::vector<store::Row> new_, open_;  // heaps: the youngest first
  WaitingLine line_;
};

struct Overview {
  bool agent = false;            // the login is an agent's, so that there can be tickets of its own
  std::vector<store::Row> mine;  // new, open and stalled, the one that changed last first
  WaitingLine waiting;
};
std::string format_overview(const Overview& overview, const Clock& clock, const Terminal& terminal);

}  // namespace ticketmilter::cli
