// SPDX-License-Identifier: MIT
// Character sets, as senders name and misname them. A name from outside never picks a conversion module: only those that mail uses are
// known. Text that is not what it says comes out as U+FFFD where it is wrong and intact everywhere else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ticketmilter::mail {

using Charsets = std::vector<std::string>;
// What is tried for undeclared 8-bit text where the configuration does not say.
const Charsets& default_fallbacks();

struct Converted {
  std::string text;   // valid UTF-8 without NUL
  bool exact = true;  // every byte had a meaning in the character set that was declared
  bool cut = false;   // there was more than max
};

bool is_known_charset(std::string_view charset);

// charset: as declared, in any case. "" and us-ascii count as undeclared: the first of the fallbacks in which all bytes are valid is taken, else
// the last with U+FFFD. An unknown one is treated the same, but never exact. The text ends before it is longer than max bytes.
Converted to_utf8(std::string_view bytes, std::string_view charset, const Charsets& fallbacks, std::size_t max);

}  // namespace ticketmilter::mail
