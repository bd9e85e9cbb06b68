// SPDX-License-Identifier: MIT
// Drives a milter, or an SMTP server, over many connections in a closed loop, and prints what came of it as one line of key=value. With --patience
// it behaves as an MTA's queue does: what was not answered for is sent again until it is.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <vector>

#include "process.h"
#include "session.h"

namespace ticketmilter::bench {
namespace {

using namespace std::chrono_literals;

volatile std::sig_atomic_t stopping = 0;  // SIGTERM: answer for what is begun, then end

struct Options {
  std::string address;
  bool smtp = false;
  int connections = 1;
  std::uint64_t first = 1;
  std::uint64_t count = 0;
  double seconds = 0;
  int per_connection = 0;
  int think_ms = 0;
  double patience = 0;
  pid_t pid = 0;
  std::string log;
  Shape shape;
};

struct Outcome {
  std::vector<double> whole_ms, end_ms, open_ms;
  std::map<std::string, std::uint64_t> kinds;
  std::uint64_t taken = 0, resent = 0, lost_connections = 0;
  std::uint64_t anon_kib = 0;
  std::uint32_t steps = 0;
};

double ms(Clock::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

class Run {
 public:
  explicit Run(const Options& options) : options_(options), next_(options.first), start_(Clock::now()) {
    if (!options.log.empty())
      log_.open(options.log, std::ios::app);
  }

  Outcome go() {
    for (int i = 0; i < options_.connections; ++i)
      loop_.spawn(connection());
    if (options_.pid != 0)
      loop_.spawn(watch_memory());
    loop_.run();
    return std::move(outcome_);
  }

 private:
  std::optional<std::uint64_t> next() {
    if (stopping || (options_.count > 0 && next_ >= options_.first + options_.count))
      return std::nullopt;
    if (options_.seconds > 0 && Clock::now() - start_ > std::chrono::duration<double>(options_.seconds))
      return std::nullopt;
    return next_++;
  }

  // Keeps one connection busy, making a new one when the old is lost.
  Task<> connection() {
    ++busy_;
    std::optional<std::uint64_t> pending = next();
    while (pending) {
      std::string trouble;
      try {
        co_await converse(pending);
      } catch (const Lost& lost) {
        trouble = lost.what();
      }
      if (trouble.empty())
        continue;
      ++outcome_.lost_connections;
      if (ms(Clock::now() - heard_) > options_.patience * 1e3)
        throw Lost(trouble);
      co_await loop_.sleep(10ms);
    }
    --busy_;
  }

  Task<> converse(std::optional<std::uint64_t>& pending) {
    const auto begun = Clock::now();
    Stream stream(loop_, options_.address);
    co_await stream.connect();
    const auto session = options_.smtp ? smtp_session(stream) : milter_session(stream, outcome_.steps);
    co_await session->open();
    outcome_.open_ms.push_back(ms(Clock::now() - begun));
    for (int sent = 0; pending && (options_.per_connection == 0 || sent < options_.per_connection); ++sent) {
      if (co_await send(*session, *pending)) {
        co_await loop_.sleep(50ms);
        break;
      }
      pending = next();
      if (options_.think_ms > 0)
        co_await think(stream);
    }
    co_await session->quit();
  }

  Task<> think(Stream& stream) {
    co_await stream.flush();
    co_await loop_.sleep(std::chrono::milliseconds(options_.think_ms));
  }

  // True when the mail has to be sent again, over a new connection.
  Task<bool> send(Session& session, std::uint64_t number) {
    const Mail mail(number, options_.shape);
    const Answer answer = co_await session.send(mail);
    heard_ = Clock::now();
    ++outcome_.kinds[answer.kind];
    if (answer.again && options_.patience > 0) {
      ++outcome_.resent;
      co_return true;
    }
    outcome_.whole_ms.push_back(ms(answer.whole));
    outcome_.end_ms.push_back(ms(answer.end));
    if (answer.taken) {
      ++outcome_.taken;
      if (log_.is_open())
        log_ << number << std::endl;  // who looks meanwhile sees all that was answered
    }
    co_return false;
  }

  Task<> watch_memory() {
    while (busy_ > 0) {
      outcome_.anon_kib = std::max(outcome_.anon_kib, usage(options_.pid).anon_kib);
      co_await loop_.sleep(50ms);
    }
  }

  const Options& options_;
  Loop loop_;
  Outcome outcome_;
  std::uint64_t next_;
  int busy_ = 0;
  Clock::time_point start_;
  Clock::time_point heard_ = start_;  // when the last answer came, on any connection
  std::ofstream log_;
};

double percentile(const std::vector<double>& sorted, double p) {
  return sorted.empty()
             ? 0
             : sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(p * static_cast<double>(sorted.size())))];
}

std::string latencies(const char* name, std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  return fmt::format(" {0}p50_ms={1:.2f} {0}p99_ms={2:.2f} {0}max_ms={3:.2f}", name, percentile(values, 0.5),
                     percentile(values, 0.99), values.empty() ? 0 : values.back());
}

double own_cpu_us() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
         static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

void report(const Options& o, Outcome& outcome, double seconds, const Usage& before, const Usage& after) {
  const auto n = static_cast<double>(std::max<std::size_t>(1, outcome.whole_ms.size()));
  std::string line = fmt::format("conns={} size={} msgs={} taken={} secs={:.2f} rate={:.0f}", o.connections,
                                 o.shape.size, outcome.whole_ms.size(), outcome.taken, seconds, n / seconds);
  line += latencies("", outcome.whole_ms) + latencies("end_", outcome.end_ms) + latencies("open_", outcome.open_ms);
  line += fmt::format(" cpu_us={:.0f} driver_us={:.0f} peak_kib={} anon_kib={}", (after.cpu_us - before.cpu_us) / n,
                      own_cpu_us() / n, after.peak_kib, outcome.anon_kib);
  line += fmt::format(" steps={:#x} resent={} lost_connections={}", outcome.steps, outcome.resent,
                      outcome.lost_connections);
  for (const auto& [kind, times] : outcome.kinds)
    line += fmt::format(" answer_{}={}", kind, times);
  fmt::print("{}\n", line);
}

void parse(Options& o, int argc, char** argv) {
  CLI::App app("Load for a milter or an SMTP server.");
  app.add_option("address", o.address, "unix:/path or inet:PORT@127.0.0.1")->required();
  app.add_flag("--smtp", o.smtp, "speak SMTP, not the milter protocol");
  app.add_option("-c,--connections", o.connections);
  app.add_option("-n,--count", o.count, "mails; 0: until --seconds or SIGTERM");
  app.add_option("--first", o.first, "number of the first mail");
  app.add_option("--seconds", o.seconds, "begin no mail after that");
  app.add_option("--size", o.shape.size, "of a body, in bytes");
  app.add_option("--tag", o.shape.tag, "makes msg-ids differ from another run's");
  app.add_option("--to", o.shape.recipient);
  app.add_option("--authors", o.shape.authors, "how many people write");
  app.add_option("--per-connection", o.per_connection, "mails before QUIT; 0: all");
  app.add_option("--think", o.think_ms, "milliseconds between two mails of a connection");
  app.add_option("--patience", o.patience, "seconds without any answer to go on trying, and 4xx are sent again");
  app.add_option("--pid", o.pid, "process to measure");
  app.add_option("--log", o.log, "append the number of each mail that was taken");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::exit(app.exit(e) == 0 ? 0 : 64);
  }
}

int run(int argc, char** argv) {
  Options o;
  parse(o, argc, argv);
  std::signal(SIGTERM, [](int) { stopping = 1; });
  if (o.pid != 0)
    reset_peak(o.pid);
  const auto before = usage(o.pid);
  const auto start = Clock::now();
  Outcome outcome = Run(o).go();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  report(o, outcome, seconds, before, usage(o.pid));
  return outcome.taken == outcome.whole_ms.size() ? 0 : 1;
}

}  // namespace
}  // namespace ticketmilter::bench

int main(int argc, char** argv) {
  try {
    return ticketmilter::bench::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "load: {}\n", e.what());
    return 69;
  }
}
