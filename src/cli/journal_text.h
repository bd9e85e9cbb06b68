// SPDX-License-Identifier: MIT
// The journal as a person reads it. Pure.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "tickets/intent.h"

namespace ticketmilter::cli {

std::string format_journal(const std::vector<tickets::JournalEntry>& entries, const Terminal& terminal);
// text: what the mail says, where it is kept. full: quoted text and signatures as well.
std::string format_journal_entry(const tickets::JournalEntry& entry, const std::string& text, bool full,
                                 const Terminal& terminal);

}  // namespace ticketmilter::cli
