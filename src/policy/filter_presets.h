// SPDX-License-Identifier: MIT
// The lists of terms that come with the program.
#pragma once

#include <span>
#include <string_view>

namespace ticketmilter::policy {

struct FilterPreset {
  std::string_view name;  // in [filter] presets
  const char* id;         // of its rule
  bool machine;           // only for mail that machines have marked as theirs
  std::span<const std::string_view> senders;
  std::span<const std::string_view> subjects;
};
// nullptr for "none" and what is unknown.
const FilterPreset* find_filter_preset(std::string_view name);

}  // namespace ticketmilter::policy
