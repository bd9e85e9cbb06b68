// SPDX-License-Identifier: MIT
// Unicode is GLib's business; this file only keeps hostile bytes away from it: whatever reaches a GLib function is valid UTF-8 without NUL.
#include "base/text.h"

#include <glib.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "base/handle.h"

namespace ticketmilter::base {
namespace {

using GString = Handle<char, g_free>;
constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_ascii(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

// How much of the beginning is ASCII without NUL, which nearly all mail is altogether: eight bytes at a time. Not all of the last eight.
std::size_t plain_length(std::string_view s) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t length = 0;
  for (std::uint64_t eight = 0; s.size() - length >= sizeof eight; length += sizeof eight) {
    std::memcpy(&eight, s.data() + length, sizeof eight);
    if (((eight | (eight - ones)) & high_bits) != 0) {
      break;
    }
  }
  return length;
}

// The next code point of valid UTF-8; s must not be empty.
gunichar next(std::string_view& s) {
  gunichar c = g_utf8_get_char_validated(s.data(), static_cast<gssize>(s.size()));
  if (c == static_cast<gunichar>(-1) || c == static_cast<gunichar>(-2)) {
    s.remove_prefix(1);
    return 0xFFFD;
  }
  s.remove_prefix(std::min(s.size(), static_cast<std::size_t>(g_unichar_to_utf8(c, nullptr))));
  return c;
}

void append(std::string& to, gunichar c) {
  char buffer[6];
  to.append(buffer, static_cast<std::size_t>(g_unichar_to_utf8(c, buffer)));
}

}  // namespace

std::string_view trim(std::string_view s) {
  while (!s.empty() && is_blank(s.front())) {
    s.remove_prefix(1);
  }
  while (!s.empty() && is_blank(s.back())) {
    s.remove_suffix(1);
  }
  return s;
}

std::string ascii_lower(std::string_view s) {
  std::string lower(s);
  for (char& c : lower) {
    c = g_ascii_tolower(c);
  }
  return lower;
}

bool ascii_iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return g_ascii_tolower(x) == g_ascii_tolower(y); });
}

bool ascii_istarts_with(std::string_view s, std::string_view prefix) {
  return s.size() >= prefix.size() && ascii_iequals(s.substr(0, prefix.size()), prefix);
}

std::vector<std::string_view> split(std::string_view s, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto at = s.find(separator);
    parts.push_back(s.substr(0, at));
    if (at == std::string_view::npos) {
      return parts;
    }
    s.remove_prefix(at + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string joined;
  for (const auto& part : parts) {
    if (&part != &parts.front()) {
      joined += between;
    }
    joined += part;
  }
  return joined;
}

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool has_control(std::string_view s) {
  return std::any_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
}

bool is_printable_ascii(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= 32 && c < 127; });
}

bool is_valid_utf8(std::string_view s) {
  s.remove_prefix(plain_length(s));
  return g_utf8_validate_len(s.data(), s.size(), nullptr) != 0;
}

std::string to_valid_utf8(std::string_view s) {
  std::string valid;
  valid.reserve(s.size());
  while (!s.empty()) {
    const char* end = nullptr;
    const auto plain = plain_length(s);
    g_utf8_validate_len(s.data() + plain, s.size() - plain, &end);  // stops at NUL, too
    auto good = static_cast<std::size_t>(end - s.data());
    valid.append(s.substr(0, good));
    s.remove_prefix(good);
    if (!s.empty()) {
      valid += replacement;
      s.remove_prefix(1);
    }
  }
  return valid;
}

std::string fold_case(std::string_view utf8) {
  if (is_ascii(utf8)) {
    return ascii_lower(utf8);
  }
  std::string valid = to_valid_utf8(utf8);
  GString folded(g_utf8_casefold(valid.data(), static_cast<gssize>(valid.size())));
  return folded.get();
}

std::string fold_for_match(std::string_view utf8) {
  if (is_ascii(utf8)) {
    return one_line(ascii_lower(utf8));
  }
  std::string valid = to_valid_utf8(utf8);
  GString decomposed(g_utf8_normalize(valid.data(), static_cast<gssize>(valid.size()), G_NORMALIZE_NFKD));
  std::string unmarked;
  for (std::string_view rest = decomposed ? decomposed.get() : ""; !rest.empty();) {
    gunichar c = next(rest);
    if (!g_unichar_ismark(c) && g_unichar_type(c) != G_UNICODE_FORMAT) {
      append(unmarked, c);
    }
  }
  GString folded(g_utf8_casefold(unmarked.data(), static_cast<gssize>(unmarked.size())));
  return one_line(folded.get());
}

std::string one_line(std::string_view utf8) {
  std::string line;
  line.reserve(utf8.size());
  bool pending = false;
  auto add_blank = [&] {
    if (pending && !line.empty()) {
      line += ' ';
    }
    pending = false;
  };
  while (!utf8.empty()) {
    if (auto byte = static_cast<unsigned char>(utf8.front()); byte < 128) {
      utf8.remove_prefix(1);
      if (byte <= 32 || byte == 127) {
        pending = true;
      } else {
        add_blank();
        line += static_cast<char>(byte);
      }
      continue;
    }
    gunichar c = next(utf8);
    if (g_unichar_isspace(c) || g_unichar_iscntrl(c)) {
      pending = true;
    } else {
      add_blank();
      append(line, c);
    }
  }
  return line;
}

std::string unfold(std::string_view s) {
  std::string line;
  std::copy_if(s.begin(), s.end(), std::back_inserter(line), [](char c) { return c != '\r' && c != '\n'; });
  return line;
}

std::string blank_controls(std::string_view utf8) {
  std::string line;
  line.reserve(utf8.size());
  while (!utf8.empty()) {
    const gunichar c = next(utf8);
    const bool breaks = g_unichar_iscntrl(c) || c == 0x2028 || c == 0x2029;
    append(line, breaks ? ' ' : c);
  }
  return std::string(trim(line));
}

std::string first_code_points(std::string_view utf8, std::size_t n) {
  std::size_t at = 0;
  while (at < utf8.size()) {
    if ((static_cast<unsigned char>(utf8[at]) & 0xC0) != 0x80 && n-- == 0) {
      break;
    }
    ++at;
  }
  return std::string(utf8.substr(0, at));
}

std::size_t count_code_points(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  while (!utf8.empty()) {
    gunichar c = next(utf8);
    if (!g_unichar_iszerowidth(c)) {
      width += g_unichar_iswide(c) ? 2 : 1;
    }
  }
  return width;
}

std::string base64(std::string_view bytes) {
  gchar* text = g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size());
  std::string out(text);
  g_free(text);
  return out;
}

std::optional<std::string> parse_base64(std::string_view text) {
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const auto is_digit = [](char c) { return g_ascii_isalnum(c) || c == '+' || c == '/'; };
  if (text.size() % 4 != 0 || !std::all_of(text.begin(), text.end() - static_cast<std::ptrdiff_t>(padding), is_digit)) {
    return {};
  }
  std::string out(text.size() / 4 * 3, '\0');
  gint state = 0;
  guint save = 0;
  out.resize(g_base64_decode_step(text.data(), text.size(), reinterpret_cast<guchar*>(out.data()), &state, &save));
  return out;
}

std::optional<std::string> parse_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = g_ascii_xdigit_value(text[i]);
    const int low = g_ascii_xdigit_value(text[i + 1]);
    if (high < 0 || low < 0) {
      return {};
    }
    out += static_cast<char>(high * 16 + low);
  }
  return text.size() % 2 == 0 ? std::optional(out) : std::nullopt;
}

std::optional<std::uint64_t> parse_number(std::string_view digits) {
  std::uint64_t n = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return {};
  }
  return n;
}

std::optional<std::uint64_t> parse_size(std::string_view s) {
  static constexpr std::pair<std::string_view, unsigned> units[] = {{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}};
  unsigned shift = 0;
  for (auto [unit, bits] : units) {
    if (s.ends_with(unit)) {
      s.remove_suffix(unit.size());
      shift = bits;
      break;
    }
  }
  auto n = parse_number(trim(s));
  if (!n || (*n << shift) >> shift != *n) {
    return {};
  }
  return *n << shift;
}

std::string for_log(std::string_view s, std::size_t max) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string line;
  for (char c : s) {
    if (line.size() >= max) {
      return line + "...";
    }
    if (c >= 32 && c < 127 && c != '\\') {
      line += c;
    } else {
      auto byte = static_cast<unsigned char>(c);
      line += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return line;
}

}  // namespace ticketmilter::base
