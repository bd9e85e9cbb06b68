// SPDX-License-Identifier: MIT
// What a flood of refusals costs: how large the store gets with a million of them, nine at RCPT for each at the end of a message, and how fast other mail is
// filed beside them, with the journal and without.
//
//   flood [FOLDER [REFUSALS [SECONDS]]]
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/run.h"
#include "base/time.h"
#include "intake/intake.h"
#include "tests/bench/mail.h"

namespace {

namespace base = ticketmilter::base;
namespace config = ticketmilter::config;
namespace intake = ticketmilter::intake;
namespace mail = ticketmilter::mail;
namespace policy = ticketmilter::policy;
namespace store = ticketmilter::store;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t content = 64 << 20;  // journal_size

policy::PolicyPtr make_policy() {
  config::Config c;
  c.site.name = "example.com";
  c.site.domain = "tickets.example.com";
  config::Queue open;
  open.name = "support";
  open.addresses = {"support@tickets.example.com"};
  config::Queue closed;
  closed.name = "staff";
  closed.addresses = {"staff@tickets.example.com"};
  closed.rights.create = {"agents"};
  c.queues = {open, closed};
  c.limit.new_tickets_per_sender = {1'000'000'000, std::chrono::hours(1)};
  return std::make_shared<const policy::Policy>(std::move(c), config::Secrets{"0123456789abcdef0123456789abcdef", {}});
}

// A store with what stands before it in the daemon. Without a journal refusals leave nothing.
struct Desk {
  Desk(const std::string& folder, bool journaled) : store(options(folder)), filer(store) {
    if (journaled) {
      journal.emplace(filer, [] { return store::JournalBounds{{}, content, intake::max_refused}; });
    }
    door.emplace(store, &filer, journal ? &*journal : nullptr);
  }
  static store::Options options(const std::string& folder) {
    store::Options o;
    o.location = "lmdb:" + folder;
    o.create = true;
    return o;
  }
  store::Store store;
  store::Filer filer;
  std::optional<intake::Journal> journal;
  std::optional<intake::Intake> door;
};

mail::Envelope envelope_to(const std::string& recipient, const std::string& sender) {
  mail::Envelope envelope;
  envelope.sender = "<" + sender + ">";
  envelope.recipients = {"<" + recipient + ">"};
  envelope.client = "192.0.2.1";
  envelope.door = "milter";
  return envelope;
}

std::string raw_of(const ticketmilter::bench::Mail& m) {
  std::string raw;
  for (const auto& field : m.fields) {
    raw += field.name + ": " + field.value + "\r\n";
  }
  raw += "\r\n";
  m.read_body(0, m.body_size(), raw);
  return raw;
}

std::mutex making;  // a Mail keeps its date from one to the next

void send(Desk& desk, const policy::Policy& policy, std::uint64_t n, const std::string& recipient) {
  ticketmilter::bench::Shape shape;
  shape.recipient = recipient;
  std::unique_lock lock(making);
  const ticketmilter::bench::Mail m(n, shape);
  lock.unlock();
  desk.door->take(policy, envelope_to(recipient, m.sender), raw_of(m), false);
}

void refuse(Desk& desk, const policy::Policy& policy, std::uint64_t n) {
  if (n % 10 == 0) {
    return send(desk, policy, n, "staff@tickets.example.com");
  }
  const std::string recipient = "support+no" + std::to_string(n) + "@tickets.example.com";
  const auto envelope = envelope_to(recipient, "flood" + std::to_string(n) + "@remote.example");
  desk.door->recipient(policy, envelope, envelope.recipients[0], 0);
}

// Threads that call work with ever new numbers until it is false.
std::vector<std::thread> drive(int threads, const std::function<bool()>& work) {
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([work] {
      while (work()) {
      }
    });
  }
  return running;
}

void join(std::vector<std::thread>& threads) {
  for (auto& thread : threads) {
    thread.join();
  }
}

double mib(const std::string& folder) {
  return static_cast<double>(std::filesystem::file_size(folder + "/data.mdb")) / (1 << 20);
}

// Microseconds of processor this process has used: says what other programs' load hides from a rate.
double used_us() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto us = [](const timeval& t) { return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec); };
  return us(use.ru_utime) + us(use.ru_stime);
}

void grow(const std::string& folder, const policy::Policy& policy, std::uint64_t refusals) {
  Desk desk(folder, true);
  std::uint64_t done = 0;
  for (int quarter = 1; quarter <= 4; ++quarter) {
    const auto begin = Clock::now();
    const std::uint64_t until = refusals / 4 * static_cast<std::uint64_t>(quarter);
    std::atomic<std::uint64_t> next = done;
    auto threads = drive(4, [&] {
      const auto n = next++;
      if (n < until) {
        refuse(desk, policy, n);
      }
      return n < until;
    });
    join(threads);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    store::Stats stats;
    desk.store.read([&](const store::Reader& reader) { stats = reader.stats(); });
    std::printf("refusals=%llu rate=%.0f entries=%llu file_mib=%.1f\n", static_cast<unsigned long long>(until),
                static_cast<double>(until - done) / seconds, static_cast<unsigned long long>(stats.journal),
                mib(folder));
    done = until;
  }
}

void beside(const std::string& folder, const policy::Policy& policy, bool journaled, std::chrono::seconds time) {
  Desk desk(folder, journaled);
  const auto end = Clock::now() + time;
  const double before = used_us();
  std::atomic<std::uint64_t> filed = 0;
  std::atomic<std::uint64_t> refused = 0;
  auto filers = drive(8, [&] {
    send(desk, policy, filed++, "support@tickets.example.com");
    return Clock::now() < end;
  });
  auto refusers = drive(2, [&] {
    refuse(desk, policy, refused++);
    return Clock::now() < end;
  });
  join(filers);
  join(refusers);
  const auto seconds = static_cast<double>(time.count());
  std::printf("journal=%s filed_rate=%.0f refused_rate=%.0f cpu_us=%.0f a mail, filed or refused\n",
              journaled ? "on" : "off", static_cast<double>(filed) / seconds, static_cast<double>(refused) / seconds,
              (used_us() - before) / static_cast<double>(filed + refused));
}

int run(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  const std::uint64_t refusals = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  const std::chrono::seconds time(argc > 3 ? std::atoi(argv[3]) : 5);
  const auto policy = make_policy();
  grow(folder + "/grow", *policy, refusals);
  for (int i = 0; i < 4; ++i) {
    beside(folder + "/beside" + std::to_string(i), *policy, i % 2 == 1, time);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return base::run_main("flood", [&] { return run(argc, argv); });
}
