// SPDX-License-Identifier: MIT
// What the store's bookkeeping costs: threads file mails through the Filer, and then hand the same bytes to one thread that appends what waits to a
// plain file and calls fdatasync, in the same folder. The second is what a disk can do at best with a promise of durability.
//
//   store_commit [FOLDER [SECONDS [THREADS]]]
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/run.h"
#include "store/filer.h"

namespace {

namespace base = ticketmilter::base;
namespace store = ticketmilter::store;
namespace tickets = ticketmilter::tickets;
using Clock = std::chrono::steady_clock;

struct Setting {
  std::string folder = ".";
  std::chrono::milliseconds time{5000};
  int threads = 50;
};

// Words of a small vocabulary: compresses about as mail does.
std::string mail_text(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  while (text.size() < size) {
    const auto n = random();
    text += "word" + std::to_string(n % 5000 * (n >> 60 == 0 ? 977 : 1));
    text += n >> 40 & 7 ? " " : "\r\n";
  }
  text.resize(size);
  return text;
}

struct Result {
  double rate = 0;
  std::vector<double> millis;  // of every call, sorted
  double at(double share) const {
    return millis.empty() ? 0 : millis[static_cast<std::size_t>(share * static_cast<double>(millis.size() - 1))];
  }
};

// Every thread calls work(thread, number) until the time is over.
Result drive(const Setting& setting, const std::function<void(int, int)>& work) {
  std::vector<std::vector<double>> millis(static_cast<std::size_t>(setting.threads));
  std::vector<std::thread> threads;
  const auto begin = Clock::now();
  for (int t = 0; t < setting.threads; ++t) {
    threads.emplace_back([&, t] {
      for (int n = 0; Clock::now() - begin < setting.time; ++n) {
        const auto start = Clock::now();
        work(t, n);
        millis[static_cast<std::size_t>(t)].push_back(
            std::chrono::duration<double, std::milli>(Clock::now() - start).count());
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  const auto seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  Result result;
  for (const auto& some : millis) {
    result.millis.insert(result.millis.end(), some.begin(), some.end());
  }
  std::sort(result.millis.begin(), result.millis.end());
  result.rate = static_cast<double>(result.millis.size()) / seconds;
  return result;
}

tickets::Intent new_mail(std::shared_ptr<const tickets::PackedMessage> message, int thread, int number) {
  const std::string who = "person" + std::to_string(thread) + "@remote.example";
  tickets::Intent intent;
  intent.now = base::now();
  intent.message = std::move(message);
  intent.message_id = std::to_string(intent.now.time_since_epoch().count()) + "." + std::to_string(thread) + "." +
                      std::to_string(number) + "@remote.example";
  tickets::Filing filing;
  filing.ticket.queue = thread % 2 == 0 ? "help" : "sales";
  filing.ticket.subject = "A question about order " + std::to_string(number);
  filing.ticket.requestors = {who};
  filing.ticket.created = filing.ticket.updated = intent.now;
  tickets::Entry entry;
  entry.kind = tickets::Kind::Create;
  entry.actor = who;
  entry.created = intent.now;
  entry.message_id = intent.message_id;
  entry.subject = filing.ticket.subject;
  entry.mail_class = "human";
  entry.door = "milter";
  entry.sender = who;
  entry.recipient = "help@tickets.example";
  entry.mta_id = "4bXYZ" + std::to_string(number);
  filing.entries = {entry};
  filing.has_message = {true};
  filing.duplicate_keys = {base::digest(intent.message_id)};
  intent.filings = {filing};
  intent.people = {{who, "", intent.now}};
  return intent;
}

Result file_mails(const Setting& setting, const std::string& raw) {
  const std::string folder = setting.folder + "/store-commit.store";
  std::filesystem::remove_all(folder);
  store::Options options;
  options.location = "lmdb:" + folder;
  options.create = true;
  Result result;
  {
    store::Store store(options);
    store::Filer filer(store);
    result = drive(setting, [&](int thread, int number) {
      const auto intent = new_mail(store::pack(raw, raw), thread, number);
      tickets::Question question;
      question.own_message_id = intent.message_id;
      question.people = {intent.people[0].address};
      question.duplicate_keys = intent.filings[0].duplicate_keys;
      filer.file(
          [&](store::Writer& writer) {
            if (writer.view(question).duplicates.empty()) {
              writer.apply(intent);
            }
          },
          raw.size());
    });
  }
  std::filesystem::remove_all(folder);
  return result;
}

// Group commit at its simplest: whoever finds nobody syncing takes all that waits, appends it and syncs for everyone.
class Log {
 public:
  explicit Log(const std::string& path)
      : path_(path), fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0640)) {}
  ~Log() { std::filesystem::remove(path_); }

  void append(const std::string& bytes) {
    std::unique_lock lock(mutex_);
    waiting_ += bytes;
    const auto mine = batch_;
    while (done_ <= mine) {
      if (busy_) {
        changed_.wait(lock);
        continue;
      }
      busy_ = true;
      const std::string all = std::move(waiting_);
      waiting_.clear();
      const auto now = batch_++;
      lock.unlock();
      base::write_all(fd_.get(), all);
      ::fdatasync(fd_.get());
      lock.lock();
      busy_ = false;
      done_ = now + 1;
      changed_.notify_all();
    }
  }

 private:
  std::string path_;
  base::Fd fd_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  bool busy_ = false;
  std::uint64_t batch_ = 0;  // that what arrives now will be in
  std::uint64_t done_ = 0;   // batches on disk
};

void compare(const Setting& setting, std::size_t size) {
  const std::string raw = mail_text(size, size);
  const Result filed = file_mails(setting, raw);
  Log log(setting.folder + "/store-commit.log");
  const Result appended = drive(setting, [&](int, int) { log.append(raw); });
  std::printf(
      "%3zu KB, %d threads: filed %.0f/s (p50 %.1f ms, p99 %.1f, max %.1f), appended %.0f/s (p99 %.1f), ratio %.1f\n",
      size >> 10, setting.threads, filed.rate, filed.at(0.5), filed.at(0.99), filed.at(1), appended.rate,
      appended.at(0.99), appended.rate / filed.rate);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  return base::run_main("store_commit", [&] {
    Setting setting;
    if (argc > 1) {
      setting.folder = argv[1];
    }
    if (argc > 2) {
      setting.time = std::chrono::seconds(std::max(1, std::atoi(argv[2])));
    }
    if (argc > 3) {
      setting.threads = std::clamp(std::atoi(argv[3]), 1, 1000);
    }
    compare(setting, 4 << 10);
    compare(setting, 50 << 10);
    return 0;
  });
}
