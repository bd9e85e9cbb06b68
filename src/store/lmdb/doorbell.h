// SPDX-License-Identifier: MIT
// How a commit in one process wakes the notifiers in others: a FIFO in the store's folder. A byte stays in it until somebody has read it, so a ring
// between a look into the outbox and the wait for the next is not lost.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "base/handle.h"

namespace ticketmilter::store::lmdb {

class Doorbell {
 public:
  explicit Doorbell(const std::string& folder) : path_(folder + "/outbox.bell") {}

  // Never fails and never waits: who does not hear it looks by himself every few seconds.
  void ring() const noexcept;
  // Until it has rung, interrupt (-1 = none) can be read, or the time is up. One that cannot be made is waited for in vain, until the time is up.
  void wait(std::chrono::milliseconds most, int interrupt);

 private:
  const std::string path_;
  std::mutex mutex_;
  base::Fd fd_;  // of who waits; open for writing, too, so that it never ends
};

}  // namespace ticketmilter::store::lmdb
