// SPDX-License-Identifier: MIT
// The socket where the MTA finds us. libmilter opens it and keeps it to itself, so what we know of it is its file.
#pragma once

#include <string>

#include "base/handle.h"
#include "config/config.h"

namespace ticketmilter::milter {

class Listener {
 public:
  // Opens the socket of [milter] with its mode and group. Needs the callbacks registered, and the lock that keeps a second instance away, as an
  // old socket file is removed. Throws Unavailable when it cannot be opened, or when somebody else is listening there.
  explicit Listener(const config::Milter& milter);

  // False when the file was removed or replaced: then no MTA finds us any more. Always true for sockets without a file.
  bool is_reachable() const;
  const std::string& name() const { return name_; }

 private:
  void open(const config::Milter& milter);
  void give_to_group(const std::string& group) const;

  std::string name_;  // as libmilter takes it
  std::string path_;  // "" = no file
  base::Fd file_;
};

// "unix:/path" and "local:/path" give "/path", everything else "".
std::string socket_path(const std::string& name);
// The name libmilter takes for a socket that is already open: "unix:/path", "inet:25@192.0.2.1"; "" when there is none.
std::string socket_name(int fd);

}  // namespace ticketmilter::milter
