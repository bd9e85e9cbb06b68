// SPDX-License-Identifier: MIT
// Who sits at the desk, and what that person may do there.
#pragma once

#include <string>

#include "config/config.h"
#include "policy/rights.h"
#include "tickets/ticket.h"

namespace ticketmilter::cli {

// The agent whose login it is, or a login that is nobody's.
struct Clerk {
  const config::Agent* agent = nullptr;
  std::string name;      // the agent's first address, or "login:root"
  bool may_all = false;  // root, who could edit the store itself, is not asked for rights
};
Clerk find_clerk(const config::Config& config, const std::string& login);

// Who runs this program. as: the address of an agent to act for, "" = the login's own; that is for root, for [milter] user and for that agent. Throws
// NotFound when no agent has the address, NoPermission.
Clerk clerk_at_desk(const config::Config& config, const std::string& as = "");

// What the clerk is in a queue, and to a ticket of it; null = no ticket is concerned.
policy::Standing standing(const Clerk& clerk, const config::Config& config, const config::Queue& queue,
                          const tickets::Ticket* ticket = nullptr);
// Throws NoPermission, which names the right and the queue.
void check_right(policy::Right right, const Clerk& clerk, const config::Config& config, const config::Queue& queue,
                 const tickets::Ticket* ticket = nullptr);

}  // namespace ticketmilter::cli
