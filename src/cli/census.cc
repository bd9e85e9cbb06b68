// SPDX-License-Identifier: MIT
#include "cli/census.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/table.h"

namespace ticketmilter::cli {

void Census::add(const intake::Explanation& explanation) {
  const auto& classification = explanation.c.classification;
  const auto& decision = explanation.decision;
  const std::string by = decision.rule == classification.rule ? "" : decision.rule;
  ++mails_[{name(classification.mail_class), classification.rule, name(decision.outcome), by}];
}

std::string Census::format(const Terminal& terminal) const {
  std::vector<std::pair<Kind, std::size_t>> kinds(mails_.begin(), mails_.end());
  std::stable_sort(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<TableRow> rows;
  std::size_t all = 0;
  for (const auto& [kind, number] : kinds) {
    const auto& [mail_class, rule, verdict, by] = kind;
    rows.push_back({mail_class, rule, verdict, by, std::to_string(number)});
    all += number;
  }
  std::string out =
      format_table({{"CLASS"}, {"RULE"}, {"VERDICT"}, {"BY"}, {"MAILS", 0, true}}, std::move(rows), terminal);
  out += fmt::format("{} mails", all);
  return out + (others_ == 0 ? "\n" : fmt::format(", {} files that are none\n", others_));
}

}  // namespace ticketmilter::cli
