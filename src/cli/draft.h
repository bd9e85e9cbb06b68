// SPDX-License-Identifier: MIT
// From what somebody at the desk asked for to the change of the store that carries it out. Pure.
#pragma once

#include <memory>
#include <string>

#include "base/time.h"
#include "config/config.h"
#include "policy/notices.h"
#include "policy/rights.h"
#include "tickets/intent.h"

namespace ticketmilter::cli {

// Who sits at the desk: the agent whose login it is, or a login that is nobody's.
struct Clerk {
  const config::Agent* agent = nullptr;
  std::string name;  // the agent's first address, or "login:root"
};
Clerk find_clerk(const config::Config& config, const std::string& login);

// What the clerk may do in a queue as far as no ticket is concerned.
policy::Standing standing(const Clerk& clerk, const config::Config& config, const config::Queue& queue);

struct Draft {
  std::string requestor;                                  // case-folded
  std::string subject;                                    // as typed
  std::shared_ptr<const tickets::PackedMessage> message;  // the text; null = none
  base::Time now{};
};
// A new ticket with one entry.
tickets::Intent draft_ticket(const Draft& draft, const Clerk& clerk, const config::Queue& queue);

// Plans who hears of it, as of a ticket that came by mail; what comes back goes to the second step.
policy::NoticeTerms plan_notices(const Clerk& clerk, const config::Queue& queue, const policy::Policy& policy,
                                 tickets::Intent& intent);

}  // namespace ticketmilter::cli
