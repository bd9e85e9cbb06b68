// SPDX-License-Identifier: MIT
// milter/wakeup: when our own sessions are made ready, told from the other end of their connections.
#include "milter/wakeup.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <memory>
#include <string>
#include <vector>

using namespace ticketmilter;
using milter::Wakeup;

namespace {

// The listening socket that libmilter would have, on an abstract address.
class Listening {
 public:
  Listening() : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un any{};
    any.sun_family = AF_UNIX;
    REQUIRE(bind(fd_.get(), reinterpret_cast<sockaddr*>(&any), sizeof(sa_family_t)) == 0);
    REQUIRE(listen(fd_.get(), 16) == 0);
  }
  void accept_all() {
    for (int fd = 0; (fd = accept4(fd_.get(), nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      connections_.emplace_back(fd);
    }
  }
  // All that was said since the last call.
  std::string heard() {
    std::string all;
    for (const auto& connection : connections_) {
      char buffer[100];
      const ssize_t n = read(connection.get(), buffer, sizeof buffer);
      all.append(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
    }
    return all;
  }
  std::size_t connections() const { return connections_.size(); }

 private:
  base::Fd fd_;
  std::vector<base::Fd> connections_;
};

const std::string abort_packet("\0\0\0\1A", 5);

}  // namespace

TEST_CASE("workers are woken when several are busy and a session may have been forgotten") {
  Listening socket;
  Wakeup wakeup;
  socket.accept_all();
  REQUIRE(socket.connections() == 4);
  for (int i = 0; i < 3; ++i) {
    wakeup.session_began();
  }
  const Wakeup::Busy first(wakeup);
  CHECK(socket.heard().empty());  // the other worker serves the rest
  auto second = std::make_unique<Wakeup::Busy>(wakeup);
  CHECK(socket.heard() == abort_packet);
  const Wakeup::Busy third(wakeup);
  CHECK(socket.heard().empty());  // nobody is left
  second.reset();
  wakeup.session_ended();
  const Wakeup::Busy again(wakeup);
  CHECK(socket.heard().empty());  // nor here: two sessions, both busy
}

TEST_CASE("the refresh speaks on every connection") {
  Listening socket;
  Wakeup wakeup;
  socket.accept_all();
  wakeup.refresh();
  CHECK(socket.heard().size() == 4 * abort_packet.size());
}
