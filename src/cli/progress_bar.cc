// SPDX-License-Identifier: MIT
#include "cli/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::cli {
namespace {

constexpr std::size_t longest = 40;  // of the bar, columns
constexpr std::size_t shortest = 10;

std::string left(double part, std::chrono::seconds elapsed) {
  constexpr double first = 0.01;
  if (part < first || part >= 1) {
    return "";
  }
  const auto seconds = static_cast<long>(static_cast<double>(elapsed.count()) * (1 - part) / part);
  return seconds < 3600 ? fmt::format("  {}:{:02} left", seconds / 60, seconds % 60)
                        : fmt::format("  {}:{:02} h left", seconds / 3600, seconds % 3600 / 60);
}

}  // namespace

std::string progress_bar(double part, std::chrono::seconds elapsed, const std::string& text, std::size_t width) {
  part = std::clamp(part, 0.0, 1.0);
  std::string rest = fmt::format(" {:3.0f} %{}", 100 * part, left(part, elapsed));
  const std::string with_text = fmt::format(" {:3.0f} %  {}{}", 100 * part, text, left(part, elapsed));
  constexpr std::size_t brackets = 2;
  if (base::display_width(with_text) + brackets + shortest <= width) {
    rest = with_text;
  }
  const std::size_t taken = base::display_width(rest) + brackets;
  const std::size_t bar = std::clamp(width > taken ? width - taken : 0, shortest, longest);
  const auto done = static_cast<std::size_t>(static_cast<double>(bar) * part);
  std::string line(done, '=');
  if (done < bar) {
    line += '>';
  }
  line.resize(bar, ' ');
  return '[' + line + ']' + rest;
}

}  // namespace ticketmilter::cli
