// SPDX-License-Identifier: MIT
// The notification sender: starts, waits to be woken, sends what is due, reloads, stops.
#pragma once

#include <string>

namespace ticketmilter::notify {

// Returns the exit code when it has been told to stop. Throws what keeps it from starting.
int serve(const std::string& configuration_file);

}  // namespace ticketmilter::notify
