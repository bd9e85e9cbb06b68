// SPDX-License-Identifier: MIT
// Makes each kind of notice from made-up values, so that a template that cannot do it is found by who wrote it, not when somebody waits for a notice.
#pragma once

#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "config/load.h"
#include "notify/templates.h"

namespace ticketmilter::notify {

// One complaint for each template of which a queue cannot make a notice, under the name of its file in [notify] templates. The values are as hostile as
// those that people write.
std::vector<config::Complaint> rehearse(const Templates& templates, const config::Config& config, base::Time now);

}  // namespace ticketmilter::notify
