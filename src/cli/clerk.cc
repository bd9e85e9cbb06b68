// SPDX-License-Identifier: MIT
// Access to the store is all or nothing, so rights at the desk are a convention; it is kept as strictly as by mail.
#include "cli/clerk.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.h"
#include "cli/desk.h"
#include "cli/user.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;

}  // namespace

Clerk find_clerk(const config::Config& config, const std::string& login) {
  for (const config::Agent& agent : config.agents) {
    if (!agent.addresses.empty() && std::ranges::find(agent.logins, login) != agent.logins.end()) {
      return {&agent, agent.addresses.front()};
    }
  }
  return {nullptr, "login:" + login};
}

Clerk clerk_at_desk(const config::Config& config, const std::string& as) {
  const std::string login = login_name();
  Clerk clerk = find_clerk(config, login);
  const bool root = ::getuid() == 0;
  if (as.empty()) {
    clerk.may_all = root && clerk.agent == nullptr;
    return clerk;
  }
  const std::string address = parse_address(as);
  const config::Agent* agent = config.find_agent(address);
  if (agent == nullptr) {
    throw Error(Kind::NotFound, fmt::format("{} is no agent's address", address));
  }
  if (!root && login != config.milter.user && clerk.agent != agent) {
    throw Error(Kind::NoPermission, fmt::format("{} may not act as {}", login, address));
  }
  return {agent, address};
}

policy::Standing standing(const Clerk& clerk, const config::Config& config, const config::Queue& queue,
                          const tickets::Ticket* ticket) {
  policy::Author author;
  author.agent = clerk.agent;
  author.address = clerk.agent == nullptr ? "" : clerk.name;
  author.proven = true;  // the system has asked for the password
  author.proof = "sasl";
  return policy::standing(author, config, queue, ticket, clerk.agent != nullptr);
}

void check_right(policy::Right right, const Clerk& clerk, const config::Config& config, const config::Queue& queue,
                 const tickets::Ticket* ticket) {
  if (!clerk.may_all && !policy::has_right(right, standing(clerk, config, queue, ticket), config, queue)) {
    throw Error(Kind::NoPermission,
                fmt::format("{} may not {} in queue {}", clerk.name, policy::name(right), queue.name));
  }
}

}  // namespace ticketmilter::cli
