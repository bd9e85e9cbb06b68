// SPDX-License-Identifier: MIT
// Times as text. RFC 3339 is written by hand as its form never changes; local time asks the C library, which knows the zone.
#include "base/time.h"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <ctime>

#include "base/handle.h"
#include "base/text.h"

namespace ticketmilter::base {

Time now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string rfc3339(Time t) {
  using namespace std::chrono;
  auto day = floor<days>(t);
  year_month_day date(day);
  hh_mm_ss clock(floor<seconds>(t - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

// GLib knows the form, and others that are none of RFC 3339: those are told apart by their length and hyphens.
std::optional<Time> parse_rfc3339(std::string_view s) {
  constexpr std::size_t date = 10;
  if (s.size() < date || s[4] != '-' || s[7] != '-' || s < "1970") {
    return {};
  }
  std::string text = s.size() == date ? std::string(s) + "T00:00:00Z" : std::string(s);
  std::ranges::transform(text, text.begin(), g_ascii_toupper);
  const Handle<GDateTime, g_date_time_unref> parsed(g_date_time_new_from_iso8601(text.c_str(), nullptr));
  if (!parsed) {
    return {};
  }
  return Time(std::chrono::seconds(g_date_time_to_unix(parsed.get()))) +
         std::chrono::milliseconds(g_date_time_get_microsecond(parsed.get()) / 1000);
}

std::string local_minute(Time t) {
  std::time_t seconds = std::chrono::system_clock::to_time_t(t);
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local)};
}

std::optional<std::chrono::seconds> parse_duration(std::string_view s) {
  if (s.size() < 2 || s.size() > 12) {
    return {};
  }
  std::uint64_t unit = 0;
  switch (s.back()) {
    case 's': unit = 1; break;
    case 'm': unit = 60; break;
    case 'h': unit = 3600; break;
    case 'd': unit = 86400; break;
    case 'w': unit = 7 * 86400; break;
    default: return {};
  }
  constexpr std::uint64_t max = 1000ULL * 366 * 86400;
  auto n = parse_number(s.substr(0, s.size() - 1));
  if (!n || *n > max / unit) {
    return {};
  }
  return std::chrono::seconds(*n * unit);
}

}  // namespace ticketmilter::base
