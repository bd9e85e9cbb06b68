// SPDX-License-Identifier: MIT
// How long this thread was ready to run and found no processor free: what says, better than a load average, that others need the machine now.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/handle.h"

namespace ticketmilter::notify {

// Of the thread that made it. Where the kernel does not tell (proc(5): /proc/thread-self/schedstat), nothing was ever waited for.
class RunDelay {
 public:
  RunDelay();
  // Since the last call, or since it was made. The short while that any change of processes takes is not counted.
  std::chrono::nanoseconds take();

 private:
  struct Count {
    std::chrono::nanoseconds waited{};
    std::int64_t turns = 0;
  };
  Count total() const;

  base::Fd file_;
  Count taken_;
};

}  // namespace ticketmilter::notify
