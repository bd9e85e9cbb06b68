// SPDX-License-Identifier: MIT
// The first line tells how lines end. Where it ends with CRLF, everything is left as it is: a stray LF is then the sender's own.
#include "mail/as_received.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

namespace ticketmilter::mail {
namespace {

// RFC 5322 section 3.6.8: printable ASCII less the colon; blanks before the colon are obsolete, but seen.
bool begins_with_field(std::string_view text) {
  const std::size_t colon = text.find_first_of(":\n");
  if (colon == std::string_view::npos || colon == 0 || text[colon] != ':') {
    return false;
  }
  std::string_view field = text.substr(0, colon);
  field = field.substr(0, field.find_last_not_of(" \t") + 1);
  return !field.empty() && std::all_of(field.begin(), field.end(), [](char c) { return c > 32 && c < 127; });
}

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) {
      out += '\r';
    }
    out += text[i];
  }
  return out;
}

}  // namespace

std::string as_received(std::string text) {
  if (text.starts_with("From ")) {
    text.erase(0, std::min(text.find('\n'), text.size() - 1) + 1);
  }
  if (!begins_with_field(text)) {
    throw base::Error(base::Kind::Permanent, "this is no message: it does not begin with a header field");
  }
  const std::size_t line_end = text.find('\n');
  const bool crlf = line_end != std::string::npos && line_end > 0 && text[line_end - 1] == '\r';
  return crlf ? text : with_crlf(text);
}

Path sender_at_delivery(const Facts& facts) {
  if (const auto path = facts.first("Return-Path")) {
    return std::string(base::trim(*path));
  }
  return facts.from.empty() ? "<>" : "<" + facts.from.front().address.folded() + ">";
}

}  // namespace ticketmilter::mail
