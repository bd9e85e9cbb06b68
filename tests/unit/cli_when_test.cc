// SPDX-License-Identifier: MIT
// How far off a moment is, in words that fit a column.
#include <doctest/doctest.h>

#include <cstdlib>

#include "cli/when.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;
using namespace std::chrono;

namespace {
const base::Time noon = sys_days(year(2026) / 11 / 21) + hours(12);
}

TEST_CASE("span_text: the unit changes where the smaller one is still good") {
  struct Row {
    milliseconds span;
    const char* want;
  };
  const Row rows[] = {
      {milliseconds(-5), "now"}, {seconds(59), "now"}, {seconds(60), "1 min"}, {minutes(59), "59 min"},
      {hours(1), "1 h"},         {hours(47), "47 h"},  {hours(48), "2 d"},     {days(729), "729 d"},
      {days(731), "2 y"},        {days(3660), "10 y"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.want);
    CHECK(span_text(noon, noon + row.span) == row.want);
  }
}

TEST_CASE("moment_text: past, future, and the calendar") {
  const Clock clock{noon, true};
  CHECK(moment_text(noon - hours(3), clock) == "3 h");
  CHECK(moment_text(noon + hours(3), clock) == "in 3 h");
  CHECK(moment_text(noon + seconds(30), clock) == "now");
  CHECK(long_moment_text(noon - days(5), clock) == base::local_minute(noon - days(5)) + " (5 d ago)");
  CHECK(long_moment_text(noon + days(5), clock) == base::local_minute(noon + days(5)) + " (in 5 d)");
  CHECK(long_moment_text(noon, clock) == base::local_minute(noon) + " (now)");
  CHECK(moment_text(noon, {noon, false}) == base::local_minute(noon));
  CHECK(long_moment_text(noon, {noon, false}) == base::local_minute(noon));
}
