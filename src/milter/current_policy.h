// SPDX-License-Identifier: MIT
// The policy new messages begin with. A reload puts another one in its place; a message that is under way keeps its own.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "config/config.h"
#include "policy/policy.h"

namespace ticketmilter::milter {

class CurrentPolicy {
 public:
  explicit CurrentPolicy(policy::PolicyPtr first) : policy_(std::move(first)) {}
  policy::PolicyPtr get() const {
    const std::lock_guard lock(mutex_);
    return policy_;
  }
  void set(policy::PolicyPtr next) {
    const std::lock_guard lock(mutex_);
    policy_.swap(next);
  }

 private:
  mutable std::mutex mutex_;
  policy::PolicyPtr policy_;
};

// The keys that differ and that only a restart puts into effect: "milter.socket" and the like.
std::vector<std::string> need_restart(const config::Config& running, const config::Config& loaded);

}  // namespace ticketmilter::milter
