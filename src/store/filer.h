// SPDX-License-Identifier: MIT
// Group commit: sessions hand in work, and one of them writes all that is waiting in one transaction and wakes the others. It never waits for a batch
// to fill, and a commit answers every session in it.
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
    std::size_t messages = 256;           // in one transaction
    std::size_t bytes = 32 << 20;         // likewise
    std::chrono::microseconds pause{50};  // after each commit, so that other programs get LMDB's write lock
  };

  explicit Filer(Store& store);
  Filer(Store& store, Limits limits);
  // Finishes what is waiting.
  ~Filer();

  // Runs work in the next transaction and returns when that is durable; throws what work threw, or the store's Error. cost: bytes it will write, about.
  // work may run more than once, on the thread of any caller.
  void file(const std::function<void(Writer&)>& work, std::size_t cost);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ticketmilter::store
