// SPDX-License-Identifier: MIT
// What a mail means for who hears of it: the event of an ordinary one, the failure that a report tells of.
#pragma once

#include "policy/decide.h"
#include "policy/notices.h"
#include "tickets/intent.h"

namespace ticketmilter::policy {

// Adds the notices to the filing that was made for the target.
void plan_notices(const Case& c, const Target& target, const tickets::View& view, tickets::Filing& filing,
                  NoticeTerms& terms);

}  // namespace ticketmilter::policy
