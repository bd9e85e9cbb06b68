// SPDX-License-Identifier: MIT
// What all targets share. Each file beside this one is a program of its own with one LLVMFuzzerTestOneInput; tests/fuzz/run gives it the seeds and the dictionary of its name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace ticketmilter::fuzz {

// What has to hold whatever the input.
inline void demand(bool holds, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (!holds) {
    std::fprintf(stderr, "%s:%d: does not hold\n", file, line);
    std::abort();
  }
}

inline std::string_view bytes_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Takes a line, without its end, off the front of input.
inline std::string take_line(std::string_view& input) {
  const auto end = input.find('\n');
  const std::string line(input.substr(0, end));
  input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
  return line;
}

}  // namespace ticketmilter::fuzz
