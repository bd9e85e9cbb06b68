// SPDX-License-Identifier: MIT
// The order matters: groups before the user, as afterwards we may not change them any more.
#include "base/account.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/error.h"
#include "base/log.h"

namespace ticketmilter::base {
namespace {

void must(int result, const char* doing) {
  if (result != 0) {
    throw base::system_error(base::Kind::NoPermission, doing, errno);
  }
}

}  // namespace

Account find_account(const std::string& user) {
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) {
    throw base::Error(base::Kind::Config, "milter.user: there is no user \"" + user + "\" on this machine");
  }
  return {user, entry->pw_uid, entry->pw_gid};
}

gid_t find_group(const std::string& group) {
  const struct group* entry = getgrnam(group.c_str());
  if (entry == nullptr) {
    throw base::Error(base::Kind::Config, "milter.socket_group: there is no group \"" + group + "\" on this machine");
  }
  return entry->gr_gid;
}

bool is_root() {
  return geteuid() == 0;
}

void become(const Account& account) {
  must(initgroups(account.name.c_str(), account.gid), "initgroups");
  must(setgid(account.gid), "setgid");
  must(setuid(account.uid), "setuid");
  if (account.uid != 0 && setuid(0) == 0) {
    throw base::Error(base::Kind::Internal, "privileges came back after they were dropped");
  }
}

ActAs::ActAs(uid_t user, gid_t group) {
  must(setegid(group), "setegid");
  must(seteuid(user), "seteuid");
}

// Going on with the wrong rights would be worse than not going on.
ActAs::~ActAs() {
  if (seteuid(0) != 0 || setegid(0) != 0) {
    base::log_error("cannot become root again, giving up");
    std::abort();
  }
}

}  // namespace ticketmilter::base
