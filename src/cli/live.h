// SPDX-License-Identifier: MIT
// A screen that is kept up to date until somebody has seen enough.
#pragma once

#include <functional>
#include <string>

#include "cli/terminal.h"
#include "store/store.h"

namespace ticketmilter::cli {

// draw makes the text for a terminal of that size; it is asked again when something has changed on any ticket, each minute, as times go by, and when the
// size of the terminal changes. Returns at SIGINT or SIGTERM. Throws Usage where standard output is no terminal that can be drawn on.
void keep_drawn(const store::Store& store, const std::function<std::string(const Terminal&)>& draw);

}  // namespace ticketmilter::cli
