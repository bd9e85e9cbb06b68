// SPDX-License-Identifier: MIT
// How often something has happened of late: what the limits count, as values. A tally is read whole and written whole, so it must stay small: times
// are whole seconds, and what happened in the same span of time is one charge.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace ticketmilter::tickets {

// The values are stored: never renumber.
enum class Counted : std::uint8_t {
  NewTickets = 1,        // tickets that a sender's mail made
  Reopens = 2,           // closed tickets that it brought back
  Repeats = 3,           // its mails that answer one of ours, marked by their text
  Notices = 4,           // mails that we owe somebody
  TicketNotices = 5,     // those of one ticket
  Acknowledgements = 6,  // marked by the ticket's subject
  Bounces = 7,           // points for mails that did not reach somebody
  Stopped = 8,           // somebody's address is gone, or wants no mail of ours
};
constexpr int counted_count = 9;

struct TallyId {
  Counted counted{};
  std::string who;  // an addr-spec, case-folded, or "<list-id>"
  std::chrono::seconds window{
      0};                    // the longest that is asked for; a tally that was kept for another one is another one
  std::uint64_t ticket = 0;  // of TicketNotices

  bool operator==(const TallyId&) const = default;
};

struct Charge {
  std::uint32_t time = 0;   // seconds since 1970, of the last that it stands for
  std::uint32_t count = 0;  // how many it stands for
  std::uint32_t mark = 0;   // what they have in common, 0 = nothing that is known

  bool operator==(const Charge&) const = default;
};

struct Tally {
  TallyId id;
  std::vector<Charge> charges;  // oldest first, at most max_charges

  bool operator==(const Tally&) const = default;

  // Of the charges whose time lies less than the window back. One that lies as far ahead was made by a clock that was wrong, and does not count.
  std::uint64_t used(base::Time now) const { return used(now, id.window); }
  // At most so far back.
  std::uint64_t used(base::Time now, std::chrono::seconds within) const;
  // Of those with this mark, and at most so far back.
  std::uint64_t same(base::Time now, std::uint32_t mark, std::chrono::seconds within) const;
  // Nothing of it counts any more.
  bool passed(base::Time now) const { return used(now) == 0; }
  // Adds to it and drops what has passed. most: what the limit allows, which is as many charges as have to be told apart. Over max_charges, old
  // ones that are few and next to each other become one.
  void charge(base::Time now, std::uint32_t count, std::uint32_t mark, std::uint64_t most);

 private:
  void join_old();
};
constexpr std::size_t max_charges = 256;

}  // namespace ticketmilter::tickets
