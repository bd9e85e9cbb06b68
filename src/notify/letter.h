// SPDX-License-Identifier: MIT
// A message for one recipient, and how SMTP spells it: the envelope's commands (RFC 5321, with the parameters of RFC 1870 and RFC 3461) and the lines
// of the content. Pure. Nothing that could end a command early gets into one, and no bare CR or LF gets into the content, as relays that take one for a
// line's end could be made to see another message in ours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "notify/smtp_reply.h"

namespace ticketmilter::notify {

struct Letter {
  std::string sender;        // addr-spec, "" = the null sender
  std::string recipient;     // addr-spec
  std::string_view message;  // not dot-stuffed; a line that ends in a bare CR or LF, or not at all, goes out with CRLF
  std::string envelope_id;   // comes back in reports of non-delivery, "" = none
};

// True when it may stand between the angle brackets of a command: printable ASCII without blanks and angle brackets, not too long.
bool is_path(std::string_view address);

// RFC 3461 section 4: any bytes as printable ASCII without "+", "=" and blanks.
std::string xtext(std::string_view bytes);

// MAIL, RCPT and DATA, each with its CRLF, with the parameters that are offered. Sender (unless null) and recipient are paths.
std::vector<std::string> envelope(const Letter& letter, const Offers& offers);

// Moves lines off the front of rest to the end of out, dot-stuffed, until out holds enough bytes or rest is empty.
void stuff_lines(std::string_view& rest, std::string& out, std::size_t enough);

}  // namespace ticketmilter::notify
