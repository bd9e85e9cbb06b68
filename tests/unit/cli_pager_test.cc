// SPDX-License-Identifier: MIT
// What fits the screen is counted in lines of the screen.
#include <doctest/doctest.h>

#include "cli/pager.h"

using namespace ticketmilter::cli;

TEST_CASE("screen_lines: long lines take more than one, colours no room") {
  CHECK(screen_lines("", 80) == 0);
  CHECK(screen_lines("a", 80) == 1);
  CHECK(screen_lines("a\nb\n", 80) == 2);
  CHECK(screen_lines("\n\n", 80) == 2);
  CHECK(screen_lines("12345678901", 5) == 3);
  CHECK(screen_lines("\x1b[31m12345\x1b[0m", 5) == 1);
  CHECK(screen_lines("漢字漢", 5) == 2);
  CHECK(screen_lines("12345678901", 0) == 1);
}
