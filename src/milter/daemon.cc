// SPDX-License-Identifier: MIT
// The order is the point: secrets and socket while we may, the lock before the socket so that no living instance loses it, the store only as the
// user who owns it, and READY when all of it holds. At the end: no new callbacks, the last one leaves, then filer and store go.
#include "milter/daemon.h"

#include <fmt/format.h>
#include <libmilter/mfapi.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>

#include "base/account.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/service_manager.h"
#include "base/text.h"
#include "intake/intake.h"
#include "intake/journal.h"
#include "milter/callbacks.h"
#include "milter/current_policy.h"
#include "milter/housekeeping.h"
#include "milter/listener.h"
#include "policy/load_policy.h"
#include "store/filer.h"
#include "store/store.h"

// tcmalloc's, where that is linked in: gives free pages back to the system.
extern "C" void MallocExtension_ReleaseFreeMemory() __attribute__((weak));

namespace ticketmilter::milter {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds patience = 30s;

// What a flood of big mails took; tcmalloc by itself keeps it for hours.
void release_memory() {
  if (MallocExtension_ReleaseFreeMemory != nullptr) {
    MallocExtension_ReleaseFreeMemory();
  }
}

policy::PolicyPtr first_policy(const std::string& file) {
  auto policy = policy::load_policy(file, [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
  if (!policy) {
    throw base::Error(base::Kind::Config, "the configuration is not usable, not started");
  }
  return policy;
}

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

// libmilter makes and ends a thread a message or so. The C library keeps the stacks of dead threads for the next ones, but only 40 MB of them: that is
// five of the usual 8 MB. Nothing of ours needs half a megabyte.
void make_stacks_smaller() {
  constexpr std::size_t stack = 2 << 20;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) == 0) {
    pthread_attr_setstacksize(&attributes, stack);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
  }
}

// As the user who will hold it, so that neither a file of root's nor a link to one can be in the way.
base::Fd lock_out_others(const std::string& folder, const std::optional<base::Account>& account) {
  const std::string path = folder + "/ticket-milter.pid";
  std::optional<base::ActAs> as;
  if (account) {
    as.emplace(account->uid, account->gid);
  }
  if (access(folder.c_str(), F_OK) != 0 && errno == ENOENT) {
    throw base::Error(base::Kind::Config, "there is no store in " + folder + ": `ticket init` makes one");
  }
  auto lock = base::lock_pid_file(path);
  if (!lock) {
    throw base::Error(base::Kind::Temporary, "another ticket-milter is running: it holds " + path);
  }
  return std::move(*lock);
}

void check_spool(const std::string& folder) {
  try {
    base::temporary_file(folder);
  } catch (const base::Error& e) {
    throw base::Error(base::Kind::CannotCreate, std::string("milter.spool: ") + e.what());
  }
}

void reload(CurrentPolicy& current, const std::string& file) {
  base::tell_reloading();
  const auto old = current.get();
  if (auto policy = policy::load_policy(file, [](const std::string& line) { base::log_error(line); })) {
    for (const std::string& key : need_restart(old->config, policy->config)) {
      base::log_warning(key + " has changed: that takes effect when ticket-milter is restarted");
    }
    current.set(std::move(policy));
    base::log_info("configuration reloaded");
  } else {
    base::log_error("configuration refused, the old one stays in effect");
  }
  base::tell_ready();
}

store::JournalBounds journal_bounds(const config::Store& c) {
  return {base::now() - c.journal_keep, c.journal_size, intake::max_refused};
}

struct Backend {
  Backend(const config::Store& c, const CurrentPolicy& policy)
      : store(intake::store_options(c)),
        filer(store),
        journal(filer, [&policy] { return journal_bounds(policy.get()->config.store); }),
        intake(store, &filer, &journal) {}
  store::Store store;
  store::Filer filer;
  intake::Journal journal;
  intake::Intake intake;
};

class Daemon {
 public:
  Daemon(std::string file, const policy::PolicyPtr& policy)
      : file_(std::move(file)),
        policy_(policy),
        backend_(std::make_unique<Backend>(policy->config.store, policy_)),
        door_{policy_, backend_->intake, {}, {}} {}

  int run(const Listener& listener);

 private:
  std::vector<Chore> chores(const Listener& listener);
  void look_for_socket(const Listener& listener);
  void drop_passed_tallies();
  void drop_old_raw();
  void finish();

  std::string file_;
  CurrentPolicy policy_;
  std::unique_ptr<Backend> backend_;
  Door door_;
  std::atomic<bool> socket_lost_ = false;
  std::string raw_from_;                                // where drop_old_raw() goes on
  std::chrono::steady_clock::time_point next_round_{};  // when it begins again
};

// libmilter cannot open another socket while it runs, so the way back is a restart by the service manager.
void Daemon::look_for_socket(const Listener& listener) {
  if (!listener.is_reachable() && !socket_lost_.exchange(true)) {
    base::log_error("the socket " + listener.name() + " was removed or replaced: stopping, to be started again");
    smfi_stop();
  }
}

std::vector<Chore> Daemon::chores(const Listener& listener) {
  return {{"progress", 1s, [this] { door_.progress.tick(Progress::Clock::now()); }},
          {"socket", 2s, [this, &listener] { look_for_socket(listener); }},
          {"memory", 60s, [] { release_memory(); }},
          {"readers", 60s, [this] { backend_->store.check_readers(); }},
          {"tallies", 60s, [this] { drop_passed_tallies(); }},
          {"raw messages", 10s, [this] { drop_old_raw(); }}};
}

// In small transactions, so that nobody's mail waits for it.
void Daemon::drop_passed_tallies() {
  constexpr int most = 1000;
  std::string from;
  for (int i = 0; i < most; ++i) {
    std::string next;
    backend_->store.write([&](store::Writer& writer) { next = writer.drop_passed_tallies(base::now(), from); });
    if (next.empty()) {
      return;
    }
    from = std::move(next);
  }
}

// All of the store once a day, as it may be much: a few steps each time. What the journal has, too, it keeps for as long as it promised.
void Daemon::drop_old_raw() {
  constexpr int steps = 4;
  constexpr auto pause = 24h;
  const auto policy = policy_.get();
  const auto& store = policy->config.store;
  if (!store.keep_raw || std::chrono::steady_clock::now() < next_round_) {
    return;
  }
  const auto before = base::now() - std::max(*store.keep_raw, store.journal_keep);
  for (int i = 0; i < steps; ++i) {
    std::string next;
    backend_->store.write([&](store::Writer& writer) { next = writer.drop_old_raw(before, raw_from_); });
    raw_from_ = std::move(next);
    if (raw_from_.empty()) {
      next_round_ = std::chrono::steady_clock::now() + pause;
      return;
    }
  }
}

void Daemon::finish() {
  if (!door_.gate.close(patience)) {
    base::log_error("a message is still being filed after 30 s, stopping without it");
    std::_Exit(EX_TEMPFAIL);
  }
}

int Daemon::run(const Listener& listener) {
  backend_->store.check_readers();
  open_door(door_);
  int result = MI_FAILURE;
  {
    const Housekeeper housekeeper([this] { reload(policy_, file_); }, chores(listener));
    base::log_info(fmt::format("ready, listening on {}", listener.name()));
    base::tell_ready();
    result = smfi_main();
    base::tell_stopping();
    finish();
  }
  backend_.reset();
  base::log_info("stopped");
  if (result != MI_SUCCESS) {
    return EX_UNAVAILABLE;
  }
  return socket_lost_ ? EX_TEMPFAIL : EX_OK;
}

}  // namespace

int serve(const std::string& configuration_file) {
  block_signals();
  std::signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  make_stacks_smaller();
  const policy::PolicyPtr policy = first_policy(configuration_file);
  const config::Config& config = policy->config;
  const auto account = base::is_root() ? std::optional(base::find_account(config.milter.user)) : std::nullopt;
  const base::Fd lock = lock_out_others(store::Store::folder(config.store.location), account);
  register_callbacks();
  const Listener listener(config.milter);
  if (account) {
    base::become(*account);
  }
  umask(027);
  check_spool(config.milter.spool);
  // Never freed: threads of libmilter may call back until the process is gone. What must be closed is closed by run().
  static Daemon* const daemon = new Daemon(configuration_file, policy);
  return daemon->run(listener);
}

}  // namespace ticketmilter::milter
