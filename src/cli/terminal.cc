// SPDX-License-Identifier: MIT
// Works on whole code points of repaired UTF-8, so that no byte of an escape sequence, of 7 or of 8 bits, gets by in disguise.
#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.h"

namespace ticketmilter::cli {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

// The code point at the front of valid UTF-8, as its bytes.
std::string_view front(std::string_view utf8) {
  const auto lead = static_cast<unsigned char>(utf8[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return utf8.substr(0, size);
}

// C0, DEL, and C1 (U+0080 to U+009F), which a terminal may take for ESC and a letter.
bool is_control(std::string_view c) {
  const auto first = static_cast<unsigned char>(c[0]);
  return first < 0x20 || first == 0x7F || (first == 0xC2 && static_cast<unsigned char>(c[1]) < 0xA0);
}

// U+202A to U+202E and U+2066 to U+2069: embeddings, overrides and isolates, which reorder what stands behind them on the line.
bool turns_direction(std::string_view c) {
  return (c >= "\xE2\x80\xAA" && c <= "\xE2\x80\xAE") || (c >= "\xE2\x81\xA6" && c <= "\xE2\x81\xA9");
}

// U+2028 and U+2029.
bool breaks_line(std::string_view c) {
  return c == "\xE2\x80\xA8" || c == "\xE2\x80\xA9";
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

constexpr std::string_view joiner = "\xE2\x80\x8D";  // U+200D

// U+1F1E6 to U+1F1FF, two of which make a flag.
bool is_flag_letter(std::string_view c) {
  return c >= "\xF0\x9F\x87\xA6" && c <= "\xF0\x9F\x87\xBF";
}

// U+1F3FB to U+1F3FF, the colours of skin, which belong to what stands before them.
bool is_skin(std::string_view c) {
  return c >= "\xF0\x9F\x8F\xBB" && c <= "\xF0\x9F\x8F\xBF";
}

std::size_t find_width(std::size_t of_terminal) {
  const char* columns = std::getenv("COLUMNS");
  const auto n = base::parse_number(columns == nullptr ? "" : columns);
  return n && *n > 0 && *n < 10000 ? static_cast<std::size_t>(*n) : of_terminal;
}

}  // namespace

Terminal find_terminal(int fd) {
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  const bool interactive = ::isatty(fd) != 0;
  winsize size{};
  if (!interactive || ::ioctl(fd, TIOCGWINSZ, &size) != 0) {
    size = {};
  }
  return {find_width(size.ws_col), interactive && !dumb && !is_set("NO_COLOR"), interactive, size.ws_row};
}

std::string styled(std::string_view text, Style style, const Terminal& terminal) {
  static constexpr const char* codes[] = {"", "1", "2", "31", "32", "33", "36"};
  if (!terminal.colour || style == Style::Plain || text.empty()) {
    return std::string(text);
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(style)], text);
}

std::string safe_line(std::string_view text) {
  const std::string valid = base::one_line(base::to_valid_utf8(text));
  std::string out;
  for (std::string_view rest = valid; !rest.empty();) {
    const std::string_view c = front(rest);
    out += is_control(c) || breaks_line(c) ? " " : turns_direction(c) ? replacement : c;
    rest.remove_prefix(c.size());
  }
  return out;
}

std::string safe_text(std::string_view text) {
  const std::string valid = base::to_valid_utf8(text);
  std::string out;
  for (std::string_view rest = valid; !rest.empty();) {
    const std::string_view c = front(rest);
    rest.remove_prefix(c.size());
    if (c == "\r" && !rest.empty() && rest[0] == '\n') {
      continue;
    }
    const bool steers = (is_control(c) && c != "\n" && c != "\t") || turns_direction(c);
    out += steers ? replacement : breaks_line(c) ? "\n" : c;
  }
  return out;
}

std::string_view next_character(std::string_view utf8) {
  std::size_t size = 0;
  bool joined = false;
  while (size < utf8.size()) {
    const std::string_view c = front(utf8.substr(size));
    const bool flag = size == 4 && is_flag_letter(utf8.substr(0, size)) && is_flag_letter(c);
    const bool belongs = joined || flag || is_skin(c) || (base::display_width(c) == 0 && !is_control(c));
    if (size > 0 && !belongs) {
      break;
    }
    joined = c == joiner;
    size += c.size();
  }
  return utf8.substr(0, size);
}

std::string cut(const std::string& text, std::size_t width) {
  if (width == 0 || base::display_width(text) <= width) {
    return text;
  }
  std::string out;
  std::size_t used = 1;  // the ellipsis
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view c = next_character(rest);
    used += base::display_width(c);
    if (used > width) {
      break;
    }
    out += c;
    rest.remove_prefix(c.size());
  }
  return out + "…";
}

}  // namespace ticketmilter::cli
