// SPDX-License-Identifier: MIT
// A piece of a store as a line of JSON, and back, with nothing lost. Pure.
//
// A line is an object of one member, whose name tells what it is: numbers, person, message, ticket, notice, journal, tally, known. Members are named as in the
// values under src/tickets/; those that are empty, 0 or false are left out, and so is the kind "create". Times are RFC 3339 with milliseconds; text that is no UTF-8 is an
// object {"base64": ...}. A message has its bytes as base64 in "raw", which comes last, and as "text" either the text, or where in these bytes it
// stands: [begin, size].
#pragma once

#include <string>

#include "store/store.h"

namespace ticketmilter::cli {

// With its line feed.
std::string to_line(const store::Piece& piece);
// Of a message the packed one is made, too. Throws Permanent, and says what is wrong.
store::Piece parse_piece(std::string line);

// The first line of a dump, and whether a line is one that we understand.
std::string archive_head(base::Time now);
bool is_archive_head(const std::string& line);

}  // namespace ticketmilter::cli
