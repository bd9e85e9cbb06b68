// SPDX-License-Identifier: MIT
// From a decision to the change of the store that carries it out, and to the notices that follow from it. Pure.
#pragma once

#include <string>
#include <vector>

#include "policy/decide.h"
#include "policy/notices.h"
#include "tickets/intent.h"

namespace ticketmilter::policy {

struct Plan {
  tickets::Intent intent;                      // its message is not set here
  NoticeTerms terms;                           // for settle_notices, which has to follow
  std::vector<tickets::JournalEntry> refused;  // what the client sees refused: for the journal, but nobody waits for it

  std::vector<tickets::Notice> notices() const;  // of all filings
};

Plan plan(const Case& c, const Decision& decision, const tickets::View& view);

// With it goes when a ticket became resolved.
void set_status(tickets::Ticket& ticket, tickets::Status status, base::Time now);

}  // namespace ticketmilter::policy
