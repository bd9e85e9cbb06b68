// SPDX-License-Identifier: MIT
// The index beside the store. It holds nothing that the store does not, so what is wrong with it is mended by making it anew, and mail is filed without it: who
// searches brings it up to date first.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "store/store.h"
#include "tickets/ticket.h"

namespace ticketmilter::search {

enum class Update {
  Current,    // all that the store has is in the index
  Locked,     // somebody else is at it: what is there may be older
  NotOurs,    // the folder is not for us to write: likewise
  NoneThere,  // one of the two, and there is no index at all
};

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

// Where the index of a store is.
std::string folder_in(const std::string& store_folder);

// Waits a moment for who is at it. anew: from nothing, whatever is there; so does an index that is damaged or of another format. A process that
// is killed meanwhile loses a batch: the next goes on from there. Throws CannotCreate, Full and Io.
Update update(const std::string& folder, const store::Store& store, bool anew);

// Nothing of what these tickets said can be found any more; those that the store still has come back with the next update. Throws Io.
void remove(const std::string& folder, const std::vector<tickets::TicketId>& ids);

// store: whose tickets these are, asked which of them changed last. Throws Usage for a query that is none.
Found find(const std::string& folder, const store::Store& store, const Wanted& wanted);

}  // namespace ticketmilter::search
