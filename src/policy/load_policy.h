// SPDX-License-Identifier: MIT
// From the configuration file to a policy, for daemons: start and reload read the same things in the same way and differ only in whom they tell.
#pragma once

#include <functional>
#include <string>

#include "policy/policy.h"

namespace ticketmilter::policy {

// Configuration and secrets. Null when anything is wrong with them; then complain has been told everything that is.
PolicyPtr load_policy(const std::string& path, const std::function<void(const std::string&)>& complain);

}  // namespace ticketmilter::policy
