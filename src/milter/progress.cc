// SPDX-License-Identifier: MIT
// Two locks: one for the list, held for moments, and one a session, held while the MTA is told, so that a slow MTA keeps up nobody but itself.
#include "milter/progress.h"

#include <vector>

namespace ticketmilter::milter {

struct Progress::Wait::State {
  std::function<void()> tell;
  Clock::time_point since = Clock::now();
  Clock::time_point told = since;
  std::mutex mutex;
  bool over = false;
};

Progress::Wait::Wait(Progress& progress, std::function<void()> tell) : progress_(progress) {
  auto state = std::make_shared<State>();
  state->tell = std::move(tell);
  const std::lock_guard lock(progress_.mutex_);
  place_ = progress_.waiting_.insert(progress_.waiting_.end(), std::move(state));
}

Progress::Wait::~Wait() {
  std::shared_ptr<State> state;
  {
    const std::lock_guard lock(progress_.mutex_);
    state = *place_;
    progress_.waiting_.erase(place_);
  }
  const std::lock_guard lock(state->mutex);
  state->over = true;
}

void Progress::tick(Clock::time_point now) {
  std::vector<std::shared_ptr<Wait::State>> due;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& state : waiting_) {
      if (now - state->told >= interval && now - state->since < longest) {
        due.push_back(state);
      }
    }
  }
  for (const auto& state : due) {
    const std::lock_guard lock(state->mutex);
    if (!state->over) {
      state->told = now;
      state->tell();
    }
  }
}

}  // namespace ticketmilter::milter
