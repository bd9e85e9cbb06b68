// SPDX-License-Identifier: MIT
// One thread: a notifier does one thing at a time, and a relay takes one letter after another. Two of them are two processes. Between rounds it sleeps on
// the store's bell, so a commit wakes it at once.
#include "notify/daemon.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>

#include "base/account.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "base/service_manager.h"
#include "config/load.h"
#include "notify/sender.h"
#include "policy/load_policy.h"
#include "store/store.h"

namespace ticketmilter::notify {
namespace {

using namespace std::chrono_literals;
using base::Time;

constexpr std::chrono::milliseconds longest_sleep = 10s;
constexpr std::chrono::milliseconds after_failure = 5s;
constexpr auto chores_every = 5min;
// Mail that comes in goes before mail that goes out.
constexpr int niceness = 15;

std::atomic<bool> stopping = false;
std::atomic<bool> reloading = false;
int signalled = -1;  // an eventfd: it can be read once a signal has come

void on_signal(int signal) {
  const int error = errno;
  (signal == SIGUSR1 ? reloading : stopping) = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(signalled, &one, sizeof one);
  errno = error;
}

void catch_signals() {
  signalled = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  struct sigaction action {};
  action.sa_handler = on_signal;
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) {
    sigaction(signal, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
}

void forget_signals() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto taken = read(signalled, &count, sizeof count);
}

std::uint64_t new_id() {
  std::uint64_t id = 0;
  const std::string bytes = base::random_bytes(sizeof id);
  std::memcpy(&id, bytes.data(), sizeof id);
  return std::max<std::uint64_t>(id, 1);
}

using Complain = std::function<void(const std::string&)>;

// All that a configuration brings, or nothing when something is wrong with it.
struct Settings {
  policy::PolicyPtr policy;
  Templates templates;
  std::string password;
};
std::optional<Settings> load(const std::string& file, const Complain& complain) {
  Settings settings;
  settings.policy = policy::load_policy(file, complain);
  if (!settings.policy) {
    return {};
  }
  const auto& notify = settings.policy->config.notify;
  auto loaded = load_templates(notify.templates);
  for (const auto& complaint : loaded.complaints) {
    complain(config::to_string(complaint) + "; the built-in template is used");
  }
  settings.templates = std::move(loaded.templates);
  try {
    settings.password = config::load_password(notify);
  } catch (const base::Error& e) {
    complain(e.what());
    return {};
  }
  return settings;
}

class Daemon {
 public:
  Daemon(std::string file, Settings settings)
      : file_(std::move(file)),
        store_(options_of(settings.policy->config.store)),
        folder_(store::Store::folder(settings.policy->config.store.location)),
        sender_(store_, new_id(), folder_, stopping) {
    take(std::move(settings));
  }

  int run();

 private:
  static store::Options options_of(const config::Store& c) {
    store::Options options;
    options.location = c.location;
    options.max_size = c.max_size;
    options.min_free = c.min_free;
    return options;
  }
  void take(Settings settings) {
    policy_ = settings.policy;
    sender_.configure(std::move(settings.policy), std::move(settings.templates), std::move(settings.password));
  }
  void reload();
  void take_over();
  void do_chores(Time now);
  void turn();
  void sleep();

  std::string file_;
  store::Store store_;
  std::string folder_;
  policy::PolicyPtr policy_;
  Sender sender_;
  Time chores_done_{};
  bool failed_ = false;
};

void Daemon::reload() {
  base::tell_reloading();
  if (auto settings = load(file_, [](const std::string& line) { base::log_error(line); })) {
    take(std::move(*settings));
    base::log_info("configuration reloaded");
  } else {
    base::log_error("configuration refused, the old one stays in effect");
  }
  base::tell_ready();
}

void Daemon::take_over() {
  for (const auto& left : find_left_logs(folder_)) {
    const auto freed = sender_.outbox().take_over(left, base::now());
    remove(left);
    base::log_info(fmt::format("took over from a notifier that is no more: {} sent, {} notices freed or settled",
                               left.sent.size(), freed));
  }
}

void Daemon::do_chores(Time now) {
  if (now - chores_done_ < chores_every && now >= chores_done_) {
    return;
  }
  chores_done_ = now;
  take_over();
  store_.check_readers();
  sender_.outbox().plan_owner_digest(*policy_, now);
  sender_.outbox().drop_old(now - policy_->config.store.journal_keep - policy_->config.notify.lifetime);
}

// A turn of this is a door: whatever is wrong now is told, and tried again in a while.
void Daemon::turn() {
  failed_ = true;
  try {
    do_chores(base::now());
    sender_.send_due();
    failed_ = false;
  } catch (const std::exception& e) {
    base::log_error(e.what());
  }
}

// On the bell, unless there is nothing it could wake us for: after a failure, and while the relay is given time.
void Daemon::sleep() {
  const auto now = base::now();
  const auto pause = failed_ ? now + after_failure : sender_.paused_until();
  if (pause > now) {
    pollfd wait_for{signalled, POLLIN, 0};
    poll(&wait_for, 1, static_cast<int>(std::min<std::chrono::milliseconds>(pause - now, longest_sleep).count()));
  } else {
    const auto due = sender_.outbox().next_due(now + longest_sleep);
    store_.wait_for_notices(std::max<std::chrono::milliseconds>(due - now, 0ms), signalled);
  }
  forget_signals();
}

int Daemon::run() {
  base::log_info("ready");
  base::tell_ready();
  while (!stopping) {
    turn();
    if (reloading.exchange(false)) {
      reload();
    }
    if (!stopping) {
      sleep();
    }
  }
  base::tell_stopping();
  sender_.hang_up();
  base::log_info("stopped");
  return EX_OK;
}

}  // namespace

int serve(const std::string& configuration_file) {
  catch_signals();
  auto settings = load(configuration_file, [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
  if (!settings) {
    throw base::Error(base::Kind::Config, "the configuration is not usable, not started");
  }
  if (base::is_root()) {
    base::become(base::find_account(settings->policy->config.milter.user));
  }
  umask(027);
  setpriority(PRIO_PROCESS, 0, niceness);
  return Daemon(configuration_file, std::move(*settings)).run();
}

}  // namespace ticketmilter::notify
