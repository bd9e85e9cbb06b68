// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "notify/run_delay.h"

using namespace std::chrono_literals;
using ticketmilter::notify::RunDelay;
using Clock = std::chrono::steady_clock;

namespace {

void spin_for(std::chrono::milliseconds time) {
  for (const auto end = Clock::now() + time; Clock::now() < end;) {
  }
}

// Both on one processor: one of them waits while the other runs.
std::chrono::nanoseconds delay_beside_another() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  std::chrono::nanoseconds delay{};
  std::thread([&] {
    sched_setaffinity(0, sizeof one, &one);
    RunDelay measured;
    std::atomic<bool> done = false;
    std::thread other([&] {  // inherits the processor
      while (!done) {
      }
    });
    spin_for(100ms);
    delay = measured.take();
    done = true;
    other.join();
  }).join();
  return delay;
}

}  // namespace

TEST_CASE("run delay: what another thread takes away of the processor") {
  if (access("/proc/thread-self/schedstat", R_OK) != 0) {
    MESSAGE("skipped: this kernel does not tell");
    return;
  }
  const auto delay = delay_beside_another();
  CHECK(delay > 20ms);
  CHECK(delay < 1s);
}

TEST_CASE("run delay: counted once") {
  RunDelay measured;
  spin_for(10ms);
  measured.take();
  CHECK(measured.take() < 5ms);
}
