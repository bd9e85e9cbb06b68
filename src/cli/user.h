// SPDX-License-Identifier: MIT
// The account the daemon runs under, [milter] user. What root makes for the daemon has to be the daemon's, or the daemon cannot use it.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

namespace ticketmilter::cli {

struct User {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;  // its first group
};

// Throws Config, and says how to make it, when there is no such user.
User find_user(const std::string& name);

// The login name of who runs this program, by sudo(8) or directly; the number where it has no name.
std::string login_name();

// While it lives, root is the user as far as files go, so that what is made is the user's. Does nothing for anybody but root.
class ActingAs {
 public:
  explicit ActingAs(const User& user);
  ~ActingAs();
  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;

 private:
  const bool acting_;
  const gid_t group_;
};

// Root becomes the user of that name, anybody else stays (null). Throws Config when there is no such user.
std::unique_ptr<ActingAs> act_as(const std::string& name);

}  // namespace ticketmilter::cli
