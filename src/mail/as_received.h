// SPDX-License-Identifier: MIT
// A message from a file or a pipe made what the MTA would have handed over. Pure.
#pragma once

#include <string>

#include "mail/envelope.h"
#include "mail/facts.h"

namespace ticketmilter::mail {

// With CRLF line ends, and without an mbox's "From " line. Throws Permanent when it does not begin with a header field: it is no message at all.
std::string as_received(std::string text);

// The envelope sender as the mail system that delivered it wrote it down (Return-Path), or else the author; "<>" where there is neither.
Path sender_at_delivery(const Facts& facts);

}  // namespace ticketmilter::mail
