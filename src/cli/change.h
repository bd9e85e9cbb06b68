// SPDX-License-Identifier: MIT
// What somebody at the desk does to a ticket. Each function takes the ticket as it is and gives what is to be filed: the ticket as it will be, what its history
// says of it, and who hears. What changes nothing gives a filing without entries, which need not be filed. Rights, status and notices follow the
// same rules as by mail. Pure. Throws NoPermission, NotFound, and Permanent when the ticket cannot be changed so.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/clerk.h"
#include "policy/policy.h"
#include "tickets/intent.h"

namespace ticketmilter::cli {

// Under what a change is made.
struct Terms {
  const policy::Policy& policy;
  Clerk clerk;
  base::Time now{};
};

// A ticket filed by hand: somebody called, somebody came by.
struct NewTicket {
  std::string requestor;                        // case-folded
  std::string subject;                          // as typed
  bool has_words = false;                       // something is said
  std::vector<mail::Attachment> attachments{};  // and goes along
};
tickets::Filing create(const Terms& terms, const config::Queue& queue, const NewTicket& asked);

// What somebody says on a ticket.
struct Words {
  bool comment = false;  // for agents only
  bool take = false;     // and makes the ticket the clerk's, before it is said
  bool resolve = false;  // and resolves it, thereafter
  std::vector<mail::Attachment> attachments{};
};
tickets::Filing say(const Terms& terms, const tickets::Ticket& ticket, const Words& words);

tickets::Filing take(const Terms& terms, const tickets::Ticket& ticket);
// owner: case-folded, "" = nobody.
tickets::Filing assign(const Terms& terms, const tickets::Ticket& ticket, const std::string& owner);
tickets::Filing set_status(const Terms& terms, const tickets::Ticket& ticket, tickets::Status status);

// Only what is there is set.
struct Fields {
  std::optional<std::string> subject{};
  std::optional<std::string> queue{};  // a queue's name as configured
  std::optional<std::int32_t> priority{};
  std::optional<std::optional<base::Time>> due{};  // empty inside = none
};
tickets::Filing set_fields(const Terms& terms, const tickets::Ticket& ticket, const Fields& fields);

enum class Role { Requestor, Cc, AdminCc };
const char* name(Role role);
// address: case-folded. role: empty = admin_cc for an agent, cc for others.
tickets::Filing watch(const Terms& terms, const tickets::Ticket& ticket, const std::string& address,
                      std::optional<Role> role);
// role: empty = all.
tickets::Filing unwatch(const Terms& terms, const tickets::Ticket& ticket, const std::string& address,
                        std::optional<Role> role);
// Nothing about the ticket is sent there any more; or it is again.
tickets::Filing squelch(const Terms& terms, const tickets::Ticket& ticket, const std::string& address, bool squelched);

// The first is the ticket that goes, the second the one that gets its people and what comes for it from now on.
std::vector<tickets::Filing> merge(const Terms& terms, const tickets::Ticket& ticket, const tickets::Ticket& into);
// Both ends change.
std::vector<tickets::Filing> link(const Terms& terms, const tickets::Ticket& ticket, const tickets::Ticket& other,
                                  bool linked);

}  // namespace ticketmilter::cli
