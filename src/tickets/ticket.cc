// SPDX-License-Identifier: MIT
// The names of states and kinds, as the desk and the JSON write them.
#include "tickets/ticket.h"

#include <algorithm>

namespace ticketmilter::tickets {
namespace {
constexpr const char* status_names[] = {"new", "open", "stalled", "resolved", "rejected", "deleted"};
constexpr const char* kind_names[] = {"create", "correspond", "comment", "take",   "assign",     "resolve",
                                      "status", "set",        "watch",   "bounce", "auto_reply", "note"};
}  // namespace

std::vector<Status> all_statuses() {
  std::vector<Status> statuses;
  statuses.reserve(status_count);
  for (int i = 0; i < status_count; ++i) {
    statuses.push_back(static_cast<Status>(i));
  }
  return statuses;
}

const char* name(Status status) {
  return status_names[static_cast<std::size_t>(status)];
}

std::optional<Status> parse_status(std::string_view text) {
  for (int i = 0; i < status_count; ++i) {
    if (text == status_names[i]) {
      return static_cast<Status>(i);
    }
  }
  return {};
}

std::optional<Kind> parse_kind(std::string_view text) {
  const auto found = std::find(std::begin(kind_names), std::end(kind_names), text);
  return found == std::end(kind_names) ? std::nullopt : std::optional(static_cast<Kind>(found - kind_names));
}

const char* name(Kind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

}  // namespace ticketmilter::tickets
