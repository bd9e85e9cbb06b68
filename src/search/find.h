// SPDX-License-Identifier: MIT
// Asks the index for tickets: words, phrases, fields, dates and their combinations, as ticket(1) describes them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "store/store.h"
#include "tickets/ticket.h"

namespace ticketmilter::search {

enum class Order { Relevance, Updated };

struct Wanted {
  std::string query;  // as typed
  Order order = Order::Relevance;
  std::size_t first = 0;  // how many of the best to leave out
  std::size_t limit = 50;
  // When by the index's estimate more tickets match, the newest changes are found, whatever the order, if enough of the newest match: to weigh them all takes
  // long, and says little.
  std::size_t weighed = 200'000;
};

// What the index says; the store may know better by now.
struct Found {
  std::vector<tickets::TicketId> tickets;
  bool damaged = false;  // the index cannot be read: it has to be made anew
};

// store: whose tickets these are, asked which of them changed last. Throws Usage for a query that is none.
Found find(const std::string& folder, const store::Store& store, const Wanted& wanted);

}  // namespace ticketmilter::search
