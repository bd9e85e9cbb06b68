// SPDX-License-Identifier: MIT
// Units change where the smaller one is still good for a number of two digits, so that "47 h" never hides half a day.
#include "cli/when.h"

#include <fmt/format.h>

namespace ticketmilter::cli {

std::string span_text(base::Time from, base::Time to) {
  using namespace std::chrono;
  const auto span = to - from;
  if (span < minutes(1)) {
    return "now";
  }
  if (span < hours(1)) {
    return fmt::format("{} min", floor<minutes>(span).count());
  }
  if (span < hours(48)) {
    return fmt::format("{} h", floor<hours>(span).count());
  }
  return span < years(2) ? fmt::format("{} d", floor<days>(span).count())
                         : fmt::format("{} y", floor<years>(span).count());
}

std::string moment_text(base::Time t, const Clock& clock) {
  if (!clock.relative) {
    return base::local_minute(t);
  }
  return t > clock.now + std::chrono::minutes(1) ? "in " + span_text(clock.now, t) : span_text(t, clock.now);
}

std::string long_moment_text(base::Time t, const Clock& clock) {
  if (!clock.relative) {
    return base::local_minute(t);
  }
  const std::string moment = moment_text(t, clock);
  const bool past = t <= clock.now && moment != "now";
  return fmt::format("{} ({}{})", base::local_minute(t), moment, past ? " ago" : "");
}

}  // namespace ticketmilter::cli
