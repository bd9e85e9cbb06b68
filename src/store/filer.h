// SPDX-License-Identifier: MIT
// Group commit: sessions hand in work, and one of them writes all that is waiting in one transaction and wakes the others; a commit answers every
// session in it. What comes alone is written at once. While more mail is on its way it is worth a moment's wait, as with PostgreSQL's commit_delay:
// half the transactions leave the processors to the MTA.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "store/store.h"

namespace ticketmilter::store {

class Filer {
 public:
  struct Limits {
    std::size_t messages = 256;             // in one transaction
    std::size_t bytes = 32 << 20;           // likewise
    std::chrono::microseconds pause{50};    // after each commit, so that other programs get LMDB's write lock
    std::chrono::microseconds delay{3000};  // at most, for expected work
  };

  explicit Filer(Store& store);
  Filer(Store& store, Limits limits);
  // Finishes what is waiting.
  ~Filer();

  // Runs work in the next transaction and returns when that is durable; throws what work threw, or the store's Error. cost: bytes it will write, about.
  // work may run more than once, on the thread of any caller.
  void file(const std::function<void(Writer&)>& work, std::size_t cost);

  // Work is to be expected soon, for as long as what is returned is kept; it may outlive the filer. A transaction waits while more than twice as much is
  // expected as is there.
  std::shared_ptr<const void> expect() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ticketmilter::store
