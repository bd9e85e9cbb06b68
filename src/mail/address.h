// SPDX-License-Identifier: MIT
// Addresses as SMTP and header fields write them (RFC 5321 section 4.1.2, RFC 5322 section 3.4, RFC 6531). Pure; any input is
// answered, none is trusted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/charset.h"

namespace ticketmilter::mail {

// An addr-spec taken apart. The local-part is unquoted ("a b" not "\"a b\""). Both parts are as written; compare with folded().
struct Address {
  std::string local;
  std::string domain;  // "" only for a bare "postmaster"

  // local@domain with the quoting that RFC 5322 wants.
  std::string spec() const;
  // The canonical form that is compared and stored: spec() with both parts case-folded.
  std::string folded() const;
  bool operator==(const Address&) const = default;
};

// A mailbox of a header field: display name (decoded UTF-8, "" = none) and address.
struct Mailbox {
  std::string name;
  Address address;
};

// The argument of MAIL or RCPT, with or without <>, source route stripped. "<>" and "" give nothing: ask is_null_path first. Empty too
// where it is malformed: control characters, no domain (but postmaster), empty local-part, over 256 + 254 bytes, raw bytes over 127
// unless utf8 (then they must be UTF-8).
std::optional<Address> parse_path(std::string_view argument, bool utf8);
bool is_null_path(std::string_view argument);
// One addr-spec and nothing else; ASCII, or valid UTF-8 where utf8.
std::optional<Address> parse_addr_spec(std::string_view text, bool utf8 = false);

// A local-part split at the first character that occurs in delimiters (Postfix's recipient_delimiter). No extension: empty optional; "user+"
// has the empty extension. A delimiter in first place does not count.
struct SplitLocal {
  std::string user;
  std::optional<std::string> extension;
};
SplitLocal split_extension(std::string_view local, std::string_view delimiters);

// What an address field holds. Groups' names are skipped, their members too (RFC 6854 authors aside, a group is no author). Stray quotes and
// doubled angle brackets are repaired. raw_8bit tells that an addr-spec with raw bytes over 127 was met while utf8 was off.
struct AddressList {
  std::vector<Mailbox> mailboxes;  // usable ones in order, at most 1,000
  bool raw_8bit = false;
  bool malformed = false;  // something there was no address
};
// value: the field's value as received, folds and all. Encoded words in display names are decoded; an address hidden in an encoded word
// is none. fallbacks: for raw 8-bit display names.
AddressList parse_address_field(std::string_view value, bool utf8, const Charsets& fallbacks = default_fallbacks());

}  // namespace ticketmilter::mail
