// SPDX-License-Identifier: MIT
// GLib knows the time zones.
#include "notify/schedule.h"

#include <glib.h>

#include <algorithm>

#include "base/handle.h"

namespace ticketmilter::notify {
namespace {

using namespace std::chrono;
using base::Time;
using Zone = base::Handle<GTimeZone, g_time_zone_unref>;
using Clock = base::Handle<GDateTime, g_date_time_unref>;

constexpr seconds shortest_wait = 5min;
constexpr seconds longest_wait = 70min;
constexpr int morning = 8;  // o'clock

Clock in_zone(Time time, GTimeZone* zone) {
  const Clock utc(g_date_time_new_from_unix_utc(duration_cast<seconds>(time.time_since_epoch()).count()));
  return Clock(g_date_time_to_timezone(utc.get(), zone));
}

Time time_of(GDateTime* clock) {
  return Time(seconds(g_date_time_to_unix(clock)));
}

// At that minute of that day and zone.
Time at(GDateTime* day, GTimeZone* zone, int hour, int minute) {
  const Clock clock(g_date_time_new(zone, g_date_time_get_year(day), g_date_time_get_month(day),
                                    g_date_time_get_day_of_month(day), hour, minute, 0));
  return time_of(clock.get());
}

// The last time before or at `now` that it was so late there, and the next.
struct Around {
  Time last;
  Time next;
};
Around around(Time now, GTimeZone* zone, int hour, int minute) {
  const Clock today = in_zone(now, zone);
  const Clock yesterday(g_date_time_add_days(today.get(), -1));
  const Clock tomorrow(g_date_time_add_days(today.get(), 1));
  const Time then = at(today.get(), zone, hour, minute);
  return then <= now ? Around{then, at(tomorrow.get(), zone, hour, minute)}
                     : Around{at(yesterday.get(), zone, hour, minute), then};
}

int two_digits(const std::string& text, std::size_t place) {
  return (text[place] - '0') * 10 + (text[place + 1] - '0');
}

Zone local_zone() {
  return Zone(g_time_zone_new_local());
}

}  // namespace

Time next_try(Time created, Time now) {
  return now + std::clamp<milliseconds>(now - created, shortest_wait, longest_wait);
}

// The form was checked when the configuration was read; a zone that the system does not know is UTC.
std::optional<Time> quiet_until(const std::string& quiet, Time now) {
  if (quiet.empty()) {
    return {};
  }
  Zone zone(g_time_zone_new_identifier(quiet.substr(12).c_str()));
  zone = zone ? std::move(zone) : Zone(g_time_zone_new_utc());
  const auto begin = around(now, zone.get(), two_digits(quiet, 0), two_digits(quiet, 3));
  const auto end = around(now, zone.get(), two_digits(quiet, 6), two_digits(quiet, 9));
  return begin.last > end.last ? std::optional(end.next) : std::nullopt;
}

Time digest_time(config::Digest digest, Time created) {
  switch (digest) {
    case config::Digest::None: return created;
    case config::Digest::Hourly: return floor<hours>(created) + hours(1);
    case config::Digest::Daily: return around(created, local_zone().get(), morning, 0).next;
  }
  return created;
}

Time last_morning(Time now) {
  return around(now, local_zone().get(), morning, 0).last;
}

}  // namespace ticketmilter::notify
