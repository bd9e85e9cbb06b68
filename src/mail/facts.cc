// SPDX-License-Identifier: MIT
// Looking up header fields: every instance counts, so there is no map that would keep one of them.
#include "mail/facts.h"

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

// A fold and the blanks behind it are one blank.
std::string unfold(std::string_view value) {
  std::string line;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\r' && value[i] != '\n') {
      line += value[i];
      continue;
    }
    while (i + 1 < value.size() && std::string_view(" \t\r\n").find(value[i + 1]) != std::string_view::npos) {
      ++i;
    }
    line += ' ';
  }
  return line;
}

}  // namespace

std::vector<std::string_view> Facts::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& field : fields) {
    if (base::ascii_iequals(field.name, name)) {
      values.push_back(field.value);
    }
  }
  return values;
}

std::optional<std::string> Facts::first(std::string_view name) const {
  for (const auto& field : fields) {
    if (base::ascii_iequals(field.name, name)) {
      return unfold(base::trim(field.value));
    }
  }
  return {};
}

}  // namespace ticketmilter::mail
