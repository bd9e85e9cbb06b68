// SPDX-License-Identifier: MIT
// Lines may end in a bare LF: that harms nobody here, and some relays do it.
#include "notify/smtp_reply.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ticketmilter::notify {
namespace {

constexpr std::size_t longest_line = 1000;
constexpr std::size_t most_lines = 100;
constexpr std::size_t longest_text = 1000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_reply_line(std::string_view line) {
  return line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) && is_digit(line[2]) &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

std::string clean(std::string_view text) {
  return base::is_printable_ascii(text) ? std::string(text) : base::blank_controls(base::to_valid_utf8(text));
}

// "5.1.1 " at the front of a line, or "".
std::string_view enhanced_code(std::string_view line) {
  const auto word = line.substr(0, line.find(' ') + 1);
  const bool shape = word.size() >= 6 && is_digit(word[0]) && word[1] == '.' &&
                     std::all_of(word.begin(), word.end() - 1, [](char c) { return is_digit(c) || c == '.'; });
  return shape ? word : std::string_view();
}

}  // namespace

std::string one_line(const Reply& reply) {
  std::string text = reply.code != 0 ? std::to_string(reply.code) : "";
  const auto enhanced = reply.lines.empty() ? std::string_view() : enhanced_code(reply.lines.front());
  for (std::string_view line : reply.lines) {
    if (line.data() != enhanced.data() && line.starts_with(enhanced)) {
      line.remove_prefix(enhanced.size());
    }
    text += (text.empty() || line.empty() ? "" : " ") + std::string(line);
  }
  return base::first_code_points(text, longest_text);
}

std::optional<Reply> ReplyReader::read(std::string_view& bytes) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    line_ += bytes.substr(0, std::min(end, longest_line - line_.size()));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (end == std::string_view::npos) {
      break;
    }
    if (auto reply = end_line()) {
      return reply;
    }
  }
  return {};
}

std::optional<Reply> ReplyReader::end_line() {
  std::string line = std::exchange(line_, {});
  if (line.ends_with('\r')) {
    line.pop_back();
  }
  if (!is_reply_line(line)) {
    return Reply{0, {"this is no SMTP reply: " + clean(line)}};
  }
  if (reply_.lines.size() == most_lines) {
    return Reply{0, {"a reply of too many lines"}};
  }
  reply_.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  reply_.lines.push_back(clean(std::string_view(line).substr(std::min<std::size_t>(4, line.size()))));
  return line.size() > 3 && line[3] == '-' ? std::nullopt : std::optional(std::exchange(reply_, {}));
}

Offers parse_offers(const Reply& hello) {
  Offers offers;
  for (std::size_t i = 1; i < hello.lines.size(); ++i) {
    const auto word = base::ascii_lower(std::string_view(hello.lines[i]).substr(0, hello.lines[i].find(' ')));
    offers.pipelining |= word == "pipelining";
    offers.dsn |= word == "dsn";
    offers.size |= word == "size";
  }
  return offers;
}

}  // namespace ticketmilter::notify
