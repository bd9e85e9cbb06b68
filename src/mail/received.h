// SPDX-License-Identifier: MIT
// The client that a Received field tells of (RFC 5321 section 4.4). A host writes into it what the client said of itself and what the connection
// showed: only the latter is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ticketmilter::mail {

struct ReceivedFrom {
  std::string address;  // IP address as text, IPv6 without "IPv6:"
  std::string name;     // what it was looked up as, "" = not said
};

// value: the field's, as received. Empty where it does not name the client's address as Postfix, sendmail, Exim and Exchange do.
std::optional<ReceivedFrom> parse_received(std::string_view value);

}  // namespace ticketmilter::mail
