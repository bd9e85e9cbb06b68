// SPDX-License-Identifier: MIT
// The life of the daemon: what has to be there before mail is taken, and what has to be over before it ends.
#pragma once

#include <string>

namespace ticketmilter::milter {

// Serves until a signal stops it, and returns its exit status. Throws Errors for what is in the way of starting.
int serve(const std::string& configuration_file);

}  // namespace ticketmilter::milter
