// SPDX-License-Identifier: MIT
// How a decision ends, in words that every door can translate: an SMTP reply, an exit status, a mailbox flag.
#pragma once

#include <optional>
#include <string>

namespace ticketmilter::policy {

enum class Outcome {
  Accept,    // filed in a ticket
  Reject,    // refused for good
  Tempfail,  // refused for now
  Discard,   // accepted and thrown away, with a journal entry
  Journal,   // accepted and kept in the journal
  Pass,      // none of our business
};
// "accept", "reject", ... as log, explain and journal write it.
const char* name(Outcome outcome);

// An SMTP reply (RFC 5321 section 4.2, RFC 3463). The text is one line of printable ASCII without "%" doubling.
struct Reply {
  int code = 0;          // 550
  std::string enhanced;  // "5.1.1"
  std::string text;
};

// Why, and what the client is told.
struct Refusal {
  Outcome outcome = Outcome::Reject;
  Reply reply;
  std::string rule;  // "unknown-ticket", "right-create": what log and journal name
};

}  // namespace ticketmilter::policy
