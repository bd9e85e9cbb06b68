// SPDX-License-Identifier: MIT
// A ticket as a person reads it: what it is, then its history. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "cli/when.h"
#include "tickets/notice.h"
#include "tickets/ticket.h"

namespace ticketmilter::cli {

// An entry with all that it says; "" = nothing.
struct ShownEntry {
  tickets::Entry entry;
  std::string text;
};

struct ShownTicket {
  tickets::Ticket ticket;
  std::vector<ShownEntry> history;  // what of it is wanted
  std::vector<tickets::Notice> notices;
};

struct Look {
  bool full = false;  // quoted text and signatures as well
  Clock clock;
  Terminal terminal;
};
std::string format_ticket(const ShownTicket& shown, const Look& look);

}  // namespace ticketmilter::cli
