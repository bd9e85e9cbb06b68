// SPDX-License-Identifier: MIT
// The outbox of the store: notices come back as they went in, wait in the order of their time, and are heard of by who waits for them.
#include <doctest/doctest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "fixture.h"

using namespace contract;
using namespace std::chrono_literals;
using tickets::Notice;
using tickets::NoticeState;
using tickets::TicketId;

namespace {

Notice full_notice(TicketId ticket) {
  Notice n;
  n.ticket = ticket;
  n.entry = 3;
  n.template_name = "undeliverable";
  n.to = "ann@example.com";
  n.state = NoticeState::Deferred;
  n.attempts = 4;
  n.created = at(1000) + 1ms;
  n.next_try = at(2000) + 2ms;
  n.last_reply = "450 4.2.0 grüß Gott";
  n.claimed_by = UINT64_MAX;
  n.failed = "r@remote.example";
  n.since = at(0);
  return n;
}

Notice due_at(std::int64_t seconds) {
  Notice n;
  n.template_name = "acknowledge";
  n.to = "r@remote.example";
  n.created = at(1);
  n.next_try = at(seconds);
  return n;
}

void put(const store::Store& store, std::vector<Notice> notices) {
  tickets::Intent intent;
  intent.notices = std::move(notices);
  write(store, intent);
}

std::vector<Notice> outbox(const store::Store& store, const store::OutboxQuery& query = {}) {
  std::vector<Notice> found;
  store.read([&](const store::Reader& r) { found = r.outbox(query); });
  return found;
}

std::vector<std::int64_t> times(const std::vector<Notice>& notices) {
  std::vector<std::int64_t> seconds;
  for (const auto& n : notices) {
    seconds.push_back(std::chrono::floor<std::chrono::seconds>(n.next_try.time_since_epoch()).count());
  }
  return seconds;
}

std::uint64_t counted(const store::Store& store, NoticeState state) {
  return stats(store).notices[static_cast<int>(state)];
}

// How long the wait took.
std::chrono::milliseconds wait(store::Store& store, std::chrono::milliseconds most, int interrupt = -1) {
  const auto begin = std::chrono::steady_clock::now();
  store.wait_for_notices(most, interrupt);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
}

}  // namespace

TEST_CASE("a notice comes back as it went in, also after reopening") {
  TempStore s;
  Notice notice = full_notice(TicketId{7});
  put(*s.store, {notice});
  notice.id = 1;
  s.reopen();
  CHECK(outbox(*s.store) == std::vector{notice});
  s->read([&](const store::Reader& r) {
    CHECK(r.find_notice(TicketId{7}, 1) == notice);
    CHECK_FALSE(r.find_notice(TicketId{7}, 2));
    CHECK_FALSE(r.find_notice(TicketId{8}, 1));
    CHECK(r.notices_of(TicketId{7}) == std::vector{notice});
    CHECK(r.notices_of(TicketId{8}).empty());
    CHECK(r.notices_of(TicketId{6}).empty());
  });
  tickets::Question question;
  question.notices = {{TicketId{7}, 1}, {TicketId{7}, 9}};
  CHECK(view(*s.store, question).notices == std::vector{notice});
}

TEST_CASE("a filing's notices get its ticket and its last entry") {
  TempStore s;
  auto intent = new_ticket("a");
  intent.filings[0].entries.resize(2);
  intent.filings[0].has_message.resize(2);
  intent.filings[0].notices = {due_at(5), due_at(5)};
  const auto id = file(*s.store, intent);
  const auto found = outbox(*s.store);
  REQUIRE(found.size() == 2);
  CHECK(found[0].ticket == id);
  CHECK(found[0].entry == 2);
  CHECK(found[0].id == 1);
  CHECK(found[1].id == 2);
}

TEST_CASE("those that wait come by time, and only as far as asked") {
  TempStore s;
  put(*s.store, {due_at(30), due_at(10), due_at(20), due_at(40)});
  CHECK(times(outbox(*s.store)) == std::vector<std::int64_t>{10, 20, 30, 40});
  store::OutboxQuery query;
  query.due_by = at(20);
  CHECK(times(outbox(*s.store, query)) == std::vector<std::int64_t>{10, 20});
  query.limit = 1;
  CHECK(times(outbox(*s.store, query)) == std::vector<std::int64_t>{10});
  query.limit = 0;
  CHECK(outbox(*s.store, query).empty());
}

TEST_CASE("a changed notice is where it belongs, and counted there") {
  TempStore s;
  put(*s.store, {due_at(10), due_at(20)});
  CHECK(counted(*s.store, NoticeState::Due) == 2);
  auto notice = outbox(*s.store)[0];
  notice.next_try = at(30);
  notice.claimed_by = 5;
  put(*s.store, {notice});
  CHECK(times(outbox(*s.store)) == std::vector<std::int64_t>{20, 30});
  store::OutboxQuery mine;
  mine.claimed_by = 5;
  CHECK(outbox(*s.store, mine) == std::vector{notice});
  for (const auto state : {NoticeState::Deferred, NoticeState::Failed, NoticeState::Held}) {
    notice.state = state;
    put(*s.store, {notice});
    CHECK(outbox(*s.store).size() == 2);
    store::OutboxQuery query;
    query.states = {state};
    CHECK(outbox(*s.store, query) == std::vector{notice});
    CHECK(counted(*s.store, state) == 1);
    CHECK(counted(*s.store, NoticeState::Due) == 1);
  }
  for (const auto state : {NoticeState::Sent, NoticeState::Dropped}) {
    notice.state = state;
    put(*s.store, {notice});
    CHECK(outbox(*s.store).size() == 1);
    store::OutboxQuery query;
    query.states = {state};
    CHECK(outbox(*s.store, query) == std::vector{notice});
    CHECK(counted(*s.store, state) == 1);
  }
  CHECK(counted(*s.store, NoticeState::Held) == 0);
}

TEST_CASE("old ones go when they do not wait") {
  TempStore s;
  for (const auto state : {NoticeState::Due, NoticeState::Deferred, NoticeState::Sent, NoticeState::Failed,
                           NoticeState::Held, NoticeState::Dropped}) {
    for (const int created : {100, 200}) {
      Notice notice = due_at(1);
      notice.state = state;
      notice.created = at(created);
      put(*s.store, {notice});
    }
  }
  std::string from;
  s->write([&](store::Writer& w) { from = w.drop_old_notices(at(200), ""); });
  CHECK(from == "");
  CHECK(counted(*s.store, NoticeState::Due) == 2);
  CHECK(counted(*s.store, NoticeState::Deferred) == 2);
  for (const auto state : {NoticeState::Sent, NoticeState::Failed, NoticeState::Held, NoticeState::Dropped}) {
    CHECK(counted(*s.store, state) == 1);
    store::OutboxQuery query;
    query.states = {state};
    CHECK(outbox(*s.store, query).size() == 1);
  }
}

TEST_CASE("dropping goes on where it left off") {
  TempStore s;
  std::vector<Notice> many(2500, due_at(1));
  for (auto& notice : many) {
    notice.state = NoticeState::Sent;
  }
  put(*s.store, many);
  std::string from;
  int calls = 0;
  do {
    s->write([&](store::Writer& w) { from = w.drop_old_notices(at(2), from); });
    ++calls;
  } while (!from.empty());
  CHECK(calls == 3);
  CHECK(counted(*s.store, NoticeState::Sent) == 0);
}

TEST_CASE("a commit with a due notice wakes who waits, even before the wait begins") {
  TempStore s;
  CHECK(wait(*s.store, 50ms) >= 49ms);
  put(*s.store, {due_at(1)});
  CHECK(wait(*s.store, 20s) < 10s);
  CHECK(wait(*s.store, 50ms) >= 49ms);
  const std::string died = in_child([&] {
    store::Store other(s.options);
    tickets::Intent intent;
    intent.notices = {due_at(1)};
    write(other, intent);
    return std::string();
  });
  CHECK(died == "");
  CHECK(wait(*s.store, 20s) < 10s);
  auto deferred = due_at(9);
  deferred.state = NoticeState::Deferred;
  auto claimed = due_at(9);
  claimed.claimed_by = 1;
  put(*s.store, {deferred, claimed});
  CHECK(wait(*s.store, 50ms) >= 49ms);
}

TEST_CASE("a wait can be interrupted") {
  TempStore s;
  const int fd = eventfd(1, EFD_CLOEXEC);
  CHECK(wait(*s.store, 20s, fd) < 10s);
  close(fd);
}
