// SPDX-License-Identifier: MIT
// Columns under a heading that fit the terminal: when a row is too wide, the widest columns that may shrink do, until all fits.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/terminal.h"

namespace ticketmilter::cli {

struct Column {
  std::string title;
  std::size_t least = 0;  // columns it may shrink to, 0 = it never shrinks
  bool right = false;     // numbers stand at the right
};

// Implicit: a cell without a style is its text.
struct Cell {
  Cell(std::string t, Style s = Style::Plain) : text(std::move(t)), style(s) {}  // NOLINT(google-explicit-constructor)
  Cell(const char* t, Style s = Style::Plain) : text(t), style(s) {}             // NOLINT(google-explicit-constructor)
  std::string text;                                                              // made safe by the table
  Style style;
};

using TableRow = std::vector<Cell>;  // one cell a column

// The lines, each with its line feed; "" when there are no rows.
std::string format_table(const std::vector<Column>& columns, std::vector<TableRow> rows, const Terminal& terminal);

}  // namespace ticketmilter::cli
