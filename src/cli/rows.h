// SPDX-License-Identifier: MIT
// Tickets as rows of a list, for a person and for a program.
#pragma once

#include <vector>

#include "cli/command.h"
#include "store/store.h"
#include "tickets/ticket.h"

namespace ticketmilter::cli {

// What the list's index would carry of the ticket.
store::Row row_of(const tickets::Ticket& ticket);

// On standard output, as a table, through a pager where it is long, or as JSON.
void print_rows(const Shared& shared, const std::vector<store::Row>& rows);

}  // namespace ticketmilter::cli
