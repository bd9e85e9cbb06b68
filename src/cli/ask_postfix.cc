// SPDX-License-Identifier: MIT
#include "cli/ask_postfix.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <atomic>
#include <cstdio>

#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"
#include "notify/deliver.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t longest_output = 4 << 20;

// "smtp://192.0.2.1:25" of a service's name: "25", "smtp", "192.0.2.1:25", "[::1]:25", each with "/inet" behind it.
std::string relay_of(const std::string& service) {
  const std::string name = service.substr(0, service.rfind('/'));
  const auto colon = name.rfind(':');
  const std::string host = colon == std::string::npos ? "127.0.0.1" : name.substr(0, colon);
  std::string port = colon == std::string::npos ? name : name.substr(colon + 1);
  if (const servent* known = ::getservbyname(port.c_str(), "tcp")) {
    port = std::to_string(ntohs(static_cast<std::uint16_t>(known->s_port)));
  }
  return fmt::format("smtp://{}:{}", host, port);
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
  using namespace std::chrono_literals;
  const PostfixService* const service = find_smtpd(postfix, config);
  if (service == nullptr || !service->name.ends_with("/inet")) {
    return {};
  }
  config::Notify smtpd;
  smtpd.relay = relay_of(service->name);
  smtpd.tls_verify = false;  // whose certificate it has is not what is asked
  const std::atomic<bool> never = false;
  notify::Timeouts quick;
  quick.connect = quick.hello = quick.reply = 10s;
  std::vector<Symptom> symptoms;
  const auto trouble = notify::Relay(smtpd, "", never, quick)
                           .probe(wanted_recipients(config), [&](const auto& recipient, const notify::Reply& reply) {
                             symptoms.push_back({reply.code / 100 == 2,
                                                 fmt::format("{}: {}: {}", service->name, recipient, one_line(reply))});
                           });
  if (trouble) {
    symptoms.push_back({false, fmt::format("{}: {}", service->name, *trouble)});
  }
  return symptoms;
}

}  // namespace ticketmilter::cli
