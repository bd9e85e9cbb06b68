// SPDX-License-Identifier: MIT
// A mutex and a count: held for nanoseconds, beside a commit that takes half a millisecond.
#include "milter/gate.h"

namespace ticketmilter::milter {

bool Gate::enter() {
  const std::lock_guard lock(mutex_);
  if (closed_) {
    return false;
  }
  ++inside_;
  return true;
}

void Gate::leave() {
  const std::lock_guard lock(mutex_);
  --inside_;
  empty_.notify_all();
}

bool Gate::close(std::chrono::seconds patience) {
  std::unique_lock lock(mutex_);
  closed_ = true;
  return empty_.wait_for(lock, patience, [this] { return inside_ == 0; });
}

}  // namespace ticketmilter::milter
