// SPDX-License-Identifier: MIT
// A message from a file or a pipe made what the MTA would have handed over. Pure.
#pragma once

#include <string>

namespace ticketmilter::mail {

// With CRLF line ends, and without an mbox's "From " line. Throws Permanent when it does not begin with a header field: it is no message at all.
std::string as_received(std::string text);

}  // namespace ticketmilter::mail
