// SPDX-License-Identifier: MIT
// From the configuration file to a policy, for daemons: start and reload read the same things in the same way and differ only in whom they tell.
#pragma once

#include <functional>
#include <string>

#include "policy/policy.h"

namespace ticketmilter::policy {

// Configuration and secrets. Null when anything is wrong with them; then complain has been told everything that is. adapt may change the configuration for a
// door of its own; what it throws passes.
PolicyPtr load_policy(const std::string& path, const std::function<void(const std::string&)>& complain,
                      const std::function<void(config::Config&)>& adapt = {});

}  // namespace ticketmilter::policy
