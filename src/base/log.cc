// SPDX-License-Identifier: MIT
// syslog(3) is thread-safe; the copy for standard error is one write, so lines of several threads do not mix.
#include "base/log.h"

#include <syslog.h>
#include <unistd.h>

#include <atomic>

#include "base/text.h"
#include "base/time.h"

namespace ticketmilter::base {
namespace {

std::atomic<bool> to_standard_error{false};

struct Names {
  int priority;
  const char* word;
};

Names names(Level level) {
  switch (level) {
    case Level::Debug: return {LOG_DEBUG, "debug: "};
    case Level::Info: return {LOG_INFO, ""};
    case Level::Warning: return {LOG_WARNING, "warning: "};
    case Level::Error: return {LOG_ERR, "error: "};
  }
  return {LOG_ERR, ""};
}

}  // namespace

void open_log(const char* program, bool to_stderr) {
  ::openlog(program, LOG_PID | LOG_NDELAY, LOG_MAIL);
  to_standard_error = to_stderr;
}

void log(Level level, std::string_view line) {
  constexpr std::size_t longest = 2000;
  const Names is = names(level);
  const std::string safe = is.word + for_log(line, longest);
  ::syslog(is.priority, "%s", safe.c_str());
  if (to_standard_error) {
    const std::string text = rfc3339(now()) + " " + safe + "\n";
    [[maybe_unused]] ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
  }
}

}  // namespace ticketmilter::base
