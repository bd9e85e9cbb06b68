// SPDX-License-Identifier: MIT
// The pager is a command line of the user's own, run by the shell. SIGPIPE is ignored while it reads, so that its end is seen as EPIPE.
#include "cli/pager.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/error.h"
#include "base/handle.h"
#include "base/text.h"
#include "cli/desk.h"

namespace ticketmilter::cli {
namespace {

using base::Kind;

constexpr int not_found = 127;  // the shell's exit status for a command it cannot run
constexpr int not_executable = 126;

// "" and "cat" are none.
std::string find_pager() {
  for (const char* variable : {"TICKET_PAGER", "PAGER"}) {
    if (const char* value = std::getenv(variable); value != nullptr) {
      return std::string_view(value) == "cat" ? "" : value;
    }
  }
  return "less";
}

// Less is to leave the screen as it is when all fits, and to show colours and nothing else of the kind.
[[noreturn]] void become_pager(const std::string& command, int input) {
  ::dup2(input, STDIN_FILENO);
  ::setenv("LESS", "FRX", 0);
  ::setenv("LV", "-c", 0);
  ::execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
  ::_exit(not_found);
}

// False when the reader has gone.
bool write_to(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) {
      if (errno == EPIPE) {
        return false;
      }
      throw base::system_error(Kind::Io, "write to the pager", errno);
    }
    bytes.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  return true;
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      throw base::system_error(Kind::Io, "wait for the pager", errno);
    }
  }
  return status;
}

// False when there is no such command.
bool run_pager(const std::string& command, const std::string& text) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw base::system_error(Kind::Temporary, "make a pipe", errno);
  }
  base::Fd input(ends[0]);
  base::Fd output(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) {
    throw base::system_error(Kind::Temporary, "start the pager", errno);
  }
  if (child == 0) {
    become_pager(command, input.get());
  }
  input = base::Fd();
  // The keyboard's interrupt is the pager's: we go on until it ends.
  const auto pipe_before = std::signal(SIGPIPE, SIG_IGN);
  const auto interrupt_before = std::signal(SIGINT, SIG_IGN);
  write_to(output.get(), text);
  output = base::Fd();
  const int status = wait_for(child);
  std::signal(SIGPIPE, pipe_before);
  std::signal(SIGINT, interrupt_before);
  return !WIFEXITED(status) || (WEXITSTATUS(status) != not_found && WEXITSTATUS(status) != not_executable);
}

// Colours are ours; they take no room.
std::string without_colour(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b') {
      i = std::min(line.find('m', i), line.size());
    } else {
      out += line[i];
    }
  }
  return out;
}

}  // namespace

std::size_t screen_lines(const std::string& text, std::size_t width) {
  if (text.empty()) {
    return 0;
  }
  std::size_t lines = 0;
  for (std::string_view line :
       base::split(std::string_view(text).substr(0, text.size() - text.ends_with('\n')), '\n')) {
    const std::size_t columns = base::display_width(without_colour(line));
    lines += width == 0 || columns == 0 ? 1 : (columns + width - 1) / width;
  }
  return lines;
}

void page(const Shared& shared, const std::string& text, const Terminal& terminal) {
  const bool fits = screen_lines(text, terminal.width) < terminal.height;
  const std::string command = shared.no_pager || !terminal.interactive || fits ? "" : find_pager();
  if (command.empty() || !run_pager(command, text)) {
    print(text);
  }
}

}  // namespace ticketmilter::cli
