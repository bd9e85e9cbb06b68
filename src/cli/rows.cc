// SPDX-License-Identifier: MIT
// The columns of a list of tickets, whichever command found them.
#include "cli/rows.h"

#include <unistd.h>

#include "base/text.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "cli/table.h"

namespace ticketmilter::cli {
namespace {

using store::Row;

Style style_of(tickets::Status status) {
  switch (status) {
    case tickets::Status::New: return Style::Yellow;
    case tickets::Status::Open: return Style::Green;
    case tickets::Status::Stalled: return Style::Cyan;
    case tickets::Status::Deleted: return Style::Red;
    case tickets::Status::Resolved:
    case tickets::Status::Rejected: return Style::Dim;
  }
  return Style::Plain;
}

}  // namespace

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

std::string format_rows(const std::vector<Row>& rows, const Terminal& terminal) {
  std::vector<TableRow> out;
  out.reserve(rows.size());
  for (const Row& row : rows) {
    out.push_back({std::to_string(number(row.id)),
                   {name(row.status), style_of(row.status)},
                   row.queue,
                   {base::local_minute(row.updated), Style::Dim},
                   row.owner,
                   base::join(row.requestors, ", "),
                   row.subject});
  }
  return format_table(
      {{"ID", 0, true}, {"STATUS"}, {"QUEUE", 6}, {"UPDATED"}, {"OWNER", 6}, {"REQUESTOR", 6}, {"SUBJECT", 6}},
      std::move(out), terminal);
}

void print_rows(const Shared& shared, const std::vector<Row>& rows) {
  if (!shared.json) {
    return print(format_rows(rows, find_terminal(STDOUT_FILENO)));
  }
  for (const Row& row : rows) {
    print(json_line(to_json(row)));
  }
}

}  // namespace ticketmilter::cli
