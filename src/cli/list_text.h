// SPDX-License-Identifier: MIT
// Tickets as a person looks them over: one a line, what is late in red, what nobody has taken on yet in bold. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "cli/when.h"
#include "store/store.h"

namespace ticketmilter::cli {

Style style_of(tickets::Status status);

// new, open or stalled: there is something left to do.
bool is_active(tickets::Status status);
bool is_overdue(const store::Row& row, base::Time now);

// With a column of due dates where there is one. "" = no tickets.
std::string format_list(const std::vector<store::Row>& rows, const Clock& clock, const Terminal& terminal);

// A ticket that waits for somebody at the desk, and since when.
struct Waiting {
  store::Row row;
  base::Time since{};
};
std::string format_waiting(const std::vector<Waiting>& waiting, const Clock& clock, const Terminal& terminal);

}  // namespace ticketmilter::cli
