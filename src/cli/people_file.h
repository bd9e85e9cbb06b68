// SPDX-License-Identifier: MIT
// People as comma-separated values (RFC 4180): a line of names of columns, of which "address" has to be one and "name" may be; others are passed over. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ticketmilter::cli {

struct ListedPerson {
  std::string address;  // case-folded
  std::string name;
};

struct PeopleFile {
  std::vector<ListedPerson> people;
  std::vector<std::string> complaints;  // "line 3: ..."
};
// LF or CRLF, with or without a byte order mark.
PeopleFile read_people(std::string_view text);

}  // namespace ticketmilter::cli
