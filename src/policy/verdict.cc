// SPDX-License-Identifier: MIT
// The words for outcomes, the same in log, explain and journal.
#include "policy/verdict.h"

namespace ticketmilter::policy {

const char* name(Outcome outcome) {
  switch (outcome) {
    case Outcome::Accept: return "accept";
    case Outcome::Reject: return "reject";
    case Outcome::Tempfail: return "tempfail";
    case Outcome::Discard: return "discard";
    case Outcome::Journal: return "journal";
    case Outcome::Pass: return "pass";
  }
  return "tempfail";
}

}  // namespace ticketmilter::policy
