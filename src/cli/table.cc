// SPDX-License-Identifier: MIT
// Widths are counted in terminal columns, not in bytes; the last column is never padded, so that no line ends in blanks.
#include "cli/table.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace ticketmilter::cli {
namespace {

constexpr std::size_t gap = 2;  // blanks between columns

using Widths = std::vector<std::size_t>;

Widths natural_widths(const std::vector<Column>& columns, const std::vector<TableRow>& rows) {
  Widths widths;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::size_t width = base::display_width(columns[i].title);
    for (const TableRow& row : rows) {
      width = std::max(width, base::display_width(row[i].text));
    }
    widths.push_back(width);
  }
  return widths;
}

// The widest column that may still shrink; the number of columns when there is none.
std::size_t widest(const std::vector<Column>& columns, const Widths& widths) {
  std::size_t found = columns.size();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool may_shrink = columns[i].least > 0 && widths[i] > columns[i].least;
    if (may_shrink && (found == columns.size() || widths[i] > widths[found])) {
      found = i;
    }
  }
  return found;
}

void shrink(const std::vector<Column>& columns, Widths& widths, std::size_t available) {
  std::size_t total = std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
  for (; total > available; --total) {
    const std::size_t i = widest(columns, widths);
    if (i == columns.size()) {
      return;
    }
    --widths[i];
  }
}

std::string format_row(const std::vector<Column>& columns, const TableRow& row, const Widths& widths,
                       const Terminal& terminal) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string text = cut(row[i].text, widths[i]);
    const std::string padding(widths[i] - std::min(widths[i], base::display_width(text)), ' ');
    line += columns[i].right ? padding : "";
    line += styled(text, row[i].style, terminal);
    line += columns[i].right ? "" : padding;
    line += std::string(gap, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

std::string format_table(const std::vector<Column>& columns, std::vector<TableRow> rows, const Terminal& terminal) {
  if (rows.empty()) {
    return "";
  }
  for (TableRow& row : rows) {
    for (Cell& cell : row) {
      cell.text = safe_line(cell.text);
    }
  }
  Widths widths = natural_widths(columns, rows);
  if (terminal.width > 0) {
    shrink(columns, widths, terminal.width);
  }
  TableRow titles;
  for (const Column& column : columns) {
    titles.emplace_back(column.title, Style::Bold);
  }
  std::string out = format_row(columns, titles, widths, terminal);
  for (const TableRow& row : rows) {
    out += format_row(columns, row, widths, terminal);
  }
  return out;
}

}  // namespace ticketmilter::cli
