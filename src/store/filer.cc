// SPDX-License-Identifier: MIT
// The queue is a list of the callers' own stack frames: each waits in file() with one piece of work, so it is never longer than there are callers, and
// each is woken by itself. There is no thread of our own: who finds nobody writing leads, that is, writes all that waits in one transaction, his own
// work first; then the next in the queue leads. So what comes alone is written at once, by a thread that has it in its cache.
#include "store/filer.h"

#include <semaphore.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"

namespace ticketmilter::store {
namespace {

using Clock = std::chrono::steady_clock;

// POSIX's, as its sem_post is done with the semaphore when the waiter sees it: the waiter may go at once, and nobody waits for a mutex beside it.
class Signal {
 public:
  Signal() { sem_init(&semaphore_, 0, 0); }
  ~Signal() { sem_destroy(&semaphore_); }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  void raise() { sem_post(&semaphore_); }
  void wait() {
    while (sem_wait(&semaphore_) != 0) {  // a signal handler ran
    }
  }

 private:
  sem_t semaphore_{};
};

struct Waiter {
  const std::function<void(Writer&)>& work;
  std::size_t cost;
  std::exception_ptr failure{};
  bool leads = false;  // it was woken to write, not because it is written
  Signal woken{};
  bool wait() {
    woken.wait();
    return leads;
  }
};

}  // namespace

struct Filer::State {
  State(Store& s, Limits l) : store(s), limits(l) {}

  bool queue_up(Waiter& waiter);
  bool enough() const;
  void lead() noexcept;
  std::vector<Waiter*> take_batch();
  void write(const std::vector<Waiter*>& batch);
  void pass_on();

  Store& store;
  const Limits limits;
  const std::shared_ptr<const void> expected = std::make_shared<char>();  // one more owner for each work that is
  std::mutex mutex;
  std::condition_variable ended;
  std::condition_variable enough_there;
  std::deque<Waiter*> queue;
  Commits taken;     // the leader's: how long transactions took, and it is not written yet
  bool led = false;  // somebody leads or was told to
  bool stopping = false;
  Clock::time_point committed;  // the leader's
};

bool Filer::State::enough() const {
  return 2 * queue.size() >= static_cast<std::size_t>(expected.use_count() - 1) || queue.size() >= limits.messages;
}

// True for who comes first: he leads.
bool Filer::State::queue_up(Waiter& waiter) {
  const std::lock_guard lock(mutex);
  if (stopping) {
    throw base::Error(base::Kind::Temporary, "store: shutting down");
  }
  queue.push_back(&waiter);
  if (enough()) {
    enough_there.notify_one();
  }
  return !std::exchange(led, true);
}

// Out of memory here is the end of the process: nobody would lead any more.
void Filer::State::lead() noexcept {
  // LMDB's write lock is not fair: without this, other programs wait for seconds.
  std::this_thread::sleep_until(committed + limits.pause);
  // Where the processors are busy this lets other sessions come to the same commit; where they are not it is no wait.
  std::this_thread::yield();
  const auto batch = take_batch();
  write(batch);
  committed = Clock::now();
  for (std::size_t i = 1; i < batch.size(); ++i) {
    batch[i]->woken.raise();
  }
  pass_on();
}

// What waits as soon as that is enough, within the limits; the leader is the first.
std::vector<Waiter*> Filer::State::take_batch() {
  std::unique_lock lock(mutex);
  enough_there.wait_for(lock, limits.delay, [this] { return enough(); });
  std::vector<Waiter*> batch;
  for (std::size_t bytes = 0; !queue.empty() && batch.size() < limits.messages; queue.pop_front()) {
    bytes += queue.front()->cost;
    if (!batch.empty() && bytes > limits.bytes) {
      break;
    }
    batch.push_back(queue.front());
  }
  return batch;
}

void Filer::State::write(const std::vector<Waiter*>& batch) {
  std::vector<std::exception_ptr> answers(batch.size());
  try {
    std::vector<const std::function<void(Writer&)>*> bodies;
    bodies.reserve(batch.size() + 1);
    for (const Waiter* waiter : batch) {
      bodies.push_back(&waiter->work);
    }
    const std::function<void(Writer&)> tell = [this](Writer& writer) { writer.add_commits(taken); };
    if (!taken.empty()) {
      bodies.push_back(&tell);
    }
    const auto begun = Clock::now();
    answers = store.write_all(bodies);
    if (answers.size() > batch.size() && !answers.back()) {
      taken = {};
    }
    if (!answers.front()) {
      taken.add(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun));
    }
  } catch (...) {
    answers.assign(batch.size(), std::current_exception());
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i]->failure = std::move(answers[i]);
  }
}

// Nothing of this is touched after the lock is free: it may be gone.
void Filer::State::pass_on() {
  const std::lock_guard lock(mutex);
  led = !queue.empty();
  if (led) {
    queue.front()->leads = true;
    queue.front()->woken.raise();
  } else {
    ended.notify_all();
  }
}

Filer::Filer(Store& store) : Filer(store, Limits{}) {}

Filer::Filer(Store& store, Limits limits) : state_(std::make_unique<State>(store, limits)) {}

Filer::~Filer() {
  std::unique_lock lock(state_->mutex);
  state_->stopping = true;
  state_->ended.wait(lock, [this] { return !state_->led; });
}

std::shared_ptr<const void> Filer::expect() const {
  return state_->expected;
}

void Filer::file(const std::function<void(Writer&)>& work, std::size_t cost) {
  Waiter waiter{work, cost};
  bool leads = state_->queue_up(waiter);
  if (!leads) {
    leads = waiter.wait();
  }
  if (leads) {
    state_->lead();
  }
  if (waiter.failure) {
    std::rethrow_exception(waiter.failure);
  }
}

}  // namespace ticketmilter::store
