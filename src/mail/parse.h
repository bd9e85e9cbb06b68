// SPDX-License-Identifier: MIT
// From bytes to facts. The parse*.cc files are the only home of GMime, which is never shown what would make it recurse or allocate without
// bound: structure, header fields and addresses are read by bounded passes of our own, GMime reads parameters and transfer encodings. Safe
// on any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/facts.h"

namespace ticketmilter::mail {

struct ParseLimits {
  std::size_t header = 1 << 20;  // bytes of top-level header
  std::size_t parts = 1000;
  std::size_t depth = 30;
  std::size_t text = 1 << 20;  // bytes of text kept
};

struct ParseOptions {
  std::vector<std::string> fallback_charsets = {"utf-8", "windows-1252"};  // for undeclared 8-bit text, tried in order
  bool utf8 = false;  // the envelope said SMTPUTF8: raw UTF-8 in addresses is legal
  ParseLimits limits;
};

// Never throws for what the bytes are. Line ends may be CRLF or LF. Memory beyond the result: the header and a few times the text
// that is kept, however big the message, so the bytes may be a map of a spool file.
Facts parse(std::string_view message, const ParseOptions& options);

// The decoded content of leaf part n (as Attachment::part counts) of the same bytes under the same limits, handed on in pieces. False when there
// is no such part.
bool decode_part(std::string_view message, std::uint32_t part, const ParseLimits& limits,
                 const std::function<void(std::string_view)>& sink);

}  // namespace ticketmilter::mail
