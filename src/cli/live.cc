// SPDX-License-Identifier: MIT
// The ticket that changed last stands first in the store's own order, so that to see whether anything has changed is to look at one row.
#include "cli/live.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <tuple>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/time.h"

namespace ticketmilter::cli {
namespace {

// On the terminal's second screen, so that what was there before comes back.
class Screen {
 public:
  Screen() { show("\x1b[?1049h\x1b[?25l"); }
  ~Screen() {
    try {
      show("\x1b[?25h\x1b[?1049l");
    } catch (const base::Error&) {
      // The terminal is gone, and with it what was to be put right.
    }
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // The first lines, as many as there is room for.
  void draw(const std::string& text, const Terminal& terminal) const {
    std::string out = "\x1b[H";
    std::size_t room = terminal.height;
    for (std::string_view line : base::split(text, '\n')) {
      out += std::string(line) + "\x1b[K";
      if (room > 0 && --room == 0) {
        break;
      }
      out += "\r\n";
    }
    show(out + "\x1b[J");
  }

 private:
  static void show(const std::string& bytes) { base::write_all(STDOUT_FILENO, bytes); }
};

// Signals wait while it lives, for next() to take them.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) {
      sigaddset(&set_, signal);
    }
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
  }
  ~Signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The one that comes within a second; 0 = none.
  int next() const {
    const timespec second = {1, 0};
    const int signal = sigtimedwait(&set_, nullptr, &second);
    return signal > 0 ? signal : 0;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

using Mark = std::tuple<tickets::TicketId, base::Time, tickets::Status>;

Mark find_mark(const store::Store& store) {
  store::ListQuery newest;
  newest.statuses = tickets::all_statuses();
  newest.limit = 1;
  Mark mark{};
  store.read([&](const store::Reader& reader) {
    if (const auto rows = reader.list(newest); !rows.empty()) {
      mark = {rows[0].id, rows[0].updated, rows[0].status};
    }
  });
  return mark;
}

}  // namespace

void keep_drawn(const store::Store& store, const std::function<std::string(const Terminal&)>& draw) {
  const char* term = std::getenv("TERM");
  if (!find_terminal(STDOUT_FILENO).interactive || term == nullptr || std::string_view(term) == "dumb") {
    throw base::Error(base::Kind::Usage, "--watch wants a terminal that can be drawn on");
  }
  const Signals signals;
  const Screen screen;
  Mark drawn{};
  base::Time drawn_at{};
  for (int signal = SIGWINCH; signal == 0 || signal == SIGWINCH; signal = signals.next()) {
    const Mark mark = find_mark(store);
    const base::Time now = base::now();
    if (signal == SIGWINCH || mark != drawn || now - drawn_at >= std::chrono::minutes(1)) {
      const Terminal terminal = find_terminal(STDOUT_FILENO);
      screen.draw(draw(terminal), terminal);
      drawn = mark;
      drawn_at = now;
    }
  }
}

}  // namespace ticketmilter::cli
