// SPDX-License-Identifier: MIT
// What we say is ABORT outside of a transaction: it is allowed at any time, has no answer and no effect.
#include "milter/wakeup.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

namespace ticketmilter::milter {
namespace {

// libmilter keeps its listening socket to itself; it is the only one of this process.
int find_listening_socket() {
  constexpr int most = 1024;
  for (int fd = 0; fd < most; ++fd) {
    int listening = 0;
    socklen_t size = sizeof listening;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0) {
      return fd;
    }
  }
  return -1;
}

base::Fd connect_to_ourselves() {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (getsockname(find_listening_socket(), generic, &size) != 0) {
    return {};
  }
  base::Fd fd(socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || connect(fd.get(), generic, size) != 0 || fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) {
    return {};
  }
  return fd;
}

// A full socket holds wake-ups enough.
void say_abort(const base::Fd& connection) {
  static constexpr char packet[] = {0, 0, 0, 1, 'A'};  // length, command
  [[maybe_unused]] const ssize_t sent = send(connection.get(), packet, sizeof packet, MSG_NOSIGNAL);
}

}  // namespace

Wakeup::Wakeup() {
  for (Line& line : lines_) {
    line.connection = connect_to_ourselves();
    if (!line.connection) {
      base::log_warning("no connection to our own socket: under load some sessions may wait for others");
      return;
    }
  }
}

void Wakeup::refresh() noexcept {
  for (Line& line : lines_) {
    say_abort(line.connection);
  }
}

void Wakeup::wake() noexcept {
  Line& line = lines_[next_++ % lines_.size()];
  const auto now = Clock::now().time_since_epoch();
  auto last = line.last.load();
  if (now - Clock::duration(last) >= rest && line.last.compare_exchange_strong(last, now.count())) {
    say_abort(line.connection);
  }
}

// libmilter always keeps two workers: while one is busy the other serves everybody. Where every session is busy nobody can have been forgotten.
Wakeup::Busy::Busy(Wakeup& wakeup) noexcept : wakeup_(wakeup) {
  const int busy = ++wakeup.busy_;
  if (busy > 1 && busy < wakeup.sessions_) {
    wakeup.wake();
  }
}

}  // namespace ticketmilter::milter
