// SPDX-License-Identifier: MIT
#include "cli/ask_postfix.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"
#include "notify/smtp_reply.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t longest_output = 4 << 20;
constexpr timeval patience{10, 0};

// A dialogue by hand, as only the replies to RCPT are wanted.
class Dialogue {
 public:
  Dialogue(const std::string& host, const std::string& port) : fd_(connect(host, port)) { expect(2); }
  ~Dialogue() {
    try {
      say("QUIT");
    } catch (const Error&) {  // it has hung up
    }
  }
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;

  notify::Reply ask(const std::string& command) {
    say(command);
    return hear();
  }
  // Throws Unavailable with the reply where it is another.
  void insist(const std::string& command) {
    say(command);
    expect(2);
  }

 private:
  static base::Fd connect(const std::string& host, const std::string& port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int failed = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); failed != 0) {
      throw Error(Kind::Unavailable, fmt::format("{}:{}: {}", host, port, ::gai_strerror(failed)));
    }
    const base::Handle<addrinfo, ::freeaddrinfo> owner(found);
    base::Fd fd(::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(fd.get(), found->ai_addr, found->ai_addrlen) != 0) {
      throw Error(Kind::Unavailable, fmt::format("{}:{}: {}", host, port, std::strerror(errno)));
    }
    return fd;
  }

  void say(const std::string& command) const {
    const std::string line = command + "\r\n";
    if (::send(fd_.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
      throw Error(Kind::Unavailable, "smtpd has hung up");
    }
  }

  notify::Reply hear() {
    while (true) {
      if (auto reply = reader_.read(rest_)) {
        return std::move(*reply);
      }
      const ssize_t n = ::recv(fd_.get(), bytes_, sizeof bytes_, 0);
      if (n <= 0) {
        throw Error(Kind::Unavailable, n == 0 ? "smtpd has hung up" : "smtpd does not answer");
      }
      rest_ = {bytes_, static_cast<std::size_t>(n)};
    }
  }

  void expect(int kind) {
    const notify::Reply reply = hear();
    if (reply.code / 100 != kind) {
      throw Error(Kind::Unavailable, "smtpd says: " + one_line(reply));
    }
  }

  const base::Fd fd_;
  notify::ReplyReader reader_;
  char bytes_[4096];
  std::string_view rest_;
};

// Of "25", "smtp", "192.0.2.1:25", "[::1]:25".
struct Endpoint {
  std::string host = "127.0.0.1";
  std::string port;
};
Endpoint parse_endpoint(const std::string& service) {
  Endpoint endpoint;
  const std::string name = service.substr(0, service.rfind('/'));
  const auto colon = name.rfind(':');
  endpoint.port = colon == std::string::npos ? name : name.substr(colon + 1);
  if (colon != std::string::npos) {
    endpoint.host = name.substr(0, colon);
    if (endpoint.host.starts_with('[') && endpoint.host.ends_with(']')) {
      endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
    }
  }
  return endpoint;
}

std::vector<std::string> wanted_recipients(const config::Config& config) {
  std::vector<std::string> recipients;
  for (const config::Queue& queue : config.queues) {
    if (!queue.addresses.empty() && queue.enabled) {
      recipients.push_back(queue.addresses[0]);
    }
  }
  for (const char* name : {"postmaster", "abuse"}) {
    recipients.push_back(std::string(name) + '@' + config.site.domain);
  }
  return recipients;
}

}  // namespace

std::string run_postconf() {
  constexpr const char* command = "postconf -x && postconf -Px && postconf -M";
  const base::Handle<std::FILE, ::pclose> pipe(::popen(command, "re"));
  std::string output = pipe ? base::read_all(::fileno(pipe.get()), longest_output) : "";
  if (output.find("queue_directory =") == std::string::npos) {
    throw Error(Kind::Unavailable,
                "postconf(1) says nothing: no Postfix here, or one with a mistake in its configuration");
  }
  return output;
}

std::vector<Symptom> try_recipients(const Postfix& postfix, const config::Config& config) {
  const PostfixService* const service = find_smtpd(postfix, config);
  if (service == nullptr || !service->name.ends_with("/inet")) {
    return {};
  }
  std::vector<Symptom> symptoms;
  try {
    const Endpoint endpoint = parse_endpoint(service->name);
    Dialogue dialogue(endpoint.host, endpoint.port);
    dialogue.insist("EHLO localhost");
    dialogue.insist("MAIL FROM:<>");
    for (const std::string& recipient : wanted_recipients(config)) {
      const notify::Reply reply = dialogue.ask("RCPT TO:<" + recipient + ">");
      symptoms.push_back({reply.code / 100 == 2, fmt::format("{}: {}: {}", service->name, recipient, one_line(reply))});
    }
  } catch (const Error& e) {
    symptoms.push_back({false, fmt::format("{}: {}", service->name, e.what())});
  }
  return symptoms;
}

}  // namespace ticketmilter::cli
