// SPDX-License-Identifier: MIT
// Everything the rest of the program knows of a message, drawn from its bytes once, outside any transaction. Facts are values: they
// stay true when the bytes are gone. What was odd about the bytes is a fact too, never a failure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "mail/address.h"

namespace ticketmilter::mail {

// A top-level header field, in order of appearance.
struct Field {
  std::string name;  // as written
  std::string
      value;  // as received: raw bytes, folds kept as CRLF or LF, the blank after the colon removed, NUL removed
};

struct Attachment {
  std::string name;  // UTF-8, decoded (RFC 2231, RFC 2047 in quotes), no path parts, no control characters; "" = none
  std::string type;  // "image/png", lower case
  std::string disposition;  // "inline", "attachment" or "" as the part says
  std::string content_id;   // without <>, "" = none
  std::uint64_t size = 0;   // bytes after transfer decoding
  base::Sha256 sha256{};    // of the same
  std::uint32_t part = 0;   // number of the leaf part, counted depth first from 0: what decode_part takes

  bool operator==(const Attachment&) const = default;
};

// Something that a mail program may offer to open: a file of the message or in an attached message, or a text with a name.
struct Offer {
  std::uint32_t part = 0;          // the leaf part of the message that it is or lies in, as Attachment::part
  bool inside = false;             // it lies in an attached message
  std::string type;                // lower case; "" where it is text to be read in place
  std::vector<std::string> names;  // every one that it might go by, cleaned as Attachment::name
};

// A part that makes a delivery report, disposition notice or feedback report: its type and, decoded, at most its first 64 KiB.
struct ReportPart {
  std::string type;  // "message/delivery-status", "message/rfc822", "text/rfc822-headers", ...
  std::string content;
};

struct Facts {
  std::vector<Field> fields;    // at most 1 MiB of header; the rest is cut and noted
  std::uint64_t size = 0;       // of the whole message
  std::vector<Mailbox> from;    // usable authors of all From fields
  std::vector<Mailbox> sender;  // Sender
  std::vector<Mailbox> reply_to;
  std::vector<Mailbox> to;
  std::vector<Mailbox> cc;
  bool raw_8bit_address = false;         // From or Sender had raw bytes over 127 in an addr-spec without SMTPUTF8
  std::string subject;                   // decoded, unfolded, one line, "" where missing
  std::string message_id;                // without <>, as written, "" = none usable
  std::vector<std::string> in_reply_to;  // without <>, oldest first, at most 100
  std::vector<std::string> references;   // without <>, oldest first, at most the last 100
  std::string content_type;              // of the message, lower case, "text/plain" where missing
  std::string report_type;               // parameter of multipart/report, lower case
  std::vector<ReportPart> reports;       // not inside an attached message, at most 16
  std::string calendar_method;           // of a text/calendar part, upper case
  std::string text;  // what a person reads: UTF-8, LF line ends, from HTML where there is no plain part; at most 1 MiB
  bool text_from_html = false;
  std::vector<Attachment> attachments;
  std::vector<Offer> offers;         // at most 2,000, messages within messages ten deep
  base::Sha256 body_sha256{};        // of everything behind the header
  std::vector<std::string> defects;  // short sentences: "over 1,000 parts: the rest is one opaque part"

  // All values of a field, name compared without case.
  std::vector<std::string_view> all(std::string_view name) const;
  // The first, trimmed and unfolded to one line; empty when there is none.
  std::optional<std::string> first(std::string_view name) const;
};

}  // namespace ticketmilter::mail
