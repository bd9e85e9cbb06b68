// SPDX-License-Identifier: MIT
// The protocol is one datagram, so it is not worth a library.
#include "base/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

#include "base/handle.h"

namespace ticketmilter::base {
namespace {

void tell(std::string_view state) {
  const char* variable = std::getenv("NOTIFY_SOCKET");
  const std::string_view name = variable != nullptr ? variable : "";
  sockaddr_un address{};
  if (name.empty() || name.size() >= sizeof address.sun_path) {
    return;
  }
  address.sun_family = AF_UNIX;
  std::copy(name.begin(), name.end(), address.sun_path);
  if (name.front() == '@') {  // no file: the abstract namespace
    address.sun_path[0] = '\0';
  }
  const base::Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
}

}  // namespace

void tell_ready() noexcept {
  tell("READY=1");
}

void tell_reloading() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  char state[64];
  std::snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%lld",
                static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000);
  tell(state);
}

void tell_stopping() noexcept {
  tell("STOPPING=1");
}

}  // namespace ticketmilter::base
