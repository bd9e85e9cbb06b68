// SPDX-License-Identifier: MIT
// Authentication-Results (RFC 8601), read strictly: what does not parse proves nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mail/facts.h"

namespace ticketmilter::mail {

struct AuthResult {
  std::string method;  // "dkim", "dmarc", lower case
  std::string result;  // "pass", lower case
  std::string domain;  // dkim: header.d or the domain of header.i; dmarc: header.from; lower case, "" = not said
};

// The results of the fields whose authserv-id is one of the given (case-folded) and that stand above the first Received field: of each method those of
// the topmost field that speaks of it, as several checkers of ours may each add one, and what came from outside stands below.
std::vector<AuthResult> trusted_auth_results(const std::vector<Field>& fields,
                                             const std::vector<std::string>& authserv_ids);

// dmarc=pass for the domain, or dkim=pass by it or by a parent of it with at least two labels. A child's signature proves nothing: without a
// list of public suffixes it may be a stranger's (what DMARC allows beyond this, dmarc=pass says). Nor does any where DMARC failed: the domain may
// want to be signed for more strictly.
bool proves_domain(const std::vector<AuthResult>& results, std::string_view author_domain);

}  // namespace ticketmilter::mail
