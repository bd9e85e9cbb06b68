// SPDX-License-Identifier: MIT
// The names of states, as the desk and the JSON write them.
#include "tickets/notice.h"

namespace ticketmilter::tickets {
namespace {
constexpr const char* state_names[notice_state_count] = {"due", "deferred", "sent", "failed", "held", "dropped"};
}  // namespace

const char* name(NoticeState state) {
  return state_names[static_cast<std::size_t>(state)];
}

std::optional<NoticeState> parse_notice_state(std::string_view text) {
  for (int i = 0; i < notice_state_count; ++i) {
    if (text == state_names[i]) {
      return static_cast<NoticeState>(i);
    }
  }
  return {};
}

}  // namespace ticketmilter::tickets
