// SPDX-License-Identifier: MIT
// Every byte of a notice goes through stuff_lines, so it looks for line ends with what the C library does fastest, memchr.
#include "notify/letter.h"

#include <algorithm>

namespace ticketmilter::notify {
namespace {

constexpr std::size_t longest_path = 320;  // 64 of the local-part, "@", 255 of the domain
constexpr std::size_t longest_envelope_id = 100;

bool is_graphic(char c) {
  return c > ' ' && c < 127;
}

void append_line(std::string& out, std::string_view line) {
  if (line.starts_with('.')) {
    out += '.';
  }
  out += line;
  out += "\r\n";
}

// A line as LF ends it, which may hold CRs of its own.
void append_lines(std::string& out, std::string_view line) {
  for (auto cr = line.find('\r'); cr != std::string_view::npos; cr = line.find('\r')) {
    append_line(out, line.substr(0, cr));
    line.remove_prefix(cr + 1);
  }
  append_line(out, line);
}

}  // namespace

bool is_path(std::string_view address) {
  return !address.empty() && address.size() <= longest_path &&
         std::all_of(address.begin(), address.end(), [](char c) { return is_graphic(c) && c != '<' && c != '>'; });
}

std::string xtext(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_graphic(c) && c != '+' && c != '=') {
      out += c;
    } else {
      out += {'+', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

std::vector<std::string> envelope(const Letter& letter, const Offers& offers) {
  std::string mail = "MAIL FROM:<" + letter.sender + ">";
  std::string rcpt = "RCPT TO:<" + letter.recipient + ">";
  if (offers.size) {
    mail += " SIZE=" + std::to_string(letter.message.size());
  }
  if (offers.dsn) {
    const auto id = xtext(letter.envelope_id);
    mail += " RET=HDRS" + (id.empty() || id.size() > longest_envelope_id ? "" : " ENVID=" + id);
    rcpt += " NOTIFY=FAILURE";
  }
  return {mail + "\r\n", rcpt + "\r\n", "DATA\r\n"};
}

void stuff_lines(std::string_view& rest, std::string& out, std::size_t enough) {
  while (!rest.empty() && out.size() < enough) {
    const auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    append_lines(out, line);
  }
}

}  // namespace ticketmilter::notify
