// SPDX-License-Identifier: MIT
// What tickets hold of a person, taken out of them or led to another address. Pure.
#pragma once

#include <string>

#include "store/store.h"
#include "tickets/notice.h"

namespace ticketmilter::cli {

// The address has a role on the ticket or is squelched there.
bool is_on(const tickets::Ticket& ticket, const std::string& address);
// Something in the ticket or its history names it as who did or sent something.
bool is_in(const store::StoredTicket& stored, const std::string& address);

// Each role of one address becomes the other's, once.
void replace_roles(tickets::Ticket& ticket, const std::string& from, const std::string& to);

// The pseudonym stands for the address everywhere, and hears of nothing; what the address wrote is gone, that it wrote stays.
void forget(store::StoredTicket& stored, const std::string& address, const std::string& pseudonym);
// One that still waits is dropped.
tickets::Notice forget(tickets::Notice notice, const std::string& pseudonym);

}  // namespace ticketmilter::cli
