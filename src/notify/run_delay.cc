// SPDX-License-Identifier: MIT
// The file holds three numbers: nanoseconds run, nanoseconds waited for a processor, and turns.
#include "notify/run_delay.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace ticketmilter::notify {

using std::chrono::nanoseconds;

RunDelay::RunDelay() : file_(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)), taken_(total()) {}

nanoseconds RunDelay::take() {
  const auto now = total();
  return std::max(now - std::exchange(taken_, now), nanoseconds{0});
}

nanoseconds RunDelay::total() const {
  char text[100];
  const auto n = file_ ? ::pread(file_.get(), text, sizeof text, 0) : -1;
  std::string_view line(text, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  line.remove_prefix(std::min(line.size(), line.find(' ') + 1));
  nanoseconds::rep waited = 0;
  std::from_chars(line.data(), line.data() + line.size(), waited);
  return nanoseconds{waited};
}

}  // namespace ticketmilter::notify
