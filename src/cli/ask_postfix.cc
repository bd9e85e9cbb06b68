// SPDX-License-Identifier: MIT
#include "cli/ask_postfix.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"
#include "base/time.h"
#include "mail/parse_date.h"
#include "notify/deliver.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t longest_output = 4 << 20;
constexpr const char* loopback = "127.0.0.1";

// "smtp://192.0.2.1:25" of a service's name: "25", "smtp", "192.0.2.1:25", "[::1]:25", each with "/inet" behind it; host where it names none.
std::string relay_of(const std::string& service, const std::string& any_host) {
  const std::string name = service.substr(0, service.rfind('/'));
  const auto colon = name.rfind(':');
  const std::string host = colon == std::string::npos ? any_host : name.substr(0, colon);
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

// No mail is worth more waiting here; nor does it matter whose certificate it has.
class Smtpd {
 public:
  explicit Smtpd(const std::string& relay) : relay_(configure(relay), "", never_, timeouts()) {}
  notify::Relay* operator->() { return &relay_; }

 private:
  static config::Notify configure(const std::string& relay) {
    config::Notify notify;
    notify.relay = relay;
    notify.tls_verify = false;
    return notify;
  }
  static notify::Timeouts timeouts() {
    notify::Timeouts quick;
    quick.connect = quick.hello = quick.reply = quick.final_reply = 10s;
    return quick;
  }

  const std::atomic<bool> never_ = false;
  notify::Relay relay_;
};

// The first smtpd with our milter that can be talked to.
const PostfixService* find_inet(const Postfix& postfix, const config::Config& config) {
  const PostfixService* const service = find_smtpd(postfix, config);
  return service != nullptr && service->name.ends_with("/inet") ? service : nullptr;
}

// An address of this host from which a mail does not look as if it came from within; loopback, where there is none.
std::string outer_address() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) {
    return loopback;
  }
  const base::Handle<ifaddrs, ::freeifaddrs> all(first);
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    char text[INET_ADDRSTRLEN];
    if (one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET && (one->ifa_flags & IFF_LOOPBACK) == 0 &&
        (one->ifa_flags & IFF_UP) != 0 &&
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr, text, sizeof text)) {
      return text;
    }
  }
  return loopback;
}

// Several fields, of each kind: there are milters that take out one, or those of one method.
std::string forged_mail(const config::Config& config, const std::string& queue, const std::string& message_id) {
  const std::string& domain = config.site.domain;
  std::string mail;
  for (const std::string& id : config.trust.authserv_ids) {
    for (const std::string& result : {"dmarc=pass header.from=" + domain, "dkim=pass header.d=" + domain}) {
      const std::string field = fmt::format("Authentication-Results: {}; {}\r\n", id, result);
      mail += field + field;
    }
  }
  return mail + fmt::format(
                    "X-Loop: <{}>\r\nFrom: <postmaster@{}>\r\nTo: <{}>\r\nSubject: ticket check --postfix\r\n"
                    "Date: {}\r\nMessage-ID: <{}>\r\nAuto-Submitted: auto-generated\r\n\r\n"
                    "Is a forged Authentication-Results taken out on the way?\r\n",
                    queue, domain, queue, mail::format_date(base::now()), message_id);
}

// The mail as it came to us; nothing when it has not.
std::optional<std::string> find_in_journal(const store::Store& store, base::Time since, const std::string& message_id) {
  std::optional<std::string> raw;
  store.read([&](const store::Reader& reader) {
    store::JournalQuery query;
    query.since = since;
    for (const tickets::JournalEntry& entry : reader.journal(query)) {
      if (entry.message_id == message_id) {
        raw.emplace();
        reader.read_raw(entry.message, [&](std::string_view piece) { *raw += piece; });
        return;
      }
    }
  });
  return raw;
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
  const PostfixService* const service = find_inet(postfix, config);
  if (service == nullptr) {
    return {};
  }
  std::vector<Symptom> symptoms;
  const auto trouble = Smtpd(relay_of(service->name, loopback))
                           ->probe(wanted_recipients(config), [&](const auto& recipient, const notify::Reply& reply) {
                             symptoms.push_back({reply.code / 100 == 2,
                                                 fmt::format("{}: {}: {}", service->name, recipient, one_line(reply))});
                           });
  if (trouble) {
    symptoms.push_back({false, fmt::format("{}: {}", service->name, *trouble)});
  }
  return symptoms;
}

std::vector<Symptom> try_forgery(const Postfix& postfix, const config::Config& config, const store::Store& store) {
  const PostfixService* const service = find_inet(postfix, config);
  const auto queue =
      std::ranges::find_if(config.queues, [](const config::Queue& q) { return q.enabled && !q.addresses.empty(); });
  if (service == nullptr || queue == config.queues.end() || !config.trust.prove_dkim ||
      config.trust.authserv_ids.empty()) {
    return {};
  }
  if (config.milter.mode != config::Mode::On) {
    return {{{}, "whether forged Authentication-Results are taken out is tried in milter.mode = \"on\" alone"}};
  }
  const bool everywhere = postfix.get("inet_interfaces", service) == "all";
  const std::string relay = relay_of(service->name, everywhere ? outer_address() : loopback);
  const base::Time begun = base::now();
  const std::string message_id =
      fmt::format("check.{}.{}@{}", begun.time_since_epoch().count(), ::getpid(), config.site.domain);
  const std::string& recipient = queue->addresses[0];
  const std::string mail = forged_mail(config, recipient, message_id);
  const notify::Outcome outcome = Smtpd(relay)->deliver({"", recipient, mail, ""});
  // What a client saw refused comes into the journal a moment later.
  for (const auto until = Clock::now() + 5s; Clock::now() < until; ::usleep(100'000)) {
    if (const auto came = find_in_journal(store, begun - 1s, message_id)) {
      return {judge_forgery(*came, config, relay)};
    }
  }
  return {{{},
           fmt::format("{}: whether forged Authentication-Results are taken out could not be tried: {}", service->name,
                       outcome.reply)}};
}

}  // namespace ticketmilter::cli
