// SPDX-License-Identifier: MIT
// Binary units with one decimal; whole bytes below the first of them.
#include "base/size.h"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>

namespace ticketmilter::base {

std::string human_size(std::uint64_t bytes) {
  static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < std::size(units); ++unit) {
    value /= 1024;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

}  // namespace ticketmilter::base
