// SPDX-License-Identifier: MIT
// When a notice is tried: at once, unless it waits for the end of the quiet hours or for its reader's digest; and again after a failure, the older the
// rarer. Pure; times of day are those of a time zone.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "config/config.h"

namespace ticketmilter::notify {

// Postfix's rule: a mail waits as long again as it has waited, within bounds.
base::Time next_try(base::Time created, base::Time now);

// "22:00-06:00 Europe/Berlin": when the quiet that holds now ends; empty when none does.
std::optional<base::Time> quiet_until(const std::string& quiet, base::Time now);

// When a notice made then is sent along with others: the next full hour, or the next morning at eight, local time. Itself without a digest.
base::Time digest_time(config::Digest digest, base::Time created);

// The morning at eight that was last, local time.
base::Time last_morning(base::Time now);

}  // namespace ticketmilter::notify
