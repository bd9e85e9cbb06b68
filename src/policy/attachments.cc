// SPDX-License-Identifier: MIT
// Names are compared as a person and a file system take them: case, width and marks do not count, nor do dots, blanks and invisible characters at the
// end, nor what follows a colon (a stream of NTFS).
#include "policy/attachments.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace ticketmilter::policy {
namespace {

std::string comparable(const std::string& name) {
  std::string folded = base::fold_for_match(name);
  folded.resize(std::min(folded.size(), folded.find(':')));
  folded.resize(folded.find_last_not_of(". ") + 1);
  return folded;
}

bool is_ending(const std::string& rule) {
  return rule.starts_with('.');
}

bool forbids_type(const std::string& rule, const std::string& type) {
  return rule.ends_with("/*") ? type.starts_with(rule.substr(0, rule.size() - 1)) : type == rule;
}

// "" = nothing forbids it.
std::string reason(const config::Attachment& rules, const mail::Offer& offer) {
  const char* where = offer.inside ? " in an attached message" : "";
  const auto find = [&](const auto& forbids) { return std::ranges::find_if(rules.refuse_types, forbids); };
  const auto by_type = find([&](const auto& rule) { return !is_ending(rule) && forbids_type(rule, offer.type); });
  if (by_type != rules.refuse_types.end()) {
    return fmt::format("{}{}, refused as {}", offer.type, where, *by_type);
  }
  for (const auto& name : offer.names) {
    const std::string folded = comparable(name);
    const auto by_name = find([&](const auto& rule) { return is_ending(rule) && folded.ends_with(rule); });
    if (by_name != rules.refuse_types.end()) {
      return fmt::format("{}{}, refused as {}", base::for_log(name, 100), where, *by_name);
    }
  }
  return {};
}

}  // namespace

std::vector<RefusedPart> refused_parts(const config::Attachment& rules, const mail::Facts& facts) {
  std::vector<RefusedPart> refused;
  for (const auto& offer : facts.offers) {
    const bool known = std::any_of(refused.begin(), refused.end(), [&](const auto& r) { return r.part == offer.part; });
    if (std::string why = known ? "" : reason(rules, offer); !why.empty()) {
      refused.push_back({offer.part, std::move(why)});
    }
  }
  return refused;
}

}  // namespace ticketmilter::policy
