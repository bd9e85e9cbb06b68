// SPDX-License-Identifier: MIT
// What store.h hides: transactions around the callers' bodies, and what to do when one of many fails.
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <vector>

#include "store/lmdb/doorbell.h"
#include "store/lmdb/environment.h"
#include "store/store.h"

namespace ticketmilter::store {

class Engine {
 public:
  using Body = std::function<void(Writer&)>;

  Engine(const Options& options, const std::string& folder) : env_(options, folder), doorbell_(folder) {}

  void read(const std::function<void(const Reader&)>& body);
  std::vector<std::exception_ptr> write_all(const std::vector<const Body*>& bodies);
  bool full();
  void copy_to(const std::string& folder) { env_.copy_to(folder); }
  void check_readers() { env_.check_readers(); }
  void wait_for_notices(std::chrono::milliseconds most, int interrupt) { doorbell_.wait(most, interrupt); }

 private:
  using Answers = std::vector<std::exception_ptr>;
  enum class Ended { Committed, BodyFailed, StoreFailed };

  Ended try_all(const std::vector<const Body*>& bodies, std::vector<bool>& out, Answers& answers);
  void each_alone(const std::vector<const Body*>& bodies, const std::vector<bool>& out, Answers& answers);
  bool find_full();

  lmdb::Environment env_;
  lmdb::Doorbell doorbell_;
  std::atomic<std::chrono::steady_clock::rep> looked_{0};  // when full() last asked, 0 = not since a write failed
  std::atomic<bool> full_{false};                          // what it found
};

}  // namespace ticketmilter::store
