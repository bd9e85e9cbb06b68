// SPDX-License-Identifier: MIT
#include "config/regex_check.h"

#include <re2/re2.h>

namespace ticketmilter::config {

std::string find_regex_fault(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 regex(pattern, options);
  return regex.ok() ? "" : regex.error();
}

}  // namespace ticketmilter::config
