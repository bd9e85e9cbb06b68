// SPDX-License-Identifier: MIT
// What is in a buffer here is not in the socket any more, so poll has to know of it as well as read: libmilter's controller waits with poll for all
// sessions that no worker has.
#include "milter/read_ahead.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace ticketmilter::milter {
namespace {

// For the next command of a session, and for nothing else (engine.c, MI_RD_CMD_TO).
constexpr int libmilters_wait_ms = 1;

// Not read(2)'s function, which may be ours.
ssize_t system_read(int fd, void* to, std::size_t size) {
  return ::syscall(SYS_read, fd, to, size);
}

// Likewise.
int system_poll(pollfd* list, nfds_t count, int timeout_ms) {
  const timespec timeout{timeout_ms / 1000, timeout_ms % 1000 * 1'000'000L};
  return ::ppoll(list, count, timeout_ms < 0 ? nullptr : &timeout, nullptr);
}

}  // namespace

ReadAhead::~ReadAhead() {
  for (auto& buffer : buffers_) {
    delete buffer.load();
  }
}

ReadAhead::Buffer* ReadAhead::find(int fd) const noexcept {
  const auto place = static_cast<std::size_t>(fd);
  return place < most ? buffers_[place].load(std::memory_order_acquire) : nullptr;
}

void ReadAhead::begin(int fd) noexcept {
  end(fd);
  if (const auto place = static_cast<std::size_t>(fd); place < most) {
    if (auto* const buffer = new (std::nothrow) Buffer) {
      buffer->handed_out = false;
      hand_out(*buffer);
      buffers_[place].store(buffer, std::memory_order_release);
    }
  }
}

void ReadAhead::end(int fd) noexcept {
  if (const auto place = static_cast<std::size_t>(fd); place < most && buffers_[place].load() != nullptr) {
    Buffer* const buffer = buffers_[place].exchange(nullptr);
    taken(*buffer);
    delete buffer;
  }
}

void ReadAhead::hand_out(Buffer& buffer) noexcept {
  if (!buffer.handed_out.exchange(true) && handed_out_.fetch_add(1) == 0) {
    since_ = Clock::now().time_since_epoch().count();
  }
}

void ReadAhead::taken(Buffer& buffer) noexcept {
  if (buffer.handed_out.exchange(false)) {
    --handed_out_;
  }
}

// For too long, that is.
bool ReadAhead::one_waits() const noexcept {
  return handed_out_ > 0 && Clock::now().time_since_epoch() - Clock::duration(since_) > patience_;
}

ssize_t ReadAhead::read(int fd, void* to, std::size_t size) noexcept {
  Buffer* const buffer = find(fd);
  if (buffer == nullptr || (buffer->empty() && size >= buffer->bytes.size())) {
    return system_read(fd, to, size);
  }
  if (buffer->empty()) {
    const ssize_t got = system_read(fd, buffer->bytes.data(), buffer->bytes.size());
    if (got <= 0) {
      return got;
    }
    buffer->from = 0;
    buffer->to = static_cast<std::size_t>(got);
  }
  const std::size_t taken = std::min(size, buffer->to - buffer->from);
  std::memcpy(to, buffer->bytes.data() + buffer->from, taken);
  buffer->from += taken;
  return static_cast<ssize_t>(taken);
}

// What comes is for the reads that follow, and is taken at once. With anything else to tell than that there is something, the system tells it again.
int ReadAhead::wait_for_more(pollfd& socket, Buffer& buffer) const noexcept {
  const int step_ms = static_cast<int>(std::min(linger_, patience_).count());
  const auto end = Clock::now() + linger_;
  int ready = 0;
  while (ready == 0 && !one_waits() && Clock::now() < end) {
    ready = system_poll(&socket, 1, step_ms);
  }
  if (ready == 1 && socket.revents == POLLIN) {
    const ssize_t got = system_read(socket.fd, buffer.bytes.data(), buffer.bytes.size());
    buffer.from = 0;
    buffer.to = static_cast<std::size_t>(std::max<ssize_t>(got, 0));
  }
  return ready;
}

// While something is in a buffer the others are not asked: who polls again asks them then.
int ReadAhead::poll_all(pollfd* list, nfds_t count, int timeout_ms) const noexcept {
  int ready = 0;
  for (pollfd* p = list; p != list + count; ++p) {
    const Buffer* const buffer = (p->events & POLLIN) != 0 ? find(p->fd) : nullptr;
    p->revents = buffer != nullptr && !buffer->empty() ? POLLIN : 0;
    ready += p->revents != 0 ? 1 : 0;
  }
  return ready != 0 ? ready : system_poll(list, count, timeout_ms);
}

// Of one session alone asks the worker that has it; of several, the controller, which hands out those that are ready.
int ReadAhead::poll(pollfd* list, nfds_t count, int timeout_ms) noexcept {
  Buffer* const alone = count == 1 ? find(list->fd) : nullptr;
  if (alone != nullptr) {
    taken(*alone);
    if (timeout_ms == libmilters_wait_ms && alone->empty()) {
      list->revents = 0;
      return wait_for_more(*list, *alone);
    }
    return poll_all(list, count, timeout_ms);
  }
  const int ready = poll_all(list, count, timeout_ms);
  for (pollfd* p = list; p != list + count; ++p) {
    if (Buffer* const buffer = p->revents != 0 ? find(p->fd) : nullptr; buffer != nullptr) {
      hand_out(*buffer);
    }
  }
  return ready;
}

}  // namespace ticketmilter::milter
