// SPDX-License-Identifier: MIT
// Group commit: everybody is answered for what became of his own work, and what is answered is written.
#include "store/filer.h"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "fixture.h"

using namespace contract;

namespace {

// Runs on so many threads at once and waits for all.
void at_once(int threads, const std::function<void(int)>& what) {
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back(what, i);
  }
  for (auto& thread : running) {
    thread.join();
  }
}

// Opens once.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

}  // namespace

TEST_CASE("50 sessions file 20 mails each: all there, each told its own number") {
  TempStore s;
  std::vector<std::atomic<int>> seen(1001);
  {
    store::Filer filer(*s.store);
    at_once(50, [&](int thread) {
      for (int i = 0; i < 20; ++i) {
        const auto subject = std::to_string(thread) + "." + std::to_string(i);
        tickets::TicketId id{};
        filer.file([&](store::Writer& w) { id = w.apply(new_ticket(subject)).tickets[0]; }, 1000);
        ++seen.at(number(id));
        if (find(*s.store, id)->subject != subject) {
          seen[0] = 1;
        }
      }
    });
  }
  CHECK(seen[0] == 0);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    CHECK(seen[i] == 1);
  }
}

TEST_CASE("the same mail by two sessions at once makes one ticket") {
  TempStore s;
  store::Filer filer(*s.store);
  auto intent = new_mail("m", "same@x", "", "r");
  intent.filings[0].duplicate_keys = {base::digest("same")};
  tickets::Question question;
  question.own_message_id = intent.message_id;
  question.duplicate_keys = intent.filings[0].duplicate_keys;
  std::atomic<int> duplicates = 0;
  at_once(20, [&](int) {
    bool duplicate = false;
    filer.file(
        [&](store::Writer& w) {
          duplicate = !w.view(question).duplicates.empty();
          if (!duplicate) {
            w.apply(intent);
          }
        },
        100);
    duplicates += duplicate;
  });
  CHECK(duplicates == 19);
  CHECK(list(*s.store, {}).size() == 1);
}

TEST_CASE("a session gets the exception its own work threw, whatever else is in the batch") {
  TempStore s;
  store::Filer filer(*s.store);
  std::atomic<int> own = 0;
  at_once(30, [&](int thread) {
    const auto kind = kind_of([&] {
      filer.file(
          [&](store::Writer& w) {
            if (thread % 3 != 0) {
              w.apply(new_ticket(std::to_string(thread)));
            }
            if (thread % 3 != 1) {
              throw base::Error(thread % 3 == 0 ? base::Kind::Permanent : base::Kind::NotFound, "own");
            }
          },
          100);
    });
    own += kind == (thread % 3 == 0   ? std::optional(base::Kind::Permanent)
                    : thread % 3 == 1 ? std::nullopt
                                      : std::optional(base::Kind::NotFound));
  });
  CHECK(own == 30);
  CHECK(list(*s.store, {}).size() == 10);
}

TEST_CASE("work that comes alone is done by the thread that brought it") {
  TempStore s;
  store::Filer filer(*s.store);
  std::thread::id worker;
  filer.file([&](store::Writer&) { worker = std::this_thread::get_id(); }, 0);
  CHECK(worker == std::this_thread::get_id());
}

TEST_CASE("a transaction waits for what is expected, and takes it along") {
  TempStore s;
  store::Filer::Limits limits;
  limits.delay = std::chrono::hours(1);
  store::Filer filer(*s.store, limits);
  std::vector<std::shared_ptr<const void>> expected(4, filer.expect());
  expected.pop_back();
  std::atomic<bool> begun = false;
  std::atomic<bool> ran = false;
  std::atomic<bool> returned = false;
  std::thread first([&] {
    begun = true;
    filer.file([&](store::Writer& w) { w.apply(new_ticket("first")); }, 0);
    returned = true;
    CHECK(ran);
  });
  while (!begun) {
    std::this_thread::yield();
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(!returned);
  expected.pop_back();
  filer.file(
      [&](store::Writer& w) {
        w.apply(new_ticket("second"));
        ran = true;
      },
      0);
  first.join();
  CHECK(list(*s.store, {}).size() == 2);
}

TEST_CASE("a transaction does not wait for long, and not for what is expected no more") {
  TempStore s;
  store::Filer::Limits limits;
  limits.delay = std::chrono::milliseconds(10);
  const auto begun = std::chrono::steady_clock::now();
  {
    store::Filer filer(*s.store, limits);
    const std::vector<std::shared_ptr<const void>> expected(10, filer.expect());
    filer.file([&](store::Writer& w) { w.apply(new_ticket("alone")); }, 0);
  }
  CHECK(std::chrono::steady_clock::now() - begun >= limits.delay);
  limits.delay = std::chrono::hours(1);
  store::Filer filer(*s.store, limits);
  std::vector<std::shared_ptr<const void>> expected(2, filer.expect());
  filer.file([&](store::Writer& w) { w.apply(new_ticket("half of it")); }, 0);
  expected.resize(10, filer.expect());
  expected.clear();
  filer.file([&](store::Writer& w) { w.apply(new_ticket("nobody comes")); }, 0);
  CHECK(list(*s.store, {}).size() == 3);
}

TEST_CASE("a batch keeps its limits, but one piece of work always goes") {
  TempStore s;
  store::Filer::Limits limits;
  limits.messages = 4;
  limits.bytes = 1000;
  Gate gate;
  std::atomic<int> done = 0;
  {
    store::Filer filer(*s.store, limits);
    std::thread first([&] { filer.file([&](store::Writer&) { gate.wait(); }, 0); });
    std::thread rest([&] {
      at_once(12, [&](int i) {
        filer.file([&](store::Writer& w) { w.apply(new_ticket("t")); }, i == 0 ? 1 << 30 : 400);
        ++done;
      });
    });
    gate.open();
    first.join();
    rest.join();
  }
  CHECK(done == 12);
  CHECK(list(*s.store, {}).size() == 12);
}

TEST_CASE("what was handed in is filed before the filer is gone") {
  TempStore s;
  Gate gate;
  auto filer = std::make_unique<store::Filer>(*s.store);
  std::atomic<int> waiting = 0;
  std::atomic<int> done = 0;
  std::thread sessions([&] {
    at_once(10, [&](int i) {
      ++waiting;
      try {
        filer->file(
            [&](store::Writer& w) {
              if (i == 0) {
                gate.wait();
              }
              w.apply(new_ticket("t"));
            },
            1);
        ++done;
      } catch (const base::Error&) {
      }
    });
  });
  while (waiting < 10) {
    std::this_thread::yield();
  }
  gate.open();
  sessions.join();
  filer.reset();
  CHECK(done == 10);
  CHECK(list(*s.store, {}).size() == 10);
}
