// SPDX-License-Identifier: MIT
// The small things of the start: names of sockets, keys that need one.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/handle.h"
#include "milter/current_policy.h"
#include "milter/listener.h"

using namespace ticketmilter;

TEST_CASE("which sockets have a file") {
  CHECK(milter::socket_path("unix:/run/x.sock") == "/run/x.sock");
  CHECK(milter::socket_path("local:/run/x.sock") == "/run/x.sock");
  CHECK(milter::socket_path("/run/x.sock") == "/run/x.sock");
  CHECK(milter::socket_path("inet:8891@127.0.0.1").empty());
  CHECK(milter::socket_path("fd:3").empty());
}

TEST_CASE("an open socket's name is one that libmilter takes") {
  const base::Fd fd(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const std::string name = milter::socket_name(fd.get());
  CHECK(name.starts_with("inet:"));
  CHECK(name.ends_with("@[127.0.0.1]"));
  CHECK(milter::socket_name(-1).empty());
}

TEST_CASE("keys that only a restart puts into effect are named") {
  config::Config running, loaded;
  CHECK(milter::need_restart(running, loaded).empty());
  loaded.milter.socket = "inet:1";
  loaded.milter.max_message = 1;
  loaded.store.location = "lmdb:/elsewhere";
  CHECK(milter::need_restart(running, loaded) == std::vector<std::string>{"store.location", "milter.socket"});
}
