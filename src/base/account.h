// SPDX-License-Identifier: MIT
// Users and groups: who we are, who we are to be, and the way from one to the other, which is taken once and never back.
#pragma once

#include <sys/types.h>

#include <string>

namespace ticketmilter::base {

struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

// Throws Config when there is no such user or group.
Account find_account(const std::string& user);
gid_t find_group(const std::string& group);

bool is_root();

// Becomes the account for good, with its supplementary groups. Throws NoPermission when the system refuses.
void become(const Account& account);

// Acts with another user and group id (files made meanwhile are theirs) until the end of the block. Only for root, and while there is one thread.
class ActAs {
 public:
  ActAs(uid_t user, gid_t group);
  ~ActAs();
  ActAs(const ActAs&) = delete;
  ActAs& operator=(const ActAs&) = delete;
};

}  // namespace ticketmilter::base
