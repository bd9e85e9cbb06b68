// SPDX-License-Identifier: MIT
// What each test of a decision looked at, in their order, up to the one that decided. A decision keeps no diary: where it was made is read off the
// rule that made it. Pure.
#pragma once

#include <string>
#include <vector>

#include "policy/decide.h"

namespace ticketmilter::cli {

struct StageLine {
  const char* label;  // "filters"; indented: more about the one before
  std::string text;   // "" = nothing to say
};
std::vector<StageLine> stages_of(const policy::Case& c, const policy::Target& target);

// Ids of the filter rules that hold for the target, refusing or not.
std::vector<std::string> fired_rules(const policy::Case& c, const policy::Target& target);

std::string ticket_text(const std::optional<tickets::TicketId>& id);
std::vector<std::string> action_names(const policy::Target& target);
std::string reply_text(const policy::Reply& reply);
std::string refusal_text(const policy::Refusal& refusal);

}  // namespace ticketmilter::cli
