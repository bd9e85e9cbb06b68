// SPDX-License-Identifier: MIT
// The one way by which the desk prints tickets, whichever command found them.
#include "cli/rows.h"

#include <unistd.h>

#include "cli/desk.h"
#include "cli/json.h"
#include "cli/list_text.h"
#include "cli/pager.h"

namespace ticketmilter::cli {

using store::Row;

Row row_of(const tickets::Ticket& ticket) {
  Row row;
  row.id = ticket.id;
  row.queue = ticket.queue;
  row.subject = ticket.subject;
  row.status = ticket.status;
  row.owner = ticket.owner;
  row.requestors = ticket.requestors;
  row.cc = ticket.cc;
  row.admin_cc = ticket.admin_cc;
  row.priority = ticket.priority;
  row.created = ticket.created;
  row.updated = ticket.updated;
  row.due = ticket.due;
  row.merged_into = ticket.merged_into;
  row.links = ticket.links;
  return row;
}

void print_rows(const Shared& shared, const std::vector<Row>& rows) {
  if (!shared.json) {
    const Terminal terminal = find_terminal(STDOUT_FILENO);
    return page(shared, format_list(rows, find_clock(shared, terminal), terminal), terminal);
  }
  for (const Row& row : rows) {
    print(json_line(to_json(row)));
  }
}

}  // namespace ticketmilter::cli
