// SPDX-License-Identifier: MIT
// What kind of mail it is. The first rule of the table that holds gives the class; marks that forbid an acknowledgement add up. Only top-level
// header fields decide, all instances of each; the envelope sender is the envelope's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "mail/envelope.h"
#include "mail/facts.h"
#include "policy/route.h"
#include "policy/token.h"

namespace ticketmilter::policy {

enum class MailClass : std::uint8_t { Human, List, Machine, Challenge, AutoReply, Feedback, Bounce, OwnLoop };
const char* name(MailClass mail_class);

struct Classification {
  MailClass mail_class = MailClass::Human;
  std::string rule = "human";  // "auto-1"
  bool permanent = false;      // of a bounce
  bool no_ack = false;
  std::vector<std::string> marks;  // the rules that set no_ack, and what is only logged ("loop-1: wrong MAC")
  bool auto_submitted = false;     // has an Auto-Submitted field other than no
};

// What the table asks beside the message.
struct ClassifyContext {
  const config::Config& config;
  const Tokens& tokens;
  const Router& router;
  const std::vector<Route>& routes;  // of the recipients
  bool trusted_submitter = false;    // SASL or network proof: not loop-6
};

Classification classify(const mail::Facts& facts, const mail::Envelope& envelope, const ClassifyContext& context);

}  // namespace ticketmilter::policy
