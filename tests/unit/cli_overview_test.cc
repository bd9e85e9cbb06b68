// SPDX-License-Identifier: MIT
// Who waits for an answer, since when, and in what order.
#include <doctest/doctest.h>

#include "cli/overview.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;
using tickets::Entry;
using tickets::Kind;
using tickets::Status;

namespace {

base::Time at(int minute) {
  return base::Time(std::chrono::minutes(minute));
}

Entry entry(Kind kind, const char* actor, int minute) {
  Entry e;
  e.kind = kind;
  e.actor = actor;
  e.created = at(minute);
  return e;
}

store::Row row(std::uint64_t id, Status status, const char* owner, int created, int updated) {
  store::Row r;
  r.id = tickets::TicketId{id};
  r.status = status;
  r.owner = owner;
  r.requestors = {"r@x.example"};
  r.created = at(created);
  r.updated = at(updated);
  return r;
}

const config::Config staff = [] {
  config::Config config;
  config.agents.emplace_back().addresses = {"ann@staff.example"};
  return config;
}();

std::optional<base::Time> since(const std::vector<Entry>& history) {
  return unanswered_since({"r@x.example"}, history, staff);
}

}  // namespace

TEST_CASE("unanswered_since: the first word after the last answer") {
  const Entry asked = entry(Kind::Create, "r@x.example", 1);
  const Entry answered = entry(Kind::Correspond, "ann@staff.example", 2);
  const Entry again = entry(Kind::Correspond, "r@x.example", 3);
  const Entry and_again = entry(Kind::Correspond, "r@x.example", 4);
  CHECK(since({asked}) == at(1));
  CHECK_FALSE(since({asked, answered}));
  CHECK(since({asked, answered, again, and_again}) == at(3));
  CHECK(since({asked, again}) == at(1));
  CHECK_FALSE(since({}));
}

TEST_CASE("unanswered_since: no comment, no machine and no third person answers or asks") {
  const Entry asked = entry(Kind::Create, "ann@staff.example", 1);  // on the requestor's behalf
  CHECK(since({asked, entry(Kind::Comment, "ann@staff.example", 2)}) == at(1));
  CHECK(since({asked, entry(Kind::AutoReply, "ann@staff.example", 2)}) == at(1));
  CHECK(since({asked, entry(Kind::Correspond, "other@x.example", 2)}) == at(1));
  CHECK_FALSE(since({asked, entry(Kind::Correspond, "ann@staff.example", 2),
                     entry(Kind::Correspond, "other@x.example", 3), entry(Kind::Bounce, "r@x.example", 4)}));
}

TEST_CASE("Waiters: unowned or unanswered, the oldest first, counted beyond what is shown") {
  const auto read = [](tickets::TicketId id) {
    std::vector<Entry> history = {entry(Kind::Create, "r@x.example", 1)};
    if (number(id) != 4) {
      history.push_back(entry(Kind::Correspond, "ann@staff.example", 2));
    }
    return history;
  };
  const std::vector<store::Row> rows = {
      row(1, Status::Open, "ann@staff.example", 1, 9),  // answered
      row(2, Status::New, "", 5, 5),
      row(3, Status::Open, "", 1, 7),  // answered, but nobody's
      row(4, Status::Open, "ann@staff.example", 1, 8),
  };
  const auto wait = [&](std::size_t few, std::size_t most_read) {
    Waiters waiters(few, most_read);
    for (const store::Row& one : rows) {
      waiters.add(one);
    }
    return waiters.finish(staff, read);
  };
  const WaitingLine all = wait(10, 100);
  REQUIRE(all.longest.size() == 3);
  CHECK(number(all.longest[0].row.id) == 4);
  CHECK(number(all.longest[1].row.id) == 2);
  CHECK(number(all.longest[2].row.id) == 3);
  CHECK(all.longest[2].since == at(7));
  CHECK(all.unowned == 2);
  CHECK(all.unanswered == 2);
  CHECK(all.all);
  const WaitingLine few = wait(1, 1);
  REQUIRE(few.longest.size() == 1);
  CHECK(few.unowned == 2);
  CHECK_FALSE(few.all);
}

TEST_CASE("Waiters: of many the oldest are kept, in whatever order they come") {
  Waiters waiters(3, 2);
  std::size_t read = 0;
  for (const std::uint64_t id : {5U, 9U, 1U, 7U, 3U, 8U, 2U, 6U, 4U}) {
    const int made = static_cast<int>(id);
    waiters.add(row(id, Status::New, "ann@staff.example", made, made));
    waiters.add(row(100 + id, Status::Open, "ann@staff.example", made, made));
  }
  const WaitingLine line = waiters.finish(staff, [&](tickets::TicketId id) {
    CHECK(number(id) <= 102);
    ++read;
    return std::vector<Entry>{};
  });
  CHECK(read == 2);
  REQUIRE(line.longest.size() == 3);
  CHECK(number(line.longest[0].row.id) == 1);
  CHECK(number(line.longest[2].row.id) == 3);
  CHECK(line.unanswered == 9);
  CHECK_FALSE(line.all);
}

TEST_CASE("format_overview: counts, and mine only for an agent") {
  Overview overview;
  CHECK(format_overview(overview, {}, {}) == "Waiting: nothing\n");
  overview.agent = true;
  CHECK(format_overview(overview, {}, {}) == "Mine: none\n\nWaiting: nothing\n");
  store::Row late = row(7, Status::Open, "ann@staff.example", 1, 2);
  late.queue = "help";
  late.subject = "Late \x1b[2J";
  late.due = at(3);
  overview.mine = {late};
  overview.waiting.longest = {{late, at(1)}};
  overview.waiting.unanswered = 1;
  CHECK(format_overview(overview, {at(10), true}, {}) ==
        "Mine: 1 open, 1 overdue\n"
        "ID  STATUS  QUEUE  UPDATED  DUE    OWNER              REQUESTOR    SUBJECT\n"
        " 7  open    help   8 min    7 min  ann@staff.example  r@x.example  Late [2J\n"
        "\n"
        "Waiting: 0 without owner, 1 without answer, the oldest first\n"
        "ID  STATUS  QUEUE  SINCE  OWNER              REQUESTOR    SUBJECT\n"
        " 7  open    help   9 min  ann@staff.example  r@x.example  Late [2J\n");
}
