// SPDX-License-Identifier: MIT
// The log: syslog's mail facility, and standard error as well with -f. One call is one line; control characters never get into
// one. Safe on any thread.
#pragma once

#include <string>
#include <string_view>

namespace ticketmilter::base {

enum class Level { Debug, Info, Warning, Error };

// Once, at start. to_stderr: lines also go to standard error, with the time in front.
void open_log(const char* program, bool to_stderr);
void log(Level level, std::string_view line);

inline void log_info(std::string_view line) {
  log(Level::Info, line);
}
inline void log_warning(std::string_view line) {
  log(Level::Warning, line);
}
inline void log_error(std::string_view line) {
  log(Level::Error, line);
}

}  // namespace ticketmilter::base
