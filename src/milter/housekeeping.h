// SPDX-License-Identifier: MIT
// The one thread of ours that is not about a message: it waits for SIGUSR1, and looks after things by the clock meanwhile.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

namespace ticketmilter::milter {

// A duty that falls due again and again. What it throws is logged, and it is tried again next time.
struct Chore {
  const char* name;
  std::chrono::seconds every;
  std::function<void()> run;
};

// Has to be called before the first thread is started, as all of them inherit it: SIGUSR1 then waits for the housekeeper, and what stops libmilter for
// libmilter's own signal thread. A single thread that let SIGTERM through would end the process on the spot.
void block_signals();

class Housekeeper {
 public:
  Housekeeper(std::function<void()> reload, std::vector<Chore> chores);
  // Returns when the chore in hand is done.
  ~Housekeeper();
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

 private:
  void run();

  std::function<void()> reload_;
  std::vector<Chore> chores_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace ticketmilter::milter
