// SPDX-License-Identifier: MIT
// How long this thread was ready to run and found no processor free: what says, better than a load average, that others need the machine now.
#pragma once

#include <chrono>

#include "base/handle.h"

namespace ticketmilter::notify {

// Of the thread that made it. Where the kernel does not tell (proc(5): /proc/thread-self/schedstat), nothing was ever waited for.
class RunDelay {
 public:
  RunDelay();
  // Since the last call, or since it was made.
  std::chrono::nanoseconds take();

 private:
  std::chrono::nanoseconds total() const;

  base::Fd file_;
  std::chrono::nanoseconds taken_;
};

}  // namespace ticketmilter::notify
