// SPDX-License-Identifier: MIT
// The index beside the store. It holds nothing that the store does not, so what is wrong with it is mended by making it anew, and mail is filed without it: who
// searches brings it up to date first.
#pragma once

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

// Where the index of a store is.
std::string folder_in(const std::string& store_folder);

// These two set the process's umask for as long as they run, so no other thread may make files meanwhile.
//
// Waits a moment for who is at it. anew: from nothing, whatever is there; so does an index that is damaged or of another format. A process that
// is killed meanwhile loses a batch: the next goes on from there. Throws CannotCreate, Full and Io.
Update update(const std::string& folder, const store::Store& store, bool anew);

// Nothing of what these tickets said can be found any more; those that the store still has come back with the next update. Throws Io.
void remove(const std::string& folder, const std::vector<tickets::TicketId>& ids);

}  // namespace ticketmilter::search
