// SPDX-License-Identifier: MIT
// Content-Transfer-Encoding (RFC 2045 section 6), decoded as a stream: an attachment of 50 MiB never lies decoded in memory.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ticketmilter::mail {

// Takes a piece of what is decoded; false = enough.
using Sink = std::function<bool(std::string_view)>;

// encoding: the field's value as received; an unknown one leaves the content as it is.
void decode_transfer(std::string_view content, std::string_view encoding, const Sink& sink);

// What base64 there is in text; other characters are skipped.
std::string decode_base64(std::string_view text);

}  // namespace ticketmilter::mail
