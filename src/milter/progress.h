// SPDX-License-Identifier: MIT
// Sessions that wait for the store at the end of a message. An MTA gives up on a milter that is silent for long (sendmail after ten seconds),
// so whoever waits over five seconds is reported to it, from another thread, until the answer is there.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace ticketmilter::milter {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds interval{5};
  static constexpr std::chrono::minutes longest{10};  // then the MTA may give up

  // Waits from construction to destruction. tell is never called after that, and never by two threads at once.
  class Wait {
   public:
    Wait(Progress& progress, std::function<void()> tell);
    ~Wait();
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    struct State;
    friend class Progress;
    Progress& progress_;
    std::list<std::shared_ptr<State>>::iterator place_;
  };

  // Tells all whose time has come. About once a second.
  void tick(Clock::time_point now);

 private:
  std::mutex mutex_;
  std::list<std::shared_ptr<Wait::State>> waiting_;
};

}  // namespace ticketmilter::milter
