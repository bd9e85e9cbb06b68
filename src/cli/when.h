// SPDX-License-Identifier: MIT
// Moments as a person reads them: on a terminal by how far off they are, elsewhere by the calendar, which means the same tomorrow. Pure.
#pragma once

#include <string>

#include "base/time.h"

namespace ticketmilter::cli {

struct Clock {
  base::Time now{};
  bool relative = false;
};

// "now" (less than a minute), "3 min", "2 h", "5 d", "3 y": how long, rounded down. Whole days from 48 hours, years from two on.
std::string span_text(base::Time from, base::Time to);

// For a column: "5 d", of what is yet to come "in 5 d"; by the calendar "2026-11-21 04:53".
std::string moment_text(base::Time t, const Clock& clock);
// For a line: "2026-11-21 04:53", and behind it " (5 d ago)" where the clock is relative.
std::string long_moment_text(base::Time t, const Clock& clock);

}  // namespace ticketmilter::cli
