// SPDX-License-Identifier: MIT
// Whether RE2, which will match it, takes a pattern.
#pragma once

#include <string>

namespace ticketmilter::config {

// "" = it does; else RE2's reason.
std::string find_regex_fault(const std::string& pattern);

}  // namespace ticketmilter::config
