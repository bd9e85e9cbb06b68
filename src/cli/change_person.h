// SPDX-License-Identifier: MIT
// Changes of people that reach into tickets: import, set, forget. In portions, between which mail can be filed; run again, they do what is left to do.
#pragma once

#include <string>

#include "cli/command.h"

namespace ticketmilter::cli {

// file: "-" = standard input. skip: lines that are wrong are told and passed over; else nothing is written where there is one.
void import_people(const Shared& shared, const std::string& file, bool skip);
void set_address(const Shared& shared, const std::string& old_address, const std::string& new_address);
void forget_person(const Shared& shared, const std::string& address);

}  // namespace ticketmilter::cli
