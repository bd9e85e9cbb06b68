// SPDX-License-Identifier: MIT
// Which ticket a message belongs to, and who may say so. The first that holds: the number in the address or its token, a msg-id of ours, the
// subject tag, a stored msg-id; else none.
#pragma once

#include "policy/decide.h"

namespace ticketmilter::policy {

struct Binding {
  const tickets::Ticket* ticket = nullptr;  // nullptr = a new one
  std::vector<tickets::TicketId> linked;    // named by someone who may not continue it
  std::vector<std::string> notes;           // how it was found
  bool token = false;                       // by one made for the author
};

// Where a person's mail, or a machine's that is filed like one, goes.
Binding bind(const Case& c, const Route& route, const tickets::View& view);

// The ticket of ours that a delivery report is about; nullptr when it is about none.
const tickets::Ticket* bind_report(const Case& c, const Route& route, const tickets::View& view);

// True when it comes with what only we can have made: the token of its address, or a msg-id of ours, of a ticket that is still there.
bool carries_token(const Case& c, const Route& route, const tickets::View& view);

// How the author stands to a queue and a ticket (nullptr = a new one), with what the View knows.
Standing standing_of(const Case& c, const config::Queue& queue, const tickets::Ticket* ticket,
                     const tickets::View& view, bool token = false);

}  // namespace ticketmilter::policy
