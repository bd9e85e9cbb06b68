// SPDX-License-Identifier: MIT
// Merges are followed here and nowhere else.
#include "tickets/view.h"

#include <algorithm>

namespace ticketmilter::tickets {

const Ticket* View::survivor(TicketId id) const {
  constexpr int max_steps = 100;
  for (int step = 0; step < max_steps; ++step) {
    auto it = tickets.find(id);
    if (it == tickets.end()) {
      return nullptr;
    }
    if (it->second.merged_into == TicketId{}) {
      return &it->second;
    }
    id = it->second.merged_into;
  }
  return nullptr;
}

Tally View::tally(const TallyId& id) const {
  const auto kept = std::find_if(tallies.begin(), tallies.end(), [&](const Tally& t) { return t.id == id; });
  return kept == tallies.end() ? Tally{id, {}} : *kept;
}

const Person* View::find_person(const std::string& address) const {
  const auto found = std::find_if(people.begin(), people.end(), [&](const Person& p) { return p.address == address; });
  return found == people.end() ? nullptr : &*found;
}

const Notice* View::find_notice(const NoticeName& name) const {
  const auto found = std::find_if(notices.begin(), notices.end(),
                                  [&](const Notice& n) { return n.ticket == name.ticket && n.id == name.notice; });
  return found == notices.end() ? nullptr : &*found;
}

}  // namespace ticketmilter::tickets
