// SPDX-License-Identifier: MIT
// [attachment]: which parts of a message a site does not take, by the ends of their names and by their media types. What is in an archive is not looked at.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"
#include "mail/facts.h"

namespace ticketmilter::policy {

struct RefusedPart {
  std::uint32_t part = 0;  // as mail::Attachment::part
  std::string reason;      // one line: what was found and what forbids it
};

// Each part once, with the first reason, in order of appearance.
std::vector<RefusedPart> refused_parts(const config::Attachment& rules, const mail::Facts& facts);

}  // namespace ticketmilter::policy
