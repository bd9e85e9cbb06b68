// SPDX-License-Identifier: MIT
// A store taken apart and put together again is the same store; a copy of one in use is a store.
#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "fixture.h"

using namespace contract;

namespace {

std::vector<store::Piece> pieces_of(const store::Store& s) {
  std::vector<store::Piece> pieces;
  s.read([&](const store::Reader& reader) {
    reader.walk([&](store::Piece&& piece) { pieces.push_back(std::move(piece)); });
  });
  return pieces;
}

void restore(const store::Store& s, const std::vector<store::Piece>& pieces, std::size_t at_once) {
  for (std::size_t i = 0; i < pieces.size(); i += at_once) {
    const_cast<store::Store&>(s).write([&](store::Writer& w) {
      for (std::size_t j = i; j < std::min(i + at_once, pieces.size()); ++j) {
        w.restore(pieces[j]);
      }
    });
  }
}

// Something of everything: tickets with and without mail, a mail in two of them, one refused for two recipients, notices in all states.
void fill(const store::Store& s) {
  auto intent = new_mail("first", "one@remote.example", "text", noise(10'000));
  intent.filings[0].ticket.due = at(77);
  intent.filings[0].duplicate_keys = {base::digest("key")};
  intent.filings.push_back(intent.filings[0]);
  intent.filings[1].ticket.queue = "sales";
  intent.filings[1].linked = {0};
  intent.people = {{"r@remote.example", "R", at(3)}};
  intent.tallies = {{{tickets::Counted::Notices, "r@remote.example", std::chrono::hours(1), 0}, {{5, 2, 1}}}};
  for (int i = 0; i < tickets::notice_state_count; ++i) {
    tickets::Notice notice;
    notice.to = "r@remote.example";
    notice.template_name = "created";
    notice.state = static_cast<tickets::NoticeState>(i);
    notice.next_try = at(i);
    intent.filings[0].notices.push_back(notice);
  }
  file(s, intent);
  file(s, new_ticket("second"));
  auto weak = new_mail("third", "two@remote.example", "", "raw");
  weak.keyed_by_message_id = false;
  weak.filings[0].duplicate_keys = {base::digest("other")};
  file(s, weak);
  tickets::Intent refused;
  refused.journal = {full_journal(), full_journal()};
  for (auto& entry : refused.journal) {
    entry.refused = true;
    entry.header_only = false;
  }
  refused.message = store::pack("", noise(5'000, 2));
  refused.journal_has_message = true;
  write(s, refused);
}

}  // namespace

TEST_CASE("taken apart and put together, in one transaction or many") {
  TempStore from;
  fill(*from.store);
  const auto pieces = pieces_of(*from.store);
  REQUIRE(pieces.size() > 10);
  CHECK(std::holds_alternative<store::LastNumbers>(pieces[0]));
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{3}, pieces.size()}) {
    TempStore to;
    restore(*to.store, pieces, at_once);
    CHECK(pieces_of(*to.store) == pieces);
    const auto a = stats(*from.store);
    const auto b = stats(*to.store);
    CHECK(a.messages == b.messages);
    CHECK(a.journal == b.journal);
    CHECK(a.people == b.people);
    CHECK(a.by_status.size() == b.by_status.size());
    CHECK(std::equal(std::begin(a.notices), std::end(a.notices), std::begin(b.notices)));
    CHECK(list(*to.store, {}).size() == list(*from.store, {}).size());
    CHECK(number(file(*to.store, new_ticket("next"))) == 5);
  }
}

TEST_CASE("what was restored is bounded as before") {
  TempStore from;
  fill(*from.store);
  TempStore to;
  restore(*to.store, pieces_of(*from.store), 2);
  bool more = true;
  while (more) {
    to->write([&](store::Writer& w) { more = w.trim_journal({{}, 0, 0}); });
  }
  CHECK(stats(*to.store).journal == 0);
}

TEST_CASE("nothing is restored over what is there") {
  TempStore s;
  file(*s.store, new_ticket("mine"));
  CHECK(kind_of([&] { restore(*s.store, {store::LastNumbers{}}, 1); }) == base::Kind::CannotCreate);
  CHECK(stats(*s.store).by_status.size() == 1);
}

TEST_CASE("a copy of a store in use") {
  TempStore s;
  fill(*s.store);
  Folder folder;
  const std::string copy = folder.path() + "/store";
  std::atomic<bool> stop = false;
  std::thread busy([&] {
    while (!stop) {
      file(*s.store, new_ticket("busy"));
    }
  });
  CHECK_FALSE(kind_of([&] { s->copy_to(copy); }));
  stop = true;
  busy.join();
  CHECK(kind_of([&] { s->copy_to(copy); }) == base::Kind::CannotCreate);
  auto options = options_in(folder.path());
  options.create = false;
  const store::Store copied(options);
  CHECK(raw(copied, tickets::MessageId{1}) == noise(10'000));
  const auto n = number(file(copied, new_ticket("in the copy")));
  CHECK(n >= 5);
  CHECK(list(copied, {{}, {}, nullptr, 1'000'000}).size() == n);
}
