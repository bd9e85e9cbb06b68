// SPDX-License-Identifier: MIT
// Reads a socket before libmilter asks. libmilter takes each packet in two reads and polls up to three times for it, and a mail of fifteen header
// fields comes in some twenty packets that the MTA has sent in one go: 70 reads and 110 polls, which cost more than filing the mail does. With
// this they become 4 and 7. system_calls.cc puts it in libmilter's way.
//
// It also keeps a worker with its session while that is in a dialogue. libmilter gives a session back to its controller when the next command is not
// there within a millisecond, which behind a busy MTA is after nearly each: a pipe, two threads to be woken and, as it lets idle workers go
// at once, a new thread for nearly every mail.
//
// And it keeps the pool from forgetting sessions. The controller hands ready sessions to an idle worker as long as it sees one, and still sees one when
// that worker has been given ten already; those wait until some worker has nothing to do. So here is counted which were handed out and no worker has
// looked at, and when one waits for long the next worker that has heard all of its own session gives that back, and finds the other.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

namespace ticketmilter::milter {

// One thread at a time may use a socket, as with libmilter's sessions; different ones are independent of each other.
class ReadAhead {
 public:
  // linger: how long a worker waits for the next command of its session. patience: how long another waits for a worker until one is sent to it.
  explicit ReadAhead(std::chrono::milliseconds linger = std::chrono::milliseconds(50),
                     std::chrono::milliseconds patience = std::chrono::milliseconds(10))
      : linger_(linger), patience_(patience) {}
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // From here on this socket is read ahead. One that cannot be is read as ever.
  void begin(int fd) noexcept;
  // To be called before it is closed.
  void end(int fd) noexcept;

  // As the system's, for any descriptor; but a poll of one such socket alone for libmilter's millisecond waits up to linger.
  ssize_t read(int fd, void* to, std::size_t size) noexcept;
  int poll(pollfd* list, nfds_t count, int timeout_ms) noexcept;

 private:
  // Large enough for all of a small mail. Of a large one's body, which is read into its place in large pieces, only the beginnings come here.
  struct Buffer {
    std::size_t from = 0;
    std::size_t to = 0;
    std::array<char, 8000> bytes;
    std::atomic<bool> handed_out = true;  // and no worker has looked at it
    bool empty() const { return from == to; }
  };
  static constexpr std::size_t most = 1 << 14;  // descriptors from here on are not read ahead

  using Clock = std::chrono::steady_clock;

  Buffer* find(int fd) const noexcept;
  int poll_all(pollfd* list, nfds_t count, int timeout_ms) const noexcept;
  int wait_for_more(pollfd& socket, Buffer& buffer) const noexcept;
  void hand_out(Buffer& buffer) noexcept;
  void taken(Buffer& buffer) noexcept;
  bool one_waits() const noexcept;

  const std::chrono::milliseconds linger_, patience_;
  std::atomic<int> handed_out_ = 0;
  std::atomic<Clock::rep> since_ = 0;  // there is one handed out, about
  std::array<std::atomic<Buffer*>, most> buffers_{};
};

}  // namespace ticketmilter::milter
