// SPDX-License-Identifier: MIT
// One thread, one epoll, many sockets: the load driver shares the machine with what it measures, so it must cost next to nothing.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "task.h"

namespace ticketmilter::bench {

using Clock = std::chrono::steady_clock;

// The peer is not there, or went away.
struct Lost : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void spawn(Task<> task);
  // Until all that was spawned is done; throws what one of them threw.
  void run();

  struct Sleep {
    Loop& loop;
    Clock::time_point until;
    bool await_ready() { return until <= Clock::now(); }
    void await_suspend(std::coroutine_handle<> sleeper) { loop.sleepers_.emplace(until, sleeper); }
    void await_resume() {}
  };
  Sleep sleep(Clock::duration time) { return {*this, Clock::now() + time}; }

 private:
  friend class Stream;
  struct Detached;
  Detached start(Task<> task);
  void wake_sleepers();
  int patience() const;

  int epoll_;
  std::size_t live_ = 0;
  Clock::time_point heard_ = Clock::now();
  std::exception_ptr failure_;
  std::multimap<Clock::time_point, std::coroutine_handle<>> sleepers_;
};

// A non-blocking socket, used by one coroutine at a time. Every wait throws Lost when the peer is gone.
class Stream {
 public:
  // address: "unix:/path" or "inet:PORT@127.0.0.1", as libmilter writes them.
  Stream(Loop& loop, std::string address);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Task<> connect();
  // Sends out, and empties it.
  std::string out;
  Task<> flush();
  // What has arrived and was not consumed.
  std::string_view in() const { return std::string_view(in_).substr(read_); }
  void consume(std::size_t n) { read_ += n; }
  // Waits for more.
  Task<> fill();

 private:
  friend class Loop;
  struct Event {
    Stream& stream;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> waiter) { stream.waiter_ = waiter; }
    void await_resume() {}
  };
  Event event() { return {*this}; }
  void watch();
  Task<> connect_unix();
  Task<> connect_inet();

  Loop& loop_;
  std::string address_;
  int fd_ = -1;
  std::string in_;
  std::size_t read_ = 0;
  bool readable_ = false;  // something arrived since a read came back short; edges are told once
  std::coroutine_handle<> waiter_;
};

}  // namespace ticketmilter::bench
