// SPDX-License-Identifier: MIT
// "from HELO (name [192.0.2.1]) by ...": what stands before the first comment is the client's word, in the comment stands the host's own. Only Exim turns
// it round, "from [192.0.2.1] (helo=HELO)", and says so by "helo=".
#include "mail/received.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t longest = 2000;  // of a field; an address stands near its beginning
constexpr std::string_view blanks = " \t\r\n";

std::vector<std::string_view> words_of(std::string_view s) {
  std::vector<std::string_view> words;
  for (std::size_t at = s.find_first_not_of(blanks); at < s.size(); at = s.find_first_not_of(blanks, at)) {
    const auto end = std::min(s.find_first_of(blanks, at), s.size());
    words.push_back(s.substr(at, end - at));
    at = end;
  }
  return words;
}

// Four numbers and dots, or what can be nothing but IPv6; who compares it parses it again.
bool is_address(std::string_view s) {
  const bool v6 = s.find(':') != std::string_view::npos;
  const auto* allowed = v6 ? "0123456789abcdefABCDEF:." : "0123456789.";
  return s.size() <= 45 && s.find_first_not_of(allowed) == std::string_view::npos &&
         std::count(s.begin(), s.end(), v6 ? ':' : '.') >= (v6 ? 2 : 3);
}

// Of "[192.0.2.1]", "[IPv6:2001:db8::1]" and, with a port, "[192.0.2.1]:4711"; "" for anything else.
std::string_view literal(std::string_view word) {
  const auto close = word.find(']');
  if (!word.starts_with('[') || close == std::string_view::npos ||
      (close + 1 < word.size() && word[close + 1] != ':')) {
    return {};
  }
  word = word.substr(1, close - 1);
  word.remove_prefix(base::ascii_istarts_with(word, "ipv6:") ? 5 : 0);
  return is_address(word) ? word : std::string_view();
}

// What the first comment holds, without comments in it ("(may be forged)"). Empty where "by" comes first.
std::string_view first_comment(std::string_view value) {
  const auto open = value.find('(');
  if (open == std::string_view::npos) {
    return {};
  }
  for (const auto word : words_of(value.substr(0, open))) {
    if (base::ascii_iequals(word, "by")) {
      return {};
    }
  }
  const auto close = value.find_first_of("()", open + 1);
  return close == std::string_view::npos ? std::string_view() : value.substr(open + 1, close - open - 1);
}

std::string name_in(std::string_view word) {
  word = word.substr(word.rfind('@') + 1);  // RFC 1413: "user@name"
  const bool good = word.find('.') != std::string_view::npos && word.find_first_of("[=") == std::string_view::npos;
  return good ? base::ascii_lower(word) : "";
}

}  // namespace

std::optional<ReceivedFrom> parse_received(std::string_view value) {
  value = base::trim(value.substr(0, longest));
  const auto before = words_of(value.substr(0, value.find('(')));
  const auto inside = words_of(first_comment(value));
  if (before.size() < 2 || !base::ascii_iequals(before[0], "from") || inside.empty()) {
    return {};
  }
  for (const auto word : inside) {
    if (const auto address = literal(word); !address.empty()) {
      return ReceivedFrom{std::string(address), name_in(inside[0])};
    }
  }
  if (const auto address = literal(before[1]); !address.empty() && base::ascii_istarts_with(inside[0], "helo=")) {
    return ReceivedFrom{std::string(address), ""};
  }
  if (inside.size() == 1 && is_address(inside[0])) {
    return ReceivedFrom{std::string(inside[0]), ""};
  }
  return {};
}

}  // namespace ticketmilter::mail
