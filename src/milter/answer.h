// SPDX-License-Identifier: MIT
// What is said to the MTA, in terms that libmilter, Postfix and sendmail all take: a reply they dislike makes them declare the milter dead, so
// nothing reaches them unchecked. Pure.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "mail/envelope.h"
#include "policy/verdict.h"

namespace ticketmilter::milter {

struct Answer {
  enum class What { Continue, Accept, Discard, Remove, Refuse };
  What what = What::Continue;
  policy::Reply reply;             // with Refuse
  std::vector<mail::Path> remove;  // with Remove, fit for smfi_delrcpt
};
Answer refuse(policy::Reply reply);

// The arguments of smfi_setreply.
struct WireReply {
  std::string code;      // "550"
  std::string enhanced;  // "5.1.1", "" = none
  std::string text;      // ASCII, "%" doubled, at most 980 bytes
  bool permanent = false;
};
// A code that is no 4xx or 5xx becomes 451 4.3.0; an enhanced code that does not agree with its code is left out.
WireReply wire_reply(const policy::Reply& reply);

// "550 5.1.1 no such ticket", for log lines.
std::string to_string(const policy::Reply& reply);

// What a failure of ours is answered with: 452 4.3.1 when the store or a disk is full, else 451 4.3.0.
policy::Reply reply_to_failure(const std::exception_ptr& failure);
// What it said of itself.
std::string describe(const std::exception_ptr& failure);

// "<@relay,@other:user@host>" as "<user@host>": MTAs do not find a recipient by its source route.
mail::Path without_source_route(const mail::Path& path);

}  // namespace ticketmilter::milter
