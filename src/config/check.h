// SPDX-License-Identifier: MIT
// What no key can tell alone: what must be there, and what contradicts something else in the file.
#pragma once

#include "config/config.h"
#include "config/tree.h"

namespace ticketmilter::config {

// Fills what follows from other keys (a queue's tag), and complains.
void check(Config& config, Report& report);

}  // namespace ticketmilter::config
