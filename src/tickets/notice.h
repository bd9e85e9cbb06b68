// SPDX-License-Identifier: MIT
// A mail that we owe somebody because of what happened on a ticket: a row of the outbox, written in the transaction of its cause. What it will say is
// made when it is due, so a ticket that is merged, or a person who is squelched, in between is honoured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "tickets/ticket.h"

namespace ticketmilter::tickets {

// The values are stored: never renumber.
enum class NoticeState : std::uint8_t {
  Due = 0,
  Deferred = 1,  // tried, and to be tried again
  Sent = 2,      // the relay has it
  Failed = 3,    // refused for good, given up, or bounced later
  Held = 4,      // [milter] mode = "copy": not to be sent
  Dropped = 5,   // nobody is to have it any more; last_reply says why
};
constexpr int notice_state_count = 6;
const char* name(NoticeState state);
std::optional<NoticeState> parse_notice_state(std::string_view text);

struct Notice {
  std::uint64_t id = 0;     // 1 and up over all tickets, never reused; 0 = not yet given out
  TicketId ticket{};        // 0: about none, as the owner's digest
  std::uint32_t entry = 0;  // of the history that caused it; 0 = none
  std::string template_name;
  std::string to;  // addr-spec, case-folded
  NoticeState state = NoticeState::Due;
  std::uint32_t attempts = 0;
  base::Time created{};
  base::Time next_try{};            // while it waits; of a claimed one, when the claim runs out
  std::string last_reply;           // one line: what the relay said, or what happened; "" = nothing yet
  std::uint64_t claimed_by = 0;     // the notifier that is at it, 0 = none
  std::string failed;               // "undeliverable": who could not be reached
  std::optional<base::Time> since;  // "digest": where it begins

  bool waits() const { return state == NoticeState::Due || state == NoticeState::Deferred; }
  bool operator==(const Notice&) const = default;
};

}  // namespace ticketmilter::tickets
