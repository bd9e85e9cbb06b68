// SPDX-License-Identifier: MIT
// sigtimedwait is both the wait for the signal and the clock that ticks once a second.
#include "milter/housekeeping.h"

#include <pthread.h>
#include <signal.h>

#include <ctime>
#include <exception>
#include <initializer_list>
#include <string>
#include <utility>

#include "base/log.h"
#include "milter/answer.h"

namespace ticketmilter::milter {
namespace {

using Clock = std::chrono::steady_clock;

sigset_t signals(std::initializer_list<int> numbers) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : numbers) {
    sigaddset(&set, number);
  }
  return set;
}

// A turn of the loop is a door: nothing leaves it.
void guarded(const char* name, const std::function<void()>& run) {
  try {
    run();
  } catch (...) {
    base::log_error(std::string(name) + ": " + describe(std::current_exception()));
  }
}

}  // namespace

void block_signals() {
  const sigset_t set = signals({SIGUSR1, SIGTERM, SIGINT, SIGHUP});
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Housekeeper::Housekeeper(std::function<void()> reload, std::vector<Chore> chores)
    : reload_(std::move(reload)), chores_(std::move(chores)), thread_([this] { run(); }) {}

Housekeeper::~Housekeeper() {
  stop_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

void Housekeeper::run() {
  const sigset_t set = signals({SIGUSR1});
  const timespec tick{1, 0};
  std::vector<Clock::time_point> last(chores_.size(), Clock::now());
  for (;;) {
    const int signal = sigtimedwait(&set, nullptr, &tick);
    if (stop_) {
      return;
    }
    if (signal == SIGUSR1) {
      guarded("reload", reload_);
    }
    for (std::size_t i = 0; i < chores_.size(); ++i) {
      if (Clock::now() - last[i] >= chores_[i].every) {
        last[i] = Clock::now();
        guarded(chores_[i].name, chores_[i].run);
      }
    }
  }
}

}  // namespace ticketmilter::milter
