// SPDX-License-Identifier: MIT
// What is stands in every row; colour says only what the words say, too, so nothing is lost without it.
#include "cli/list_text.h"

#include <algorithm>

#include "base/text.h"
#include "cli/table.h"

namespace ticketmilter::cli {
namespace {

using store::Row;
using tickets::Status;

Style style_of_subject(const Row& row) {
  return is_active(row.status) && (row.status == Status::New || row.owner.empty()) ? Style::Bold : Style::Plain;
}

Cell id_cell(const Row& row, base::Time now) {
  return {std::to_string(number(row.id)), is_overdue(row, now) ? Style::Red : Style::Plain};
}

Cell due_cell(const Row& row, const Clock& clock) {
  return {row.due ? moment_text(*row.due, clock) : "", is_overdue(row, clock.now) ? Style::Red : Style::Plain};
}

}  // namespace

Style style_of(Status status) {
  switch (status) {
    case Status::New: return Style::Yellow;
    case Status::Open: return Style::Green;
    case Status::Stalled: return Style::Cyan;
    case Status::Deleted: return Style::Red;
    case Status::Resolved:
    case Status::Rejected: return Style::Dim;
  }
  return Style::Plain;
}

bool is_active(Status status) {
  return status == Status::New || status == Status::Open || status == Status::Stalled;
}

bool is_overdue(const Row& row, base::Time now) {
  return row.due && *row.due < now && is_active(row.status);
}

std::string format_list(const std::vector<Row>& rows, const Clock& clock, const Terminal& terminal) {
  const bool with_due = std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.due.has_value(); });
  std::vector<Column> columns = {{"ID", 0, true}, {"STATUS"},       {"QUEUE", 6},  {"UPDATED"},
                                 {"OWNER", 6},    {"REQUESTOR", 6}, {"SUBJECT", 6}};
  constexpr auto due_at = 4;
  if (with_due) {
    columns.insert(columns.begin() + due_at, Column{"DUE"});
  }
  std::vector<TableRow> table;
  table.reserve(rows.size());
  for (const Row& row : rows) {
    TableRow cells = {id_cell(row, clock.now),
                      {name(row.status), style_of(row.status)},
                      row.queue,
                      {moment_text(row.updated, clock), Style::Dim},
                      row.owner,
                      base::join(row.requestors, ", "),
                      {row.subject, style_of_subject(row)}};
    if (with_due) {
      cells.insert(cells.begin() + due_at, due_cell(row, clock));
    }
    table.push_back(std::move(cells));
  }
  return format_table(columns, std::move(table), terminal);
}

std::string format_waiting(const std::vector<Waiting>& waiting, const Clock& clock, const Terminal& terminal) {
  std::vector<TableRow> table;
  table.reserve(waiting.size());
  for (const auto& [row, since] : waiting) {
    table.push_back({id_cell(row, clock.now),
                     {name(row.status), style_of(row.status)},
                     row.queue,
                     moment_text(since, clock),
                     row.owner,
                     base::join(row.requestors, ", "),
                     {row.subject, style_of_subject(row)}});
  }
  return format_table(
      {{"ID", 0, true}, {"STATUS"}, {"QUEUE", 6}, {"SINCE"}, {"OWNER", 6}, {"REQUESTOR", 6}, {"SUBJECT", 6}},
      std::move(table), terminal);
}

}  // namespace ticketmilter::cli
