// SPDX-License-Identifier: MIT
// A batch is one transaction. Whoever spoils it is taken out and the rest runs again; when the store itself cannot take it whole, each runs alone, so that
// small ones may still fit. Only what failed to begin or to commit is everybody's failure.
#include "store/lmdb/engine.h"

#include <algorithm>

#include "store/lmdb/transaction.h"
#include "store/lmdb/txn.h"

namespace ticketmilter::store {
namespace {

// After so many bodies have spoilt the batch, the rest run alone: no batch of bad ones makes the good ones wait for the square of their number.
constexpr int max_spoilers = 4;
constexpr auto look_every = std::chrono::milliseconds(100);
// Of the map, kept for what must still be possible when it is full: commands, clearing up.
constexpr std::uint64_t max_reserve = 32 << 20;

}  // namespace

void Engine::read(const std::function<void(const Reader&)>& body) {
  lmdb::Txn txn(env_, false);
  const lmdb::Transaction reader(txn);
  body(reader);
}

std::vector<std::exception_ptr> Engine::write_all(const std::vector<const Body*>& bodies) {
  Answers answers(bodies.size());
  std::vector<bool> out(bodies.size());  // those that spoilt it
  try {
    auto ended = Ended::BodyFailed;
    for (int i = 0; i < max_spoilers && ended == Ended::BodyFailed; ++i) {
      ended = try_all(bodies, out, answers);
    }
    if (ended != Ended::Committed) {
      looked_.store(0, std::memory_order_relaxed);
      each_alone(bodies, out, answers);
    }
  } catch (const base::Error& e) {
    looked_.store(0, std::memory_order_relaxed);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      // One for each: they are looked at and freed on as many threads.
      answers[i] = out[i] ? answers[i] : std::make_exception_ptr(base::Error(e.kind(), e.what()));
    }
  }
  return answers;
}

// Throws when nothing could begin or be committed.
Engine::Ended Engine::try_all(const std::vector<const Body*>& bodies, std::vector<bool>& out, Answers& answers) {
  if (env_.disk_full()) {
    throw base::Error(base::Kind::Full, "store: less than min_free left on the disk");
  }
  lmdb::Txn txn(env_, true);
  lmdb::Transaction writer(txn);
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    if (out[i]) {
      continue;
    }
    const auto before = txn.writes();
    answers[i] = nullptr;
    try {
      (*bodies[i])(writer);
    } catch (...) {
      answers[i] = std::current_exception();
    }
    if (txn.broken()) {
      return Ended::StoreFailed;
    }
    if (answers[i] && txn.writes() != before) {
      out[i] = true;
      return Ended::BodyFailed;
    }
  }
  txn.commit();
  if (writer.has_due()) {
    doorbell_.ring();
  }
  return Ended::Committed;
}

void Engine::each_alone(const std::vector<const Body*>& bodies, const std::vector<bool>& out, Answers& answers) {
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    if (out[i]) {
      continue;
    }
    std::vector<bool> spoilt(1);
    Answers answer(1);
    try {
      try_all({bodies[i]}, spoilt, answer);
      answers[i] = answer[0];
    } catch (...) {
      answers[i] = std::current_exception();
    }
  }
}

bool Engine::full() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto looked = looked_.load(std::memory_order_relaxed);
  if (looked == 0 || now - std::chrono::steady_clock::duration(looked) > look_every) {
    looked_.store(now.count(), std::memory_order_relaxed);
    full_.store(find_full(), std::memory_order_relaxed);
  }
  return full_.load(std::memory_order_relaxed);
}

bool Engine::find_full() {
  if (env_.disk_full()) {
    return true;
  }
  lmdb::Txn txn(env_, false);
  const auto usage = env_.usage();
  const auto reserve = std::min(usage.size / 16, max_reserve);
  return usage.used + reserve > usage.size && usage.used + reserve > usage.size + txn.free_bytes();
}

}  // namespace ticketmilter::store
