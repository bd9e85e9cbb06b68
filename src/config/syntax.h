// SPDX-License-Identifier: MIT
// What toml++ must not be given: a file that nests so deep that its recursion runs out of stack. Looked at before it reads.
#pragma once

#include <string_view>

namespace ticketmilter::config {

// The first line with a key of more than 16 parts ("a.b.c..."), 0 = none. Dots in strings and comments do not count.
unsigned find_long_key(std::string_view text);

}  // namespace ticketmilter::config
