// SPDX-License-Identifier: MIT
// epoll is edge-triggered and sockets are registered once, so a reply costs one epoll_wait and one read.
#include "loop.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

namespace ticketmilter::bench {
namespace {

// A session that is forgotten by the other side is to fail a test, not to stop it.
constexpr auto longest_silence = std::chrono::minutes(4);

}  // namespace

// Owns itself: runs a task to its end and tells the loop.
struct Loop::Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0)
    throw std::system_error(errno, std::generic_category(), "epoll_create1");
}
Loop::~Loop() {
  close(epoll_);
}

Loop::Detached Loop::start(Task<> task) {
  ++live_;
  try {
    co_await task;
  } catch (...) {
    if (!failure_)
      failure_ = std::current_exception();
  }
  --live_;
}

void Loop::spawn(Task<> task) {
  start(std::move(task));
}

void Loop::wake_sleepers() {
  const auto now = Clock::now();
  while (!sleepers_.empty() && sleepers_.begin()->first <= now) {
    const auto sleeper = sleepers_.begin()->second;
    sleepers_.erase(sleepers_.begin());
    sleeper.resume();
  }
}

// Milliseconds until the next sleeper wakes, rounded up, or until nothing was heard for too long.
int Loop::patience() const {
  const auto until =
      sleepers_.empty() ? heard_ + longest_silence : std::min(sleepers_.begin()->first, heard_ + longest_silence);
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, wait.count()));
}

void Loop::run() {
  std::vector<epoll_event> events(256);
  while (live_ > 0 && !failure_) {
    wake_sleepers();
    if (live_ == 0 || failure_)
      break;
    const int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), patience());
    if (n < 0 && errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "epoll_wait");
    if (n > 0)
      heard_ = Clock::now();
    else if (Clock::now() - heard_ > longest_silence)
      throw Lost("nothing was heard on any connection for too long");
    for (int i = 0; i < n; ++i) {
      const epoll_event& e = events[static_cast<std::size_t>(i)];
      auto* stream = static_cast<Stream*>(e.data.ptr);
      if ((e.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0)
        stream->readable_ = true;
      if (auto waiter = std::exchange(stream->waiter_, nullptr))
        waiter.resume();
    }
  }
  if (failure_)
    std::rethrow_exception(failure_);
}

Stream::Stream(Loop& loop, std::string address) : loop_(loop), address_(std::move(address)) {}
Stream::~Stream() {
  if (fd_ >= 0)
    close(fd_);
}

void Stream::watch() {
  epoll_event e{};
  e.events = EPOLLIN | EPOLLOUT | EPOLLET;
  e.data.ptr = this;
  if (epoll_ctl(loop_.epoll_, EPOLL_CTL_ADD, fd_, &e) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

Task<> Stream::connect() {
  if (address_.starts_with("unix:"))
    co_await connect_unix();
  else if (address_.starts_with("inet:"))
    co_await connect_inet();
  else
    throw std::invalid_argument("not an address: " + address_);
}

Task<> Stream::connect_unix() {
  sockaddr_un a{};
  a.sun_family = AF_UNIX;
  address_.copy(a.sun_path, sizeof a.sun_path - 1, 5);
  fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  while (::connect(fd_, reinterpret_cast<sockaddr*>(&a), sizeof a) != 0) {
    if (errno != EAGAIN)  // EAGAIN: the listener's backlog is full
      throw Lost(address_ + ": " + std::strerror(errno));
    co_await loop_.sleep(std::chrono::milliseconds(1));
  }
  watch();
}

Task<> Stream::connect_inet() {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address_.substr(5))));
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (const auto at = address_.find('@');
      at != std::string::npos && inet_pton(AF_INET, address_.c_str() + at + 1, &a.sin_addr) != 1)
    throw std::invalid_argument("not an address: " + address_);
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const bool started = ::connect(fd_, reinterpret_cast<sockaddr*>(&a), sizeof a) == 0 || errno == EINPROGRESS;
  if (!started)
    throw Lost(address_ + ": " + std::strerror(errno));
  watch();
  co_await event();
  int failure = 0;
  socklen_t size = sizeof failure;
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &failure, &size);
  if (failure != 0)
    throw Lost(address_ + ": " + std::strerror(failure));
}

Task<> Stream::flush() {
  std::size_t sent = 0;
  while (sent < out.size()) {
    const ssize_t n = send(fd_, out.data() + sent, out.size() - sent, MSG_NOSIGNAL);
    if (n >= 0)
      sent += static_cast<std::size_t>(n);
    else if (errno == EAGAIN)
      co_await event();
    else if (errno != EINTR)
      throw Lost(address_ + ": " + std::strerror(errno));
  }
  out.clear();
}

Task<> Stream::fill() {
  in_.erase(0, std::exchange(read_, 0));
  char buffer[4096];
  while (true) {
    while (!readable_)
      co_await event();
    const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
    if (n > 0) {
      in_.append(buffer, static_cast<std::size_t>(n));
      readable_ = static_cast<std::size_t>(n) == sizeof buffer;
      co_return;
    }
    if (n == 0)
      throw Lost(address_ + ": closed by the other side");
    if (errno != EAGAIN && errno != EINTR)
      throw Lost(address_ + ": " + std::strerror(errno));
    readable_ = errno == EINTR;
  }
}

}  // namespace ticketmilter::bench
