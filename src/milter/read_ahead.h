// SPDX-License-Identifier: MIT
// Reads a socket before libmilter asks. libmilter takes each packet in two reads and polls up to three times for it, and a mail of fifteen header
// fields comes in some twenty packets that the MTA has sent in one go: 70 reads and 110 polls, which cost more than filing the mail does. With
// this they become 4 and 7. system_calls.cc puts it in libmilter's way.
//
// It also keeps a worker with its session while that is in a dialogue. libmilter gives a session back to its controller when the next command is not
// there within a millisecond, which behind a busy MTA is after nearly each: a pipe, two threads to be woken and, as it lets idle workers go
// at once, a new thread for nearly every mail.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>

namespace ticketmilter::milter {

// One thread at a time may use a socket, as with libmilter's sessions; different ones are independent of each other.
class ReadAhead {
 public:
  // linger_ms: how long a worker waits for the next command of its session.
  explicit ReadAhead(int linger_ms = 50) : linger_ms_(linger_ms) {}
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // From here on this socket is read ahead. One that cannot be is read as ever.
  void begin(int fd) noexcept;
  // To be called before it is closed.
  void end(int fd) noexcept;

  // As the system's, for any descriptor; but a poll of one such socket alone for libmilter's millisecond waits up to linger_ms.
  ssize_t read(int fd, void* to, std::size_t size) noexcept;
  int poll(pollfd* list, nfds_t count, int timeout_ms) noexcept;

 private:
  // Large enough for all of a small mail. Of a large one's body, which is read into its place in large pieces, only the beginnings come here.
  struct Buffer {
    std::size_t from = 0;
    std::size_t to = 0;
    std::array<char, 8000> bytes;
    bool empty() const { return from == to; }
  };
  static constexpr std::size_t most = 1 << 14;  // descriptors from here on are not read ahead

  Buffer* find(int fd) const noexcept;
  int wait_for_more(pollfd& socket, Buffer& buffer) noexcept;

  const int linger_ms_;
  std::array<std::atomic<Buffer*>, most> buffers_{};
};

}  // namespace ticketmilter::milter
