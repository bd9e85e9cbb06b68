// SPDX-License-Identifier: MIT
// Who the author is, what proves it, and what that person may do in a queue or on a ticket.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "mail/envelope.h"
#include "mail/facts.h"
#include "tickets/ticket.h"

namespace ticketmilter::policy {

struct Author {
  std::string address;  // case-folded, "" = no usable one
  std::string name;     // display name
  bool proven = false;
  std::string proof;                     // "sasl", "dkim", "network", "token", "" = none
  const config::Agent* agent = nullptr;  // whose address it is, proven or not
};

// machine: From is asked first for a person, Sender for a machine where From has none.
Author find_author(const mail::Facts& facts, const mail::Envelope& envelope, const config::Config& config,
                   bool machine);

enum class Right { Create, Reply, Comment, Own, Modify };
const char* name(Right right);

// The author as one queue and one ticket see it.
struct Standing {
  bool known = false;         // a person on file
  bool participant = false;   // of this ticket, by address or token
  bool agent = false;         // of this queue, proven where that is asked
  bool claims_agent = false;  // writes from an agent's address
  bool owner = false;         // of this ticket
  bool proven = false;        // the author is who it says; by token only as a participant
  std::string address;
};

// token: comes with a reply address that was made for the author. It proves a participant and never an agent, as it travels in replies to all.
Standing standing(const Author& author, const config::Config& config, const config::Queue& queue,
                  const tickets::Ticket* ticket, bool known, bool token = false);
bool has_right(Right right, const Standing& standing, const config::Config& config, const config::Queue& queue);
// True when no author at all could have the right by what the envelope says: RCPT may refuse.
bool nobody_has(Right right, const config::Queue& queue);

bool is_agent_of(const config::Agent& agent, const std::string& queue);
bool takes_part(const tickets::Ticket& ticket, const std::string& address);

}  // namespace ticketmilter::policy
