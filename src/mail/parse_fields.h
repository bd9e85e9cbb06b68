// SPDX-License-Identifier: MIT
// Where a header ends and which fields it holds: spans of the bytes, nothing copied. The same reading serves the message and its parts.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace ticketmilter::mail {

inline constexpr std::size_t most_fields = 10'000;

// Offsets into the bytes that were searched.
struct HeaderSpan {
  std::size_t begin = 0;  // behind a "From " line of a mailbox file
  std::size_t end = 0;
  std::size_t body = 0;     // behind the blank line
  bool over_limit = false;  // of bytes or most_fields: the header went on at end, which is body then
  bool odd_line =
      false;  // something in it was no field: skipped where fields go on behind it, else the header ends there
};

// stop: true for a line that ends the header without being part of it (a boundary); may be empty.
HeaderSpan find_header(std::string_view bytes, std::size_t limit, const std::function<bool(std::string_view)>& stop);

// Takes the next field off the front of a header. value: as received, the blank after the colon removed, without its last line end.
bool next_field(std::string_view& header, std::string_view& name, std::string_view& value);

// The first field of that name, unfolded, without NUL and cut at max bytes; "" where there is none.
std::string find_field(std::string_view header, std::string_view name, std::size_t max);

}  // namespace ticketmilter::mail
