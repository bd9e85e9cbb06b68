// SPDX-License-Identifier: MIT
// What stands in <> is a msg-id, or behind a "<" that is left alone; what stands around it is skipped, whatever it is.
#include "mail/msgid.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t longest = 998;

// The msg-id without blanks; empty where it is none.
std::string tidy(std::string_view text) {
  std::string id;
  if (text.size() > 4 * longest) {
    return id;
  }
  std::copy_if(text.begin(), text.end(), std::back_inserter(id),
               [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
  const bool usable = id.size() <= longest && !base::has_control(id);
  return usable ? id : "";
}

// Behind the comment that text begins with; empty where it does not end.
std::optional<std::size_t> comment_length(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth == 0) {
      return i + 1;
    }
  }
  return {};
}

// Of a msg-id whose ">" was cut off, as happens to long References, what can be told; empty where it is none.
std::string_view before_blank(std::string_view text) {
  text = text.substr(0, text.find_first_of(" \t\r\n,;("));
  return text.find('@') == std::string_view::npos ? "" : text;
}

// Calls found for what stands in each pair of <>. False where there is not even a "<".
template <class Found>
bool for_each_angle(std::string_view value, const Found& found) {
  bool any = false;
  bool comments = true;  // false once one was found that does not end: then none does
  for (std::size_t i = 0; i < value.size();) {
    if (value[i] == '(' && comments) {
      auto length = comment_length(value.substr(i));
      comments = length.has_value();
      i += length.value_or(1);
      continue;
    }
    if (value[i] != '<') {
      ++i;
      continue;
    }
    any = true;
    const auto end = std::min(value.find_first_of("<>", i + 1), value.size());
    const auto inner = value.substr(i + 1, end - i - 1);
    const bool closed = end < value.size() && value[end] == '>';
    found(closed ? inner : before_blank(inner));
    i = closed ? end + 1 : end;
  }
  return any;
}

}  // namespace

std::vector<std::string> parse_msgids(std::string_view value, std::size_t limit) {
  std::vector<std::string> ids;
  auto keep_last = [&ids, limit](std::size_t n) {
    if (ids.size() > n) {
      ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(limit));
    }
  };
  auto add = [&](std::string_view text) {
    if (auto id = tidy(text); !id.empty()) {
      ids.push_back(std::move(id));
      keep_last(2 * limit);  // not one by one: each time all others move
    }
  };
  bool any = for_each_angle(value, add);
  if (!any && base::trim(value).find_first_of(" \t\r\n()") == std::string_view::npos) {
    add(value);
  }
  keep_last(limit);
  return ids;
}

}  // namespace ticketmilter::mail
