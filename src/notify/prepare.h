// SPDX-License-Identifier: MIT
// From a notice that is due to the letter that goes out: what the store has by now of ticket, history and people, composed. Whoever is not to hear of
// it any more, as the ticket is gone or the person squelched since, is passed over here.
#pragma once

#include <string>
#include <vector>

#include "notify/letter.h"
#include "notify/templates.h"
#include "policy/policy.h"
#include "store/store.h"
#include "tickets/notice.h"

namespace ticketmilter::notify {

struct Prepared {
  std::string sender;  // as Letter's
  std::string recipient;
  std::string message;  // "" = nothing is to be sent
  std::string envelope_id;
  std::string dropped;  // why nothing is

  Letter letter() const { return {sender, recipient, message, envelope_id}; }
};

// Throws Config when the configuration no longer has the queue, Permanent when no mail can be made of it.
Prepared prepare(const store::Reader& reader, const policy::Policy& policy, const Templates& templates,
                 const tickets::Notice& notice, base::Time now);

// All of them, to one person, in one letter. Not empty.
Prepared prepare_digest(const store::Reader& reader, const policy::Policy& policy, const Templates& templates,
                        const std::vector<tickets::Notice>& notices, base::Time now);

// Where an answer goes: the queue's address with the ticket and a MAC for this person; a comment's answer is a comment.
std::string reply_address(const policy::Policy& policy, const config::Queue& queue, tickets::TicketId ticket,
                          const std::string& person, bool comment);

}  // namespace ticketmilter::notify
