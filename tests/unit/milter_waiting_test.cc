// SPDX-License-Identifier: MIT
// Who waits is reported in time and no longer than it waits; who is inside is waited for.
#include <doctest/doctest.h>

#include <optional>
#include <thread>

#include "milter/gate.h"
#include "milter/progress.h"

using namespace ticketmilter::milter;
using namespace std::chrono_literals;

TEST_CASE("progress is told every five seconds, for ten minutes, and never afterwards") {
  Progress progress;
  int told = 0;
  const auto start = Progress::Clock::now();
  std::optional<Progress::Wait> wait;
  wait.emplace(progress, [&told] { ++told; });
  progress.tick(start + 4s);
  CHECK(told == 0);
  progress.tick(start + 6s);
  CHECK(told == 1);
  progress.tick(start + 7s);
  CHECK(told == 1);
  progress.tick(start + 11s);
  CHECK(told == 2);
  progress.tick(start + 11min);
  CHECK(told == 2);
  wait.reset();
  progress.tick(start + 30s);
  CHECK(told == 2);
}

TEST_CASE("each session waits for itself") {
  Progress progress;
  int first = 0, second = 0;
  const auto start = Progress::Clock::now();
  const Progress::Wait one(progress, [&first] { ++first; });
  {
    const Progress::Wait two(progress, [&second] { ++second; });
    progress.tick(start + 6s);
  }
  progress.tick(start + 12s);
  CHECK(first == 2);
  CHECK(second == 1);
}

TEST_CASE("the gate lets nobody in once it is closed, and waits for who is inside") {
  Gate gate;
  std::optional<Visit> visit;
  visit.emplace(gate);
  CHECK(static_cast<bool>(*visit));
  CHECK_FALSE(gate.close(0s));
  CHECK_FALSE(static_cast<bool>(Visit(gate)));
  std::thread leaving([&visit] { visit.reset(); });
  CHECK(gate.close(10s));
  leaving.join();
}
