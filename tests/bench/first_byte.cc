// SPDX-License-Identifier: MIT
// How soon after the commit a notice begins to reach the relay, on a machine with nothing else to do: mails one by one to ticket-milter, each answered when
// it is committed, and a relay in the same process that notes when MAIL comes.
//
//   first_byte MILTER PORT RECIPIENT [MAILS [THINK_MS [FIRST]]]
#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/loop.h"
#include "tests/bench/mail.h"
#include "tests/bench/session.h"

namespace ticketmilter::bench {
namespace {

using namespace std::chrono_literals;

// Takes all mail, one connection after another.
class Relay {
 public:
  explicit Relay(std::uint16_t port) : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listening_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listening_, 8) != 0) {
      throw std::runtime_error("cannot listen on port " + std::to_string(port));
    }
    std::thread([this] { serve(); }).detach();
  }

  // When the next MAIL came.
  std::optional<Clock::time_point> next_mail() {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, 10s, [this] { return begun_.size() > taken_; })) {
      return {};
    }
    return begun_[taken_++];
  }

 private:
  [[noreturn]] void serve() {
    for (;;) {
      const int peer = accept(listening_, nullptr, nullptr);
      if (peer >= 0) {
        talk(peer);
        close(peer);
      }
    }
  }

  void talk(int peer) {
    std::string in;
    std::string out = "220 relay.example ESMTP\r\n";
    bool content = false;
    for (char piece[1 << 16];;) {
      if (!out.empty() && ::send(peer, out.data(), out.size(), MSG_NOSIGNAL) < 0) {
        return;
      }
      out.clear();
      const auto n = recv(peer, piece, sizeof piece, 0);
      if (n <= 0) {
        return;
      }
      const auto now = Clock::now();
      in.append(piece, static_cast<std::size_t>(n));
      for (;;) {
        const std::string_view end = content ? "\r\n.\r\n" : "\r\n";
        const auto at = in.find(end);
        if (at == std::string::npos) {
          break;
        }
        const std::string line = in.substr(0, at);
        in.erase(0, at + end.size());
        out += content ? "250 2.0.0 Ok\r\n" : answer(line, now);
        content = !content && line == "DATA";
      }
    }
  }

  std::string answer(const std::string& line, Clock::time_point now) {
    if (line.starts_with("EHLO")) {
      return "250-relay.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 DSN\r\n";
    }
    if (line.starts_with("MAIL")) {
      const std::lock_guard lock(mutex_);
      begun_.push_back(now);
      came_.notify_one();
    }
    return line == "DATA" ? "354 Go on\r\n" : "250 2.0.0 Ok\r\n";
  }

  int listening_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Clock::time_point> begun_;
  std::size_t taken_ = 0;
};

// Milliseconds from the answer, which follows the commit, to MAIL; 0 when that was faster.
Task<> measure(Loop& loop, const std::string& milter, Relay& relay, const Shape& shape, std::uint64_t first,
               std::uint64_t count, Clock::duration think, std::vector<double>& waited) {
  Stream stream(loop, milter);
  co_await stream.connect();
  std::uint32_t steps = 0;
  const auto session = milter_session(stream, steps);
  co_await session->open();
  for (std::uint64_t i = 0; i < count; ++i) {
    const Mail mail(first + i, shape);
    const Answer answer = co_await session->send(mail);
    const auto committed = Clock::now();
    const auto begun = answer.taken ? relay.next_mail() : std::nullopt;
    if (!begun) {
      throw std::runtime_error("no notice of mail " + std::to_string(first + i) + " came: " + answer.kind);
    }
    waited.push_back(std::max(0.0, std::chrono::duration<double, std::milli>(*begun - committed).count()));
    co_await stream.flush();
    co_await loop.sleep(think);
  }
  co_await session->quit();
}

int run(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: first_byte MILTER PORT RECIPIENT [MAILS [THINK_MS [FIRST]]]\n");
    return 64;
  }
  const auto number = [&](int at, std::uint64_t otherwise) {
    return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
  };
  Relay relay(static_cast<std::uint16_t>(number(2, 0)));
  Shape shape;
  shape.recipient = argv[3];
  shape.authors = 10'000'000;  // nobody writes twice, as there are limits
  shape.tag = "first" + std::to_string(getpid());
  std::vector<double> waited;
  Loop loop;
  loop.spawn(measure(loop, argv[1], relay, shape, number(6, 1), number(4, 100) + 1,
                     std::chrono::milliseconds(number(5, 100)), waited));
  loop.run();
  const double opening = waited.front();
  waited.erase(waited.begin());
  std::sort(waited.begin(), waited.end());
  const auto at = [&](double part) {
    return waited[static_cast<std::size_t>(part * static_cast<double>(waited.size() - 1))];
  };
  fmt::print("mails={} p50_ms={:.2f} p99_ms={:.2f} max_ms={:.2f} opening_ms={:.2f}\n", waited.size(), at(0.5), at(0.99),
             waited.back(), opening);
  return 0;
}

}  // namespace
}  // namespace ticketmilter::bench

int main(int argc, char** argv) {
  try {
    return ticketmilter::bench::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "first_byte: {}\n", e.what());
    return 69;
  }
}
