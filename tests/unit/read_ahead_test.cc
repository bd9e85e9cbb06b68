// SPDX-License-Identifier: MIT
// What libmilter does with a socket, through the buffer: small reads and a poll before each.
#include "milter/read_ahead.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "base/handle.h"

using ticketmilter::base::Fd;
using ticketmilter::milter::ReadAhead;

namespace {

struct Line {
  Line() {
    int ends[2] = {-1, -1};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    ours = Fd(ends[0]);
    peer = Fd(ends[1]);
  }
  void send(const std::string& bytes) const { REQUIRE(write(peer.get(), bytes.data(), bytes.size()) >= 0); }
  // What the system still has of it.
  bool waiting() const {
    pollfd p{ours.get(), POLLIN, 0};
    return ::poll(&p, 1, 0) == 1;
  }
  Fd ours, peer;
};

std::string take(ReadAhead& ahead, const Line& line, std::size_t size) {
  std::string bytes(size, '\0');
  const ssize_t got = ahead.read(line.ours.get(), bytes.data(), size);
  REQUIRE(got >= 0);
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

bool ready(ReadAhead& ahead, const Line& line, short events = POLLIN, int timeout_ms = 0) {
  pollfd p{line.ours.get(), events, 0};
  const int count = ahead.poll(&p, 1, timeout_ms);
  CHECK(count == (p.revents != 0 ? 1 : 0));
  return p.revents != 0;
}

}  // namespace

TEST_CASE("what was sent in one go is read in one, and handed out as asked for") {
  ReadAhead ahead;
  const Line line;
  ahead.begin(line.ours.get());
  CHECK(!ready(ahead, line));
  line.send("12345" + std::string(3000, 'x') + "end");
  CHECK(ready(ahead, line));
  CHECK(take(ahead, line, 5) == "12345");
  CHECK(!line.waiting());
  CHECK(ready(ahead, line));
  CHECK(take(ahead, line, 3000) == std::string(3000, 'x'));
  CHECK(take(ahead, line, 100) == "end");
  CHECK(!ready(ahead, line));
}

TEST_CASE("the end of a connection comes after what was sent before it") {
  ReadAhead ahead;
  Line line;
  ahead.begin(line.ours.get());
  line.send("last words");
  line.peer = Fd();
  CHECK(take(ahead, line, 4) == "last");
  CHECK(ready(ahead, line));
  CHECK(take(ahead, line, 6) == " words");
  CHECK(ready(ahead, line));
  CHECK(take(ahead, line, 6).empty());
}

TEST_CASE("a large piece goes to its place, behind what of it was read ahead") {
  ReadAhead ahead;
  const Line line;
  ahead.begin(line.ours.get());
  std::string large;
  for (int i = 0; large.size() < 60000; ++i) {
    large += std::to_string(i) + ' ';
  }
  line.send("head:" + large);
  CHECK(take(ahead, line, 5) == "head:");
  std::string got;
  while (got.size() < large.size()) {
    got += take(ahead, line, large.size() - got.size());
  }
  CHECK(got == large);
  line.send(large);
  CHECK(take(ahead, line, large.size()) == large);
}

TEST_CASE("poll knows of several, and of none more than it was asked for") {
  ReadAhead ahead;
  const Line buffered;
  const Line plain;
  ahead.begin(buffered.ours.get());
  plain.send("p");
  pollfd list[] = {{buffered.ours.get(), POLLIN, 0}, {plain.ours.get(), POLLIN, 0}};
  CHECK(ahead.poll(list, 2, -1) == 1);
  CHECK(list[1].revents == POLLIN);
  buffered.send("ab");
  CHECK(take(ahead, buffered, 1) == "a");
  CHECK(ahead.poll(list, 2, -1) >= 1);
  CHECK(list[0].revents == POLLIN);
  CHECK(ready(ahead, buffered, POLLOUT));
  CHECK(take(ahead, plain, 5) == "p");
}

TEST_CASE("a descriptor that is used again begins with nothing") {
  ReadAhead ahead;
  const Line line;
  ahead.begin(line.ours.get());
  line.send("old");
  CHECK(take(ahead, line, 1) == "o");
  ahead.end(line.ours.get());
  CHECK(!ready(ahead, line));
  line.send("new");
  CHECK(take(ahead, line, 9) == "new");
  ahead.begin(line.ours.get());
  line.send("next");
  CHECK(take(ahead, line, 9) == "next");
}

TEST_CASE("a command that comes later than libmilter waits for it still finds its worker, and is there whole") {
  ReadAhead ahead(std::chrono::minutes(1));
  Line line;
  ahead.begin(line.ours.get());
  std::thread peer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    line.send("12345command");
  });
  CHECK(ready(ahead, line, POLLIN, 1));
  peer.join();
  CHECK(!line.waiting());
  CHECK(take(ahead, line, 5) == "12345");
  CHECK(take(ahead, line, 7) == "command");
  line.peer = Fd();
  CHECK(ready(ahead, line, POLLIN, 1));
  CHECK(take(ahead, line, 5).empty());
}

TEST_CASE("a session that says nothing is given back, and a socket that nobody began is not waited for") {
  constexpr auto linger = std::chrono::milliseconds(30);
  const auto begun = std::chrono::steady_clock::now();
  const Line line;
  ReadAhead patient(std::chrono::hours(1));
  CHECK(!ready(patient, line, POLLIN, 1));
  ReadAhead ahead(linger);
  ahead.begin(line.ours.get());
  CHECK(!ready(ahead, line, POLLIN, 1));
  CHECK(std::chrono::steady_clock::now() - begun >= linger);
}

TEST_CASE("a session is given back for another that was handed out and has no worker, new or old") {
  ReadAhead ahead(std::chrono::hours(1), std::chrono::milliseconds(5));
  const Line mine;
  const Line fresh;
  const Line old;
  for (const Line* line : {&mine, &old, &fresh}) {
    ahead.begin(line->ours.get());
  }
  CHECK(!ready(ahead, mine, POLLIN, 1));  // for either of the others
  mine.send("more");
  CHECK(!ready(ahead, old));
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(!ready(ahead, mine, POLLIN, 1));  // for the fresh one, which has waited for longer; what came is kept
  ahead.end(fresh.ours.get());
  CHECK(ready(ahead, mine, POLLIN, 1));
  CHECK(take(ahead, mine, 4) == "more");
  old.send("x");
  pollfd list[] = {{mine.ours.get(), POLLIN, 0}, {old.ours.get(), POLLIN, 0}};
  CHECK(ahead.poll(list, 2, -1) == 1);
  CHECK(!ready(ahead, mine, POLLIN, 1));  // for the old one
  CHECK(ready(ahead, old, POLLIN, 1));
  mine.send("again");
  CHECK(ready(ahead, mine, POLLIN, 1));
}

TEST_CASE("descriptors that nobody began are the system's") {
  ReadAhead ahead;
  const Line line;
  line.send("abc");
  CHECK(take(ahead, line, 1) == "a");
  CHECK(line.waiting());
  char byte = 0;
  CHECK(ahead.read(-1, &byte, 1) == -1);
  CHECK(errno == EBADF);
  ahead.end(-1);
  ahead.begin(-1);
}
