// SPDX-License-Identifier: MIT
// Keeps libmilter's pool of workers from forgetting sessions. Its controller hands ready sessions to an idle worker as long as it sees one, and still
// sees one when that worker has been given ten already; a worker stays with a session as long as its next command comes within a millisecond. So under
// load some sessions wait for seconds while others are served again and again. But each time a session becomes ready the controller wakes or makes
// a worker, and a worker begins by looking for all that are ready. So we hold some sessions with ourselves, and make one ready when a worker is
// about to be busy with a message.
#pragma once

#include <array>
#include <atomic>
#include <chrono>

#include "base/handle.h"

namespace ticketmilter::milter {

class Wakeup {
 public:
  // Connects to the socket that libmilter listens on in this process. While root, as the socket may be for the MTA's group only. Where that does not
  // work there are no wake-ups, and a warning in the log.
  Wakeup();

  // A session of an MTA began or ended.
  void session_began() noexcept { ++sessions_; }
  void session_ended() noexcept { --sessions_; }

  // A worker is busy with a message, for as long as this lives.
  class Busy {
   public:
    explicit Busy(Wakeup& wakeup) noexcept;
    ~Busy() { --wakeup_.busy_; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    Wakeup& wakeup_;
  };

  // Makes all our sessions ready, and so has libmilter look for all others that are. Once a second, as what it has forgotten while nobody is busy it finds
  // by itself after ten; once in some minutes at least, or it closes ours as forgotten.
  void refresh() noexcept;

 private:
  using Clock = std::chrono::steady_clock;
  // A worker stays with our session, too, for a millisecond after the last that it heard there.
  static constexpr std::chrono::milliseconds rest{2};
  struct Line {
    base::Fd connection;
    std::atomic<Clock::rep> last = 0;
  };
  void wake() noexcept;

  std::array<Line, 4> lines_;
  std::atomic<unsigned> next_ = 0;
  std::atomic<int> sessions_ = 0;
  std::atomic<int> busy_ = 0;
};

}  // namespace ticketmilter::milter
