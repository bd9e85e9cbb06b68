// SPDX-License-Identifier: MIT
// A line is a field, the continuation of one, or odd. Odd lines happen in old mail; the fields behind them are worth more than purity.
#include "mail/parse_fields.h"

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

// The line at an offset with its line end.
std::string_view line_at(std::string_view bytes, std::size_t at) {
  auto end = bytes.find('\n', at);
  return bytes.substr(at, end == std::string_view::npos ? end : end + 1 - at);
}

bool is_empty_line(std::string_view line) {
  return line == "\n" || line == "\r\n" || line.empty();
}

bool is_continuation(std::string_view line) {
  return line.starts_with(' ') || line.starts_with('\t');
}

// The length of the name that a field begins with; 0 where the line begins with none. Blanks before the colon are tolerated.
std::size_t name_length(std::string_view line) {
  std::size_t n = 0;
  while (n < line.size() && line[n] > ' ' && line[n] < 127 && line[n] != ':') {
    ++n;
  }
  auto colon = line.find_first_not_of(" \t", n);
  return n > 0 && colon != std::string_view::npos && line[colon] == ':' ? n : 0;
}

std::string_view without_line_end(std::string_view s) {
  if (s.ends_with('\n')) {
    s.remove_suffix(1);
  }
  if (s.ends_with('\r')) {
    s.remove_suffix(1);
  }
  return s;
}

}  // namespace

HeaderSpan find_header(std::string_view bytes, std::size_t limit, const std::function<bool(std::string_view)>& stop) {
  HeaderSpan span;
  if (bytes.starts_with("From ") || bytes.starts_with(">From ")) {
    span.begin = line_at(bytes, 0).size();
  }
  std::size_t fields = 0;
  for (std::size_t at = span.begin;;) {
    std::string_view line = line_at(bytes, at);
    span.end = span.body = at;
    if (is_empty_line(line)) {
      span.body += line.size();
      return span;
    }
    if (stop && stop(line)) {
      return span;
    }
    bool field = name_length(line) > 0;
    if (!field && !(fields > 0 && is_continuation(line))) {
      span.odd_line = true;
      std::string_view next = line_at(bytes, at + line.size());
      if (name_length(next) == 0 || (stop && stop(next))) {
        return span;
      }
    }
    fields += field ? 1 : 0;
    if (at + line.size() - span.begin > limit || fields > most_fields) {
      span.over_limit = true;
      bool nothing_yet = at == span.begin;
      span.end = span.body = nothing_yet ? std::min(bytes.size(), span.begin + limit) : at;
      return span;
    }
    at += line.size();
  }
}

bool next_field(std::string_view& header, std::string_view& name, std::string_view& value) {
  while (!header.empty()) {
    std::size_t size = line_at(header, 0).size();
    auto length = name_length(header.substr(0, size));
    if (length == 0) {
      header.remove_prefix(size);
      continue;
    }
    while (is_continuation(header.substr(size))) {
      size += line_at(header, size).size();
    }
    name = header.substr(0, length);
    auto colon = header.find(':', length);
    value = without_line_end(header.substr(colon + 1, size - colon - 1));
    if (is_continuation(value)) {
      value.remove_prefix(1);
    }
    header.remove_prefix(size);
    return true;
  }
  return false;
}

std::string find_field(std::string_view header, std::string_view name, std::size_t max) {
  std::string_view found;
  std::string_view value;
  while (next_field(header, found, value)) {
    if (base::ascii_iequals(found, name)) {
      std::string line(base::trim(value.substr(0, max)));
      std::erase_if(line, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
      return line;
    }
  }
  return {};
}

}  // namespace ticketmilter::mail
