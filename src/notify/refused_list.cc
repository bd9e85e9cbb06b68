// SPDX-License-Identifier: MIT
// Strangers' words on few lines: a flood makes the counts larger, not the mail.
#include "notify/refused_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"

namespace ticketmilter::notify {
namespace {

constexpr std::size_t most_lines = 100;
constexpr std::size_t longest_word = 80;

std::string line_of(const tickets::JournalEntry& entry) {
  const auto word = [](const std::string& text) {
    return base::first_code_points(base::one_line(base::to_valid_utf8(text)), longest_word);
  };
  const std::string to = entry.recipients.empty() ? "" : word(entry.recipients.front());
  return fmt::format("{:>6}  {}  {}  {} -> {}  {}\n", entry.id, base::rfc3339(entry.time), entry.rule,
                     word(entry.author.empty() ? entry.sender : entry.author), to, word(entry.subject));
}

}  // namespace

bool is_told(const tickets::JournalEntry& entry, base::Time until, bool loops_too) {
  return entry.time < until && entry.verdict != "duplicate" && (loops_too || entry.mail_class != "own_loop");
}

std::string refused_list(const std::vector<tickets::JournalEntry>& entries, base::Time until, bool loops_too) {
  std::map<std::string, std::size_t> by_rule;
  std::string lines;
  std::size_t listed = 0;
  std::size_t all = 0;
  for (const auto& entry : entries) {
    if (!is_told(entry, until, loops_too)) {
      continue;
    }
    ++by_rule[entry.rule];
    ++all;
    if (listed < most_lines) {
      lines += line_of(entry);
      ++listed;
    }
  }
  std::string text;
  for (const auto& [rule, count] : by_rule) {
    text += fmt::format("{:>6}  {}\n", count, rule);
  }
  text += "\n" + lines;
  return all > listed ? text + fmt::format("and {} more: ticket journal lists them\n", all - listed) : text;
}

}  // namespace ticketmilter::notify
