// SPDX-License-Identifier: MIT
// notify/schedule: waits, and times of day in zones where an hour is left out or comes twice.
#include "notify/schedule.h"

#include <doctest/doctest.h>
#include <fmt/chrono.h>

#include <cstdlib>
#include <ctime>
#include <string>

using namespace ticketmilter;
using namespace std::chrono;
using base::Time;

namespace {

Time utc(int y, unsigned m, unsigned d, int hour, int minute, int second = 0) {
  return Time(sys_days(year(y) / month(m) / day(d)).time_since_epoch() + hours(hour) + minutes(minute) +
              seconds(second));
}

std::string show(std::optional<Time> time) {
  return time ? fmt::format("{:%m-%d %H:%M}", fmt::gmtime(system_clock::to_time_t(*time))) : "none";
}

// The zone of times that have none of their own.
class LocalZone {
 public:
  explicit LocalZone(const char* name) {
    const char* before = std::getenv("TZ");
    before_ = before != nullptr ? before : "";
    set(name);
  }
  ~LocalZone() { set(before_.c_str()); }
  LocalZone(const LocalZone&) = delete;
  LocalZone& operator=(const LocalZone&) = delete;

 private:
  static void set(const char* name) {
    *name == '\0' ? unsetenv("TZ") : setenv("TZ", name, 1);
    tzset();
  }
  std::string before_;
};

}  // namespace

TEST_CASE("the wait after a failure is the age of the notice, within bounds") {
  const struct {
    seconds age, wait;
  } rows[] = {{0s, 5min}, {4min, 5min}, {6min, 6min}, {1h, 1h}, {70min, 70min}, {3h, 70min}, {96h, 70min}, {-1h, 5min}};
  const Time now = utc(2026, 1, 15, 12, 0);
  for (const auto& row : rows) {
    CAPTURE(row.age.count());
    CHECK((notify::next_try(now - row.age, now) - now) == row.wait);
  }
}

TEST_CASE("quiet hours end at their time of day, also where the clock is put forward or back") {
  const std::string night = "22:00-06:00 Europe/Berlin";
  const struct {
    const char* what;
    std::string quiet;
    Time now;
    const char* until;
  } rows[] = {
      {"none are set", "", utc(2026, 1, 15, 23, 0), "none"},
      {"before", night, utc(2026, 1, 15, 20, 59, 59), "none"},
      {"begin", night, utc(2026, 1, 15, 21, 0), "01-16 05:00"},
      {"late in the evening", night, utc(2026, 1, 15, 22, 59), "01-16 05:00"},
      {"early in the morning", night, utc(2026, 1, 16, 4, 59, 59), "01-16 05:00"},
      {"end", night, utc(2026, 1, 16, 5, 0), "none"},
      {"summer", night, utc(2026, 7, 15, 20, 0), "07-16 04:00"},
      {"the short night, before", night, utc(2026, 3, 28, 21, 30), "03-29 04:00"},
      {"the short night, after the change", night, utc(2026, 3, 29, 1, 30), "03-29 04:00"},
      {"the short night is over", night, utc(2026, 3, 29, 4, 0), "none"},
      {"the long night, before", night, utc(2026, 10, 24, 20, 30), "10-25 05:00"},
      {"the long night, the hour that comes twice", night, utc(2026, 10, 25, 0, 30), "10-25 05:00"},
      {"the long night, again", night, utc(2026, 10, 25, 1, 30), "10-25 05:00"},
      {"the long night, an hour more", night, utc(2026, 10, 25, 4, 30), "10-25 05:00"},
      {"the long night is over", night, utc(2026, 10, 25, 5, 0), "none"},
      {"at noon", "12:00-13:30 Europe/Berlin", utc(2026, 7, 15, 11, 0), "07-15 11:30"},
      {"an end in the hour that is left out", "22:00-02:30 Europe/Berlin", utc(2026, 3, 28, 23, 0), "03-29 01:00"},
      {"in UTC", "22:00-06:00 UTC", utc(2026, 7, 15, 23, 0), "07-16 06:00"},
      {"a zone that nobody knows", "22:00-06:00 Nowhere/Else", utc(2026, 7, 15, 23, 0), "07-16 06:00"},
      {"the last day of a year", night, utc(2026, 12, 31, 22, 0), "01-01 05:00"},
      {"the leap day", night, utc(2028, 2, 28, 22, 0), "02-29 05:00"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(show(notify::quiet_until(row.quiet, row.now)) == row.until);
  }
}

TEST_CASE("digests go at the full hour or at eight in the morning") {
  const LocalZone zone("Europe/Berlin");
  using config::Digest;
  const struct {
    Digest digest;
    Time created;
    const char* sent;
  } rows[] = {
      {Digest::None, utc(2026, 1, 15, 12, 34), "01-15 12:34"},
      {Digest::Hourly, utc(2026, 1, 15, 12, 34), "01-15 13:00"},
      {Digest::Hourly, utc(2026, 1, 15, 12, 0), "01-15 13:00"},
      {Digest::Hourly, utc(2026, 3, 29, 0, 30), "03-29 01:00"},
      {Digest::Hourly, utc(2026, 12, 31, 23, 59), "01-01 00:00"},
      {Digest::Daily, utc(2026, 1, 15, 6, 59), "01-15 07:00"},
      {Digest::Daily, utc(2026, 1, 15, 7, 0), "01-16 07:00"},
      {Digest::Daily, utc(2026, 3, 28, 12, 0), "03-29 06:00"},
      {Digest::Daily, utc(2026, 10, 24, 12, 0), "10-25 07:00"},
  };
  for (const auto& row : rows) {
    CAPTURE(show(row.created));
    CHECK(show(notify::digest_time(row.digest, row.created)) == row.sent);
  }
  CHECK(show(notify::last_morning(utc(2026, 3, 29, 5, 59))) == "03-28 07:00");
  CHECK(show(notify::last_morning(utc(2026, 3, 29, 6, 0))) == "03-29 06:00");
}
