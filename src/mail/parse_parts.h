// SPDX-License-Identifier: MIT
// The tree of parts of a message (RFC 2046), as spans of its bytes: one pass over the lines, no recursion, and limits for parts and levels that
// hold before anything is allocated. GMime's own reader has no such limits (10 MB of empty parts cost it 1.3 GB), so it is not asked for this.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mail/parse.h"
#include "mail/parse_fields.h"
#include "mail/parse_type.h"

namespace ticketmilter::mail {

struct Part {
  std::string_view header;
  std::string_view content;  // without the line end that belongs to the boundary
  MediaType media;
  ContentDisposition disposition;
  std::uint32_t parent = 0;  // index of its multipart; the root is its own
  std::uint32_t leaf = 0;    // number among the leaves, where it is one
  std::uint32_t depth = 0;
  bool is_multipart = false;
  bool is_opaque = false;  // behind a limit: bytes, whatever they are

  // The name given with the part, that of the disposition first; "" = none.
  const std::string& name() const { return disposition.name.empty() ? media.name : disposition.name; }
  // Text to be read where it stands, as far as the part itself says.
  bool is_plain() const { return is_shown_as("text/plain"); }
  bool is_html() const { return is_shown_as("text/html"); }
  bool is_text() const { return media.type.starts_with("text/"); }

 private:
  bool is_shown_as(std::string_view type) const {
    return !is_multipart && !is_opaque && media.type == type && disposition.kind != "attachment";
  }
};

struct PartTree {
  HeaderSpan header;         // of the message
  std::string content_type;  // of the message as declared, whatever it was read as
  std::vector<Part> parts;   // in order of appearance, never empty; the first is the message itself
  std::vector<std::string> defects;
};

// Each defect is noted once, and only so many.
void add_defect(std::vector<std::string>& defects, std::string defect);

PartTree find_parts(std::string_view message, const ParseLimits& limits, const Charsets& fallbacks);

}  // namespace ticketmilter::mail
