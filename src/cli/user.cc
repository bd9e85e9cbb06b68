// SPDX-License-Identifier: MIT
// Only the effective ids change, and only for a while; the program itself stays root, to write where root may.
#include "cli/user.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/error.h"

namespace ticketmilter::cli {

User find_user(const std::string& name) {
  const passwd* found = ::getpwnam(name.c_str());
  if (found == nullptr) {
    throw base::Error(base::Kind::Config,
                      fmt::format("milter.user: there is no user \"{0}\"; make it with: useradd --system --user-group "
                                  "--home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin {0}",
                                  name));
  }
  return {name, found->pw_uid, found->pw_gid};
}

std::string login_name() {
  const char* sudoer = std::getenv("SUDO_USER");  // they got here by who they are: root would do for nobody's name
  if (sudoer != nullptr && ::getpwnam(sudoer) != nullptr) {
    return sudoer;
  }
  const passwd* found = ::getpwuid(::getuid());
  return found == nullptr ? std::to_string(::getuid()) : found->pw_name;
}

ActingAs::ActingAs(const User& user) : acting_(::geteuid() == 0 && user.uid != 0), group_(::getegid()) {
  if (acting_ && (::setegid(user.gid) != 0 || ::seteuid(user.uid) != 0)) {
    throw base::system_error(base::Kind::NoPermission, "act as " + user.name, errno);
  }
}

ActingAs::~ActingAs() {
  // Going on half changed would be worse than to stop: neither call can fail for a process whose real user is root.
  if (acting_ && (::seteuid(0) != 0 || ::setegid(group_) != 0)) {
    std::abort();
  }
}

std::unique_ptr<ActingAs> act_as(const std::string& name) {
  return ::geteuid() == 0 ? std::make_unique<ActingAs>(find_user(name)) : nullptr;
}

}  // namespace ticketmilter::cli
