// SPDX-License-Identifier: MIT
// A message as a value, and its bytes (RFC 5322, RFC 2045 to 2047, RFC 2231). What is in the value may be hostile: whatever it holds, the
// fields come out as they were meant, 7-bit, folded, one field for one value, and no field is ever empty.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "mail/address.h"
#include "mail/facts.h"

namespace ticketmilter::mail {

struct OutgoingFile {
  std::string name;  // UTF-8, "" = none
  std::string
      type;  // "image/png"; what is no type, or is one that base64 is not allowed for, becomes application/octet-stream
  std::string content;
  bool is_inline = false;  // to be shown where it stands, as a picture is
};

struct Outgoing {
  base::Time date{};
  Mailbox from;
  std::optional<Mailbox> reply_to;
  Mailbox to;
  std::string subject;                  // UTF-8
  std::string message_id;               // this and the next two without <>; what is no msg-id is left out
  std::string in_reply_to;              // "" = none
  std::vector<std::string> references;  // oldest first
  std::vector<Field> fields;            // further ones; one whose name is none, or whose value is blank, is left out
  std::string text;                     // UTF-8, any line ends
  std::string html;                     // "" = none
  std::vector<OutgoingFile> files;
  std::string boundary;  // hard to guess; of letters and digits only, others are left out
};

// The whole message with CRLF. An address that cannot be written in ASCII is an Error of kind Permanent.
std::string write(const Outgoing& message);

}  // namespace ticketmilter::mail
