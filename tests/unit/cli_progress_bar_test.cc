// SPDX-License-Identifier: MIT
// cli/progress_bar: what it shows, and that it keeps to its line.
#include "cli/progress_bar.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace ticketmilter;
using namespace std::chrono_literals;

TEST_CASE("the bar fills, and tells what is left") {
  CHECK(cli::progress_bar(0, 0s, "0 filed", 50) == "[>                                ]   0 %  0 filed");
  CHECK(cli::progress_bar(0.5, 10s, "5 filed", 50) == "[===========>          ]  50 %  5 filed  0:10 left");
  CHECK(cli::progress_bar(0.02, 200s, "x", 80).ends_with("   2 %  x  2:43 h left"));
  CHECK(cli::progress_bar(1, 10s, "9 filed", 50) == "[=================================] 100 %  9 filed");
  CHECK(cli::progress_bar(7, 10s, "", 10) == cli::progress_bar(1, 10s, "", 10));
}

TEST_CASE("it is no wider than it may be, as long as that is not too narrow for any") {
  for (std::size_t width = 30; width < 200; ++width) {
    for (const double part : {0.0, 0.3, 0.99, 1.0}) {
      CHECK(base::display_width(cli::progress_bar(part, 1000s, "123456 filed, 12 known, 3 failed", width)) <= width);
    }
  }
}
