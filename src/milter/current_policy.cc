// SPDX-License-Identifier: MIT
// Which keys were read at start and are not looked at again.
#include "milter/current_policy.h"

namespace ticketmilter::milter {

std::vector<std::string> need_restart(const config::Config& running, const config::Config& loaded) {
  std::vector<std::string> keys;
  const auto compare = [&keys](const char* key, const auto& a, const auto& b) {
    if (a != b) {
      keys.emplace_back(key);
    }
  };
  compare("store.location", running.store.location, loaded.store.location);
  compare("store.max_size", running.store.max_size, loaded.store.max_size);
  compare("store.min_free", running.store.min_free, loaded.store.min_free);
  compare("milter.socket", running.milter.socket, loaded.milter.socket);
  compare("milter.socket_group", running.milter.socket_group, loaded.milter.socket_group);
  compare("milter.socket_mode", running.milter.socket_mode, loaded.milter.socket_mode);
  compare("milter.user", running.milter.user, loaded.milter.user);
  return keys;
}

}  // namespace ticketmilter::milter
