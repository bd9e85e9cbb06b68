// SPDX-License-Identifier: MIT
// The file holds three numbers: nanoseconds run, nanoseconds waited for a processor, and turns.
#include "notify/run_delay.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace ticketmilter::notify {

using std::chrono::nanoseconds;

namespace {

// A turn begins about 10 us after a peer's answer woke us, and 300 us where others want the processors.
constexpr auto change = std::chrono::microseconds{50};

}  // namespace

RunDelay::RunDelay() : file_(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)), taken_(total()) {}

nanoseconds RunDelay::take() {
  const auto now = total();
  const auto last = std::exchange(taken_, now);
  return std::max<nanoseconds>(now.waited - last.waited - (now.turns - last.turns) * change, nanoseconds{0});
}

RunDelay::Count RunDelay::total() const {
  char text[100];
  const auto n = file_ ? ::pread(file_.get(), text, sizeof text, 0) : -1;
  std::array<std::int64_t, 3> numbers{};
  const char* at = text;
  const char* const end = text + std::max<ssize_t>(n, 0);
  for (auto& number : numbers) {
    at = std::from_chars(at, end, number).ptr;
    at += at != end ? 1 : 0;
  }
  return {.waited = nanoseconds{numbers[1]}, .turns = numbers[2]};
}

}  // namespace ticketmilter::notify
