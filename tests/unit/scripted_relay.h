// SPDX-License-Identifier: MIT
// A relay that follows a script: for each connection in turn what it waits to hear and what it says then. Anything else that it hears is a complaint.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/handle.h"

namespace ticketmilter::tests {

struct Step {
  std::string hear;  // how the next line begins; "" = do not wait; "." = all lines up to a lone dot; "*" = any bytes
  std::string say;
  bool close = false;
  const std::atomic<bool>* once = nullptr;  // says it only when this is true
};
using Script = std::vector<Step>;

inline Script operator+(Script a, const Script& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Greeting and EHLO. The offers are lines of their own.
inline Script hello(const std::vector<std::string>& offers = {"PIPELINING"}) {
  std::string reply = "250-relay.example\r\n";
  for (const auto& offer : offers) {
    reply += "250-" + offer + "\r\n";
  }
  return {{"", "220 relay.example ESMTP\r\n"}, {"EHLO ", reply + "250 HELP\r\n"}};
}

// A letter that is taken.
inline Script taken() {
  return {{"MAIL ", "250 2.1.0 Ok\r\n"},
          {"RCPT ", "250 2.1.5 Ok\r\n"},
          {"DATA", "354 Go ahead\r\n"},
          {".", "250 2.0.0 Ok: queued as X\r\n"}};
}

// Tries until it holds; false at the deadline.
template <class Condition>
bool within(std::chrono::milliseconds most, Condition holds) {
  for (const auto end = std::chrono::steady_clock::now() + most; !holds();) {
    if (std::chrono::steady_clock::now() >= end) {
      return false;
    }
    poll(nullptr, 0, 5);
  }
  return true;
}

class ScriptedRelay {
 public:
  explicit ScriptedRelay(std::vector<Script> scripts)
      : heard_(scripts.size()), listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listening_.get(), generic, size) != 0 || listen(listening_.get(), 16) != 0 ||
        getsockname(listening_.get(), generic, &size) != 0) {
      complaint_ = "the scripted relay cannot listen";
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, scripts = std::move(scripts)] { play(scripts); });
  }
  ~ScriptedRelay() { finish(); }
  ScriptedRelay(const ScriptedRelay&) = delete;
  ScriptedRelay& operator=(const ScriptedRelay&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url() const { return "smtp://" + address(); }

  // How many connections have come, and how many steps are done.
  int connections() const { return connections_; }
  int steps() const { return steps_; }
  int closed() const { return closed_; }

  // Both wait for the scripts' end, which is that the client hangs up.
  std::string complaint() {
    finish();
    return complaint_;
  }
  std::string heard(std::size_t connection = 0) {
    finish();
    return heard_[connection];
  }

 private:
  using Clock = std::chrono::steady_clock;

  void finish() {
    if (thread_.joinable()) {
      thread_.join();
    }
  }

  void complain(const std::string& text) {
    if (complaint_.empty()) {
      complaint_ = text;
    }
  }

  void play(const std::vector<Script>& scripts) {
    for (std::size_t n = 0; n < scripts.size(); ++n) {
      pollfd ready{listening_.get(), POLLIN, 0};
      if (poll(&ready, 1, 10'000) != 1) {
        complain("connection " + std::to_string(n + 1) + " does not come");
        break;
      }
      connection_ = base::Fd(accept(listening_.get(), nullptr, nullptr));
      const int on = 1;
      setsockopt(connection_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ++connections_;
      unread_.clear();
      play(scripts[n], n);
      connection_ = {};
      ++closed_;
    }
    listening_ = {};
  }

  void play(const Script& script, std::size_t n) {
    for (const auto& step : script) {
      if (!hear(step.hear, n)) {
        return;
      }
      if (step.once && !within(std::chrono::seconds(10), [&] { return step.once->load(); })) {
        complain("not told to say " + step.say);
      }
      say(step.say);
      ++steps_;
      if (step.close) {
        return;
      }
    }
    while (read_more()) {
    }
    heard_[n] += unread_;
  }

  void say(const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
      const auto n = ::send(connection_.get(), text.data() + done, text.size() - done, MSG_NOSIGNAL);
      if (n <= 0) {
        return;  // the client has hung up, as it may
      }
      done += static_cast<std::size_t>(n);
    }
  }

  bool hear(const std::string& what, std::size_t n) {
    const bool content = what == ".";
    if (what == "*") {
      return !unread_.empty() || read_more();
    }
    for (bool all = what.empty(); !all;) {
      std::string line;
      if (!take_line(line)) {
        complain("nothing instead of " + what);
        return false;
      }
      heard_[n] += line;
      all = content ? line == ".\r\n" : true;
      if (!content && !line.starts_with(what)) {
        complain(line.substr(0, line.size() - 2) + " instead of " + what);
        return false;
      }
    }
    return true;
  }

  bool take_line(std::string& line) {
    std::size_t end = 0;
    while ((end = unread_.find("\r\n")) == std::string::npos) {
      if (!read_more()) {
        return false;
      }
    }
    line = unread_.substr(0, end + 2);
    unread_.erase(0, end + 2);
    return true;
  }

  bool read_more() {
    char buffer[4096];
    pollfd ready{connection_.get(), POLLIN, 0};
    const ssize_t n = poll(&ready, 1, 20'000) == 1 ? recv(connection_.get(), buffer, sizeof buffer, 0) : 0;
    unread_.append(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
    return n > 0;
  }

  std::vector<std::string> heard_;
  base::Fd listening_, connection_;
  std::string unread_, complaint_;
  int port_ = 0;
  std::atomic<int> connections_ = 0, steps_ = 0, closed_ = 0;
  std::thread thread_;
};

}  // namespace ticketmilter::tests
