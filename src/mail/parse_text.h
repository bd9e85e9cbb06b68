// SPDX-License-Identifier: MIT
// Which parts a person reads in place and which are files, and the contents of both.
#pragma once

#include <cstdint>
#include <vector>

#include "mail/facts.h"
#include "mail/parse.h"
#include "mail/parse_parts.h"
#include "mail/transfer.h"

namespace ticketmilter::mail {

// Indexes into the tree. What is in neither list is a multipart, or an alternative to what is shown.
struct Layout {
  std::vector<std::uint32_t> shown;  // in reading order
  std::vector<std::uint32_t> files;
};
Layout lay_out(const PartTree& tree);

// The content of a leaf without its transfer encoding.
void decode_part_content(const Part& part, const Sink& sink);

// Fills text, attachments, offers, reports and calendar_method, and adds defects.
void read_contents(const PartTree& tree, const ParseOptions& options, Facts& facts);

}  // namespace ticketmilter::mail
