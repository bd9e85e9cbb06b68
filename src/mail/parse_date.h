// SPDX-License-Identifier: MIT
// The Date field (RFC 5322 section 3.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace ticketmilter::mail {

// Empty when it is no date, or one before 1970 or after 9999.
std::optional<base::Time> parse_date(std::string_view field);
// In UTC.
std::string format_date(base::Time time);

}  // namespace ticketmilter::mail
