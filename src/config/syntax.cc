// SPDX-License-Identifier: MIT
// toml++ 3.3 limits nested values but not the parts of a dotted key, and walks both by recursion.
#include "config/syntax.h"

#include <cstddef>

namespace ticketmilter::config {
namespace {

// Past the string that opens at text[at]; a quote of one line that is never closed ends with the line, as an error of syntax would.
std::size_t skip_string(std::string_view text, std::size_t at, unsigned& line) {
  const char quote = text[at];
  const std::string_view three = quote == '"' ? R"(""")" : "'''";
  const bool long_form = text.substr(at, 3) == three;
  std::size_t i = at + (long_form ? 3 : 1);
  while (i < text.size()) {
    if (!long_form && text[i] == quote) {
      return i + 1;
    }
    if (long_form && text.substr(i, 3) == three) {
      const std::size_t end = text.find_first_not_of(quote, i);  // up to two more belong to the string
      return end == std::string_view::npos ? text.size() : end;
    }
    if (text[i] == '\n' && !long_form) {
      return i;
    }
    if (quote == '"' && text[i] == '\\' && i + 1 < text.size() && text[i + 1] != '\n') {
      ++i;
    }
    line += text[i] == '\n';
    ++i;
  }
  return i;
}

}  // namespace

unsigned find_long_key(std::string_view text) {
  constexpr unsigned max_dots = 15;
  unsigned line = 1;
  unsigned dots = 0;  // in this line
  for (std::size_t i = 0; i < text.size();) {
    switch (text[i]) {
      case '"':
      case '\'': i = skip_string(text, i, line); continue;
      case '#': i = text.find('\n', i); break;
      case '.': ++dots; break;
      default: break;
    }
    if (dots > max_dots) {
      return line;
    }
    if (i >= text.size()) {
      return 0;
    }
    if (text[i] == '\n') {
      ++line;
      dots = 0;
    }
    ++i;
  }
  return 0;
}

}  // namespace ticketmilter::config
