// SPDX-License-Identifier: MIT
// Who is inside: libmilter stops without waiting for its callbacks, so we count those that use the store, and at the end let nobody in any more
// and wait for the last one to leave.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace ticketmilter::milter {

class Gate {
 public:
  // False once the gate is closed.
  bool enter();
  void leave();
  // False when somebody is still inside after that time.
  bool close(std::chrono::seconds patience);

 private:
  std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t inside_ = 0;
  bool closed_ = false;
};

// Inside for as long as the object lives, if it could get in.
class Visit {
 public:
  explicit Visit(Gate& gate) : gate_(gate.enter() ? &gate : nullptr) {}
  ~Visit() {
    if (gate_ != nullptr) {
      gate_->leave();
    }
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  explicit operator bool() const { return gate_ != nullptr; }

 private:
  Gate* gate_;
};

}  // namespace ticketmilter::milter
