// SPDX-License-Identifier: MIT
// Time is an argument everywhere below the doors; only a door or a loop asks the clock.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ticketmilter::base {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

// The clock. Not to be called in mail/, tickets/ or policy/.
Time now();

// "2026-11-21T04:53:36Z": RFC 3339 in UTC, whole seconds.
std::string rfc3339(Time t);
// "2026-11-21T04:53:36Z", with fractions of a second and an offset such as +01:00 where there are any, or a date alone: its begin in UTC. Years 1970 to 9999.
std::optional<Time> parse_rfc3339(std::string_view s);
// "2026-11-21 04:53" in local time, for tables.
std::string local_minute(Time t);

// "30d" "12h" "90s" "10m" "2w", one unit; empty when it is none. The value is below 1000 years.
std::optional<std::chrono::seconds> parse_duration(std::string_view s);

}  // namespace ticketmilter::base
