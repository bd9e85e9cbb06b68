// SPDX-License-Identifier: MIT
// Who hears of an event, in two steps. First, from the event alone: each person once, by the highest role held, never the actor (the
// acknowledgement excepted), never one of our own addresses, never who is squelched on the ticket. Then, with what the store knows of those people:
// less those whom a filter, a limit or a dead address keeps it from, each told in one line of the history; the others are charged to their limits.
#pragma once

#include <string>
#include <vector>

#include "policy/failures.h"
#include "policy/policy.h"
#include "tickets/intent.h"
#include "tickets/view.h"

namespace ticketmilter::policy {

// What happened on a ticket, as far as it matters to who hears of it.
struct Event {
  const tickets::Ticket& ticket;  // as it will be
  const config::Queue& queue;
  std::string actor;  // an addr-spec, or none
  base::Time now{};
  bool fresh = false;       // the ticket is new
  bool correspond = false;  // words for all
  bool comment = false;     // words for agents
  bool resolved = false;
  bool assigned = false;     // the owner is another one
  bool acknowledge = false;  // of a new ticket: tell the requestors that it arrived
  bool to_agents = true;
  bool to_others = true;
};
std::vector<tickets::Notice> notices_for(const Event& event, const Policy& policy);

// Of a mail of ours that did not arrive, or was not wanted.
struct Undelivered {
  const tickets::Ticket& ticket;
  std::string failed;  // where it was to go
  base::Time now{};
  bool to_agents = true;  // owner and admin_cc
  bool to_site_owner = false;
};
std::vector<tickets::Notice> notices_of_failure(const Undelivered& undelivered, const Policy& policy);

// What the second step has to know beside the intent.
struct FailedNotice {
  tickets::Notice notice;
  Failure failure;
};
struct NoticeTerms {
  bool verified = true;  // the author is who it says, or was known before today; others are acknowledged once a day
  bool held = false;     // nothing is to be sent, [milter] mode = "copy"
  std::vector<FailedNotice> failed;  // of these we have heard that they did not arrive
};

// What it has to see of the store.
tickets::Question ask_about_notices(const tickets::Intent& intent, const NoticeTerms& terms, const Policy& policy);
// view: the answer. First what failed is charged to the address and put down with its notice, then what is planned is looked at.
void settle_notices(const Policy& policy, const tickets::View& view, const NoticeTerms& terms, tickets::Intent& intent);

}  // namespace ticketmilter::policy
