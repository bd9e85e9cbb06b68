// SPDX-License-Identifier: MIT
// Text on its way to a person's screen. All that mail brings along goes through safe_line or safe_text first: an escape sequence in a
// subject must not talk to the terminal of who reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/size.h"

namespace ticketmilter::cli {

struct Terminal {
  std::size_t width = 0;  // columns, 0 = lines may be of any length
  bool colour = false;
  bool interactive = false;  // a person sits before it: it is no file and no pipe
  std::size_t height = 0;    // lines, 0 = not known
};

// What the descriptor leads to. COLUMNS goes before what the terminal says; colour wants a terminal that is not dumb, and no NO_COLOR.
Terminal find_terminal(int fd);

enum class Style { Plain, Bold, Dim, Red, Green, Yellow, Cyan };
// The text in that style where there is colour; safe_* comes before it.
std::string styled(std::string_view text, Style style, const Terminal& terminal);

// One line of valid UTF-8: white space and control characters become blanks, and what turns the direction of writing U+FFFD.
std::string safe_line(std::string_view text);
// Lines of valid UTF-8: line feeds and tabs stay, CR LF and U+2028 and U+2029 become LF; all other control characters, and what turns the direction of
// writing, become U+FFFD.
std::string safe_text(std::string_view text);
// What stands at the front of valid UTF-8 and must not be torn apart: a character with its marks, selectors and joined emoji, or the two letters of a
// flag. "" for "".
std::string_view next_character(std::string_view utf8);
// At most width columns of it, the last of them "…" where something is cut off. width 0: all of it.
std::string cut(const std::string& text, std::size_t width);

using base::human_size;

}  // namespace ticketmilter::cli
