// SPDX-License-Identifier: MIT
// tickets/tally: windows slide, to the second or to a small part of the window, and a tally never grows beyond its bound.
#include "tickets/tally.h"

#include <doctest/doctest.h>

using namespace ticketmilter;
using namespace std::chrono_literals;
using tickets::Counted;
using tickets::Tally;

namespace {

constexpr base::Time start{std::chrono::seconds(1'700'000'000)};

Tally hourly() {
  return {{Counted::NewTickets, "a@b.example", 1h}, {}};
}

}  // namespace

TEST_CASE("a charge leaves the window by itself") {
  Tally t = hourly();
  CHECK(t.used(start) == 0);
  CHECK(t.passed(start));
  t.charge(start, 1, 0, 20);
  t.charge(start + 10min, 2, 0, 20);
  CHECK(t.used(start + 10min) == 3);
  CHECK(t.used(start + 59min + 59s) == 3);
  CHECK(t.used(start + 60min) == 2);
  CHECK_FALSE(t.passed(start + 69min));
  CHECK(t.passed(start + 70min));
  t.charge(start + 2h, 1, 0, 20);
  CHECK(t.charges.size() == 1);
}

TEST_CASE("what happens within a second is one charge, if it is of one sort") {
  Tally t = hourly();
  for (int i = 0; i < 5; ++i) {
    t.charge(start + std::chrono::milliseconds(100 * i), 1, 7, 20);
  }
  CHECK(t.charges == std::vector<tickets::Charge>{{1'700'000'000, 5, 7}});
  t.charge(start, 1, 8, 20);
  CHECK(t.charges.size() == 2);
  CHECK(t.used(start) == 6);
  CHECK(t.same(start, 7, 1h) == 5);
  CHECK(t.same(start, 8, 1h) == 1);
  CHECK(t.same(start + 30min, 7, 20min) == 0);
}

TEST_CASE("a clock that was wrong does not shut anybody out for long") {
  Tally t = hourly();
  t.charge(start + std::chrono::hours(24 * 365), 20, 0, 20);
  CHECK(t.used(start) == 0);
  t.charge(start, 1, 0, 20);
  CHECK(t.used(start) == 1);
  t.charge(start - 10min, 1, 0, 20);  // a little backwards is nothing
  CHECK(t.used(start) == 2);
}

TEST_CASE("it never has more charges than the limit, nor than 256") {
  Tally t = hourly();
  for (int i = 0; i < 100; ++i) {
    t.charge(start + std::chrono::seconds(i), 1, 0, 20);
  }
  CHECK(t.charges.size() == 20);
  CHECK(t.used(start + 100s) == 20);

  Tally large = hourly();
  std::uint64_t n = 0;
  for (auto at = start; at < start + 1h; at += 1s, ++n) {
    large.charge(at, 1, 1, 1'000'000);
  }
  CHECK(large.charges.size() <= tickets::max_charges);
  CHECK(large.used(start + 59min + 59s) == n);
  const auto half = large.used(start + 90min);  // what is old is told apart to a hundredth of the window
  CHECK(half >= n / 2 - n / 100);
  CHECK(half <= n / 2 + n / 100);
  CHECK(large.used(start + 1h - 1s, 60s) == 60);  // what is new, to the second
}
