// SPDX-License-Identifier: MIT
// Lines of a mail stay lines, and blanks inside one stay as they are: a broken line is the same text with line feeds in the place of some blanks.
#include "cli/wrap.h"

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::cli {
namespace {

constexpr std::size_t narrowest = 16;  // columns of text; on a terminal with less room lines are longer than it
constexpr std::size_t tab_stop = 8;

// With blanks for tabs, whose width depends on where they stand.
std::string expand_tabs(std::string_view line) {
  std::string out;
  std::size_t column = 0;
  for (std::string_view part : base::split(line, '\t')) {
    out += part;
    column += base::display_width(part);
    const std::size_t blanks = tab_stop - column % tab_stop;
    out.append(blanks, ' ');
    column += blanks;
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

// How many bytes of the line fit: up to the last blank that does, else whole characters, at least one.
std::size_t find_break(std::string_view line, std::size_t width) {
  std::size_t fits = 0, blank = 0, used = 0;
  bool in_word = false;
  while (fits < line.size()) {
    const std::string_view c = next_character(line.substr(fits));
    if (c == " " && in_word) {
      blank = fits;
    }
    in_word = in_word || c != " ";
    used += base::display_width(c);
    if (used > width && c != " ") {
      break;
    }
    fits += c.size();
  }
  if (fits == line.size()) {
    return fits;
  }
  return blank > 0 ? blank : std::max(fits, next_character(line).size());
}

}  // namespace

std::string framed(std::string_view text, std::string_view margin, const Terminal& terminal) {
  const std::size_t taken = base::display_width(margin);
  const bool breaks = terminal.interactive && terminal.width > 0;
  const std::size_t width = std::max(narrowest, terminal.width > taken ? terminal.width - taken : 0);
  std::string out;
  const auto add = [&](std::string_view line) {
    out.append(margin).append(line);
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  };
  if (text.ends_with('\n')) {
    text.remove_suffix(1);
  }
  for (std::string_view whole : base::split(text, '\n')) {
    if (!breaks) {
      add(whole);
      continue;
    }
    const std::string line = expand_tabs(whole);
    std::string_view rest = line;
    do {
      const std::size_t length = find_break(rest, width);
      add(rest.substr(0, length));
      rest.remove_prefix(length);
      rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(' ')));
    } while (!rest.empty());
  }
  return out;
}

}  // namespace ticketmilter::cli
