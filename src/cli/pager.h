// SPDX-License-Identifier: MIT
// What is longer than the screen goes through a pager, as git does it: $TICKET_PAGER, else $PAGER, else less.
#pragma once

#include <string>

#include "cli/command.h"
#include "cli/terminal.h"

namespace ticketmilter::cli {

// Text for a person to standard output, which the terminal is. A pager that is left before its end is no failure; where it cannot be run, the
// text is printed.
void page(const Shared& shared, const std::string& text, const Terminal& terminal);

// How many lines of the screen the text takes. Pure.
std::size_t screen_lines(const std::string& text, std::size_t width);

}  // namespace ticketmilter::cli
