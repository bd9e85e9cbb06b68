// SPDX-License-Identifier: MIT
// The file's mode can only come from the umask and its group best from our own, as libmilter binds and listens in one go: so it is right from its
// first moment.
#include "milter/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/account.h"
#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"
#include "base/text.h"

namespace ticketmilter::milter {
namespace {

constexpr int backlog = 1024;

// The pid file keeps away who shares our store; this, who has another one but the same socket.
bool somebody_listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return false;
  }
  std::copy(path.begin(), path.end(), address.sun_path);
  const base::Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EAGAIN;
}

bool try_open(const std::string& name) {
  return smfi_setconn(const_cast<char*>(name.c_str())) == MI_SUCCESS && smfi_opensocket(true) == MI_SUCCESS;
}

// "fd:3" is known to Debian's libmilter only. Elsewhere the same address is opened afresh.
bool try_open_inherited(const std::string& name) {
  const auto fd = base::parse_number(std::string_view(name).substr(3));
  if (try_open(name) || !fd) {
    return fd.has_value();
  }
  const std::string address = socket_name(static_cast<int>(*fd));
  close(static_cast<int>(*fd));
  return !address.empty() && try_open(address);
}

}  // namespace

std::string socket_path(const std::string& name) {
  for (const char* prefix : {"unix:", "local:"}) {
    if (base::ascii_istarts_with(name, prefix)) {
      return name.substr(std::strlen(prefix));
    }
  }
  return name.starts_with('/') ? name : "";
}

std::string socket_name(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  char text[INET6_ADDRSTRLEN] = "";
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return "";
  }
  if (address.ss_family == AF_UNIX) {
    return std::string("unix:") + reinterpret_cast<const sockaddr_un*>(&address)->sun_path;
  }
  if (address.ss_family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&address);
    inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
    return "inet:" + std::to_string(ntohs(in->sin_port)) + "@[" + text + "]";
  }
  if (address.ss_family == AF_INET6) {
    const auto* in6 = reinterpret_cast<const sockaddr_in6*>(&address);
    inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text);
    return "inet6:" + std::to_string(ntohs(in6->sin6_port)) + "@[" + text + "]";
  }
  return "";
}

Listener::Listener(const config::Milter& milter) : name_(milter.socket), path_(socket_path(milter.socket)) {
  if (somebody_listens(path_)) {
    throw base::Error(base::Kind::Unavailable, "another program is listening on " + name_);
  }
  smfi_setbacklog(backlog);
  open(milter);
  if (!path_.empty()) {
    file_ = base::Fd(::open(path_.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  }
}

void Listener::open(const config::Milter& milter) {
  const base::Umask mask(~milter.socket_mode & 0777U);
  const bool with_group = !path_.empty() && !milter.socket_group.empty();
  bool opened = false;
  if (with_group && base::is_root()) {
    const base::ActAs group(0, base::find_group(milter.socket_group));
    opened = try_open(name_);
  } else {
    opened = name_.starts_with("fd:") ? try_open_inherited(name_) : try_open(name_);
  }
  if (!opened) {
    throw base::Error(base::Kind::Unavailable, "cannot open " + name_ + ": see the line of libmilter in the mail log");
  }
  if (with_group && !base::is_root()) {
    give_to_group(milter.socket_group);
  }
}

void Listener::give_to_group(const std::string& group) const {
  if (chown(path_.c_str(), static_cast<uid_t>(-1), base::find_group(group)) != 0) {
    throw base::system_error(base::Kind::NoPermission, "hand " + path_ + " to group " + group, errno);
  }
}

// By its own descriptor, as the user we have become may not be able to look into the MTA's folder.
bool Listener::is_reachable() const {
  struct stat file {};
  return !file_ || fstat(file_.get(), &file) != 0 || file.st_nlink > 0;
}

}  // namespace ticketmilter::milter
