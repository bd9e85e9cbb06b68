// SPDX-License-Identifier: MIT
// The kinds of notices, which are named as their templates are, and what sets each apart from the others.
#pragma once

#include <string_view>

namespace ticketmilter::notify {

enum class Voice {
  Reply,   // our automatic answer to a mail
  System,  // news of ours
  Person,  // somebody's words passed on
};

struct Kind {
  std::string_view name;
  Voice voice;
  bool to_agents;             // may name people's addresses; else only those in the ticket's cc
  bool null_sender;           // MAIL FROM:<>, so that nobody ever answers a failure
  std::string_view built_in;  // the template's text
};

inline constexpr std::size_t kind_count = 9;
const Kind (&kinds())[kind_count];
// nullptr when there is none.
const Kind* find_kind(std::string_view name);

}  // namespace ticketmilter::notify
