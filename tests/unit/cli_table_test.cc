// SPDX-License-Identifier: MIT
// Tables fit the terminal they are made for.
#include <doctest/doctest.h>

#include "base/text.h"
#include "cli/table.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;

namespace {
const std::vector<Column> columns = {{"ID", 0, true}, {"QUEUE", 3}, {"SUBJECT", 8}};
}

TEST_CASE("no rows, no table") {
  CHECK(format_table(columns, {}, {}).empty());
}

TEST_CASE("columns are as wide as they need to be, and no line ends in blanks") {
  CHECK(format_table(columns, {{"1", "help", "Printer"}, {"10", "sales", ""}}, {}) ==
        "ID  QUEUE  SUBJECT\n"
        " 1  help   Printer\n"
        "10  sales\n");
}

TEST_CASE("without a width nothing is cut") {
  const std::string subject(400, 'x');
  CHECK(format_table(columns, {{"1", "help", subject}}, {}).find(subject) != std::string::npos);
}

TEST_CASE("the widest column shrinks first, and none below what it needs") {
  const std::vector<TableRow> rows = {{"1", "help", "A subject that does not fit at all"}};
  CHECK(format_table(columns, rows, {24, false}) ==
        "ID  QUEUE  SUBJECT\n"
        " 1  help   A subject th…\n");
  CHECK(format_table(columns, rows, {5, false}) ==
        "ID  QU…  SUBJECT\n"
        " 1  he…  A subje…\n");
}

TEST_CASE("wide characters count two columns") {
  CHECK(format_table(columns, {{"1", "漢字漢", "x"}, {"2", "abc", "y"}}, {}) ==
        "ID  QUEUE   SUBJECT\n"
        " 1  漢字漢  x\n"
        " 2  abc     y\n");
}

TEST_CASE("cells are made safe") {
  CHECK(format_table({{"A"}}, {{"x\x1b[31my\nz"}}, {}) == "A\nx [31my z\n");
}

TEST_CASE("colour does not disturb the columns") {
  CHECK(format_table({{"A"}, {"B"}}, {{{"x", Style::Green}, "y"}, {"long", "z"}}, {0, true}) ==
        "\x1b[1mA\x1b[0m     \x1b[1mB\x1b[0m\n"
        "\x1b[32mx\x1b[0m     y\n"
        "long  z\n");
}
