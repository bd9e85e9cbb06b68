// SPDX-License-Identifier: MIT
// What goes for good is gone, with its messages, and nothing that others have goes with it.
#include <doctest/doctest.h>

#include "fixture.h"

using namespace contract;
using tickets::MessageId;
using tickets::TicketId;

namespace {

store::StoredTicket stored(const store::Store& s, TicketId id) {
  store::StoredTicket out;
  s.read([&](const store::Reader& reader) { out = {reader.find_ticket(id).value(), reader.entries(id)}; });
  return out;
}

void purge(store::Store& s, TicketId id) {
  s.write([&](store::Writer& writer) { writer.purge(id); });
}

// A mail whose ticket has this status since second 1000.
tickets::Intent mail_of(tickets::Status status, const std::string& message_id, std::string_view raw = "raw bytes") {
  auto intent = new_mail("x", message_id, "text", raw);
  intent.filings[0].ticket.status = status;
  return intent;
}

// In as many steps as it takes.
void drop_old_raw(store::Store& s, base::Time before) {
  std::string from;
  do {
    s.write([&](store::Writer& writer) { from = writer.drop_old_raw(before, from); });
  } while (!from.empty());
}

// One mail in two tickets.
tickets::Intent twice(const std::string& message_id) {
  auto intent = new_mail("twice", message_id, "text", "raw bytes");
  intent.filings.push_back(intent.filings[0]);
  intent.filings[1].linked = {0};
  return intent;
}

}  // namespace

TEST_CASE("a purged ticket leaves nothing but its number") {
  TempStore s;
  auto intent = new_mail("gone", "one@remote.example", "text", "raw bytes");
  intent.filings[0].duplicate_keys = {base::digest("key")};
  tickets::Notice notice;
  notice.to = "r@remote.example";
  intent.filings[0].notices = {notice};
  const TicketId id = file(*s.store, intent);
  const TicketId other = file(*s.store, new_ticket("stays"));
  auto linked = change(find(*s.store, other).value());
  linked.filings[0].linked_ids = {id};
  write(*s.store, linked);
  purge(*s.store, id);
  CHECK_FALSE(find(*s.store, id));
  CHECK_FALSE(raw(*s.store, MessageId{1}));
  CHECK(find(*s.store, other)->links.empty());
  CHECK(list(*s.store, {}).size() == 1);
  CHECK(stats(*s.store).messages == 0);
  CHECK(stats(*s.store).notices[0] == 0);
  REQUIRE(stats(*s.store).by_status.size() == 1);
  CHECK(stats(*s.store).by_status[0].tickets == 1);
  tickets::Question question;
  question.message_ids = {"one@remote.example"};
  question.own_message_id = "one@remote.example";
  CHECK(view(*s.store, question).known_messages.empty());
  CHECK_FALSE(view(*s.store, question).message_id_seen);
  CHECK(number(file(*s.store, new_ticket("next"))) == 3);
  purge(*s.store, id);  // again: nothing to do
  s.reopen();
  CHECK_FALSE(find(*s.store, id));
}

TEST_CASE("a message that another ticket has stays until that goes, with a msg-id and without") {
  for (const char* message_id : {"one@remote.example", ""}) {
    TempStore s;
    const auto ids = write(*s.store, twice(message_id)).tickets;
    purge(*s.store, ids[0]);
    CHECK(raw(*s.store, MessageId{1}) == "raw bytes");
    CHECK(stats(*s.store).messages == 1);
    CHECK(find(*s.store, ids[1])->links.empty());
    purge(*s.store, ids[1]);
    CHECK_FALSE(raw(*s.store, MessageId{1}));
    CHECK(stats(*s.store).messages == 0);
  }
}

TEST_CASE("a message that another ticket has stays, however many have its msg-id") {
  TempStore s;
  auto intent = twice("same@remote.example");
  intent.keyed_by_message_id = true;
  for (auto& filing : intent.filings) {
    filing.duplicate_keys = {base::digest("key")};  // comes after those without
  }
  const auto ids = write(*s.store, intent).tickets;
  s->write([&](store::Writer& writer) {
    for (int i = 0; i < 1001; ++i) {
      writer.apply(new_mail("newer", "same@remote.example", "text", "raw"));
    }
  });
  purge(*s.store, ids[0]);
  CHECK(raw(*s.store, MessageId{1}) == "raw bytes");
  CHECK(checks(*s.store));
}

TEST_CASE("a ticket rewritten, and the message that none of its entries has any more") {
  TempStore s;
  const TicketId id = file(*s.store, new_mail("old", "one@remote.example", "text", "raw bytes"));
  auto ticket = stored(*s.store, id);
  ticket.ticket.subject = "new";
  ticket.ticket.queue = "sales";
  s->write([&](store::Writer& writer) { writer.rewrite(ticket); });
  CHECK(raw(*s.store, MessageId{1}) == "raw bytes");
  CHECK(list(*s.store, {}).at(0).subject == "new");
  CHECK(list(*s.store, {}).at(0).queue == "sales");
  ticket.entries[0].message = {};
  ticket.entries[0].raw_size = 0;
  s->write([&](store::Writer& writer) { writer.rewrite(ticket); });
  CHECK(stored(*s.store, id) == ticket);
  CHECK_FALSE(raw(*s.store, MessageId{1}));
  CHECK(stats(*s.store).messages == 0);
  ticket.entries.clear();
  CHECK(kind_of([&] { s->write([&](store::Writer& writer) { writer.rewrite(ticket); }); }) == base::Kind::Internal);
}

TEST_CASE("people, tallies and entries of the journal are taken away") {
  TempStore s;
  auto intent = new_ticket("x");
  intent.people = {{"r@remote.example", "R", at(3)}};
  for (const char* who : {"r@remote.example", "s@remote.example"}) {
    for (const auto counted : {tickets::Counted::Notices, tickets::Counted::Bounces}) {
      intent.tallies.push_back({{counted, who, std::chrono::hours(1), 0}, {{5, 2, 1}}});
    }
  }
  intent.journal = {full_journal(), full_journal()};
  intent.message = store::pack("", "refused");
  intent.journal_has_message = true;
  file(*s.store, intent);
  s->write([&](store::Writer& writer) {
    writer.put_person({"r@remote.example", "Rita", at(3)});
    writer.put_person({"t@remote.example", "T", at(4)});
    writer.remove_tallies("r@remote.example");
    writer.remove_journal(1);
  });
  CHECK(stats(*s.store).people == 2);
  CHECK(raw(*s.store, MessageId{1}) == "refused");
  s->read([&](const store::Reader& reader) {
    CHECK(reader.find_person("r@remote.example")->name == "Rita");
    CHECK(reader.tallies([](const auto&) { return true; }, 10).size() == 2);
    CHECK(reader.journal({}).size() == 1);
  });
  s->write([&](store::Writer& writer) {
    writer.remove_person("r@remote.example");
    writer.remove_person("nobody@remote.example");
    writer.remove_journal(2);
    writer.remove_journal(99);
  });
  CHECK(stats(*s.store).people == 1);
  CHECK(stats(*s.store).journal == 0);
  CHECK_FALSE(raw(*s.store, MessageId{1}));
}

TEST_CASE("of tickets closed long ago the raw bytes go, text and history stay") {
  using enum tickets::Status;
  const std::string large = noise(100'000);
  for (const auto status : tickets::all_statuses()) {
    const bool closed = status == Resolved || status == Rejected || status == Deleted;
    CAPTURE(tickets::name(status));
    TempStore s;
    const TicketId id = file(*s.store, mail_of(status, "one@remote.example", large));
    const auto before = stored(*s.store, id);
    drop_old_raw(*s.store, at(1000));  // not older
    CHECK(raw(*s.store, MessageId{1}) == large);
    drop_old_raw(*s.store, at(1001));
    CHECK(raw(*s.store, MessageId{1}) == (closed ? std::nullopt : std::optional(large)));
    CHECK(text(*s.store, MessageId{1}) == "text");
    CHECK(stats(*s.store).messages == (closed ? 0 : 1));
    auto expected = before;
    expected.entries[0].raw_size = closed ? 0 : large.size();
    CHECK(stored(*s.store, id) == expected);
    tickets::Question question;
    question.message_ids = {"one@remote.example"};
    CHECK(view(*s.store, question).known_messages.size() == 1);
    drop_old_raw(*s.store, at(1001));  // again: nothing to do
    CHECK(stats(*s.store).messages == (closed ? 0 : 1));
    CHECK(checks(*s.store));
    purge(*s.store, id);
    CHECK(stats(*s.store).messages == 0);
    CHECK(checks(*s.store));
  }
}

TEST_CASE("a mail keeps its raw bytes while another of its tickets wants them") {
  using enum tickets::Status;
  TempStore s;
  auto intent = twice("one@remote.example");
  intent.filings[0].ticket.status = Resolved;
  const auto ids = write(*s.store, intent).tickets;
  drop_old_raw(*s.store, at(2000));
  CHECK(raw(*s.store, MessageId{1}) == "raw bytes");
  auto closed = change(find(*s.store, ids[1]).value());
  closed.filings[0].ticket.status = Resolved;
  write(*s.store, closed);
  drop_old_raw(*s.store, at(2000));
  CHECK_FALSE(raw(*s.store, MessageId{1}));
  CHECK(stored(*s.store, ids[0]).entries[0].raw_size == 0);
  CHECK(stored(*s.store, ids[1]).entries[0].raw_size == 0);
  CHECK(stats(*s.store).messages == 0);
  CHECK(checks(*s.store));
}

TEST_CASE("so it does without a msg-id, under one that very many have, and merged into a ticket that is open") {
  using enum tickets::Status;
  TempStore s;
  file(*s.store, mail_of(Resolved, ""));
  for (int i = 0; i < 101; ++i) {
    file(*s.store, mail_of(Resolved, "same@remote.example"));
  }
  auto merged = mail_of(Resolved, "merged@remote.example");
  const TicketId open = file(*s.store, mail_of(Open, "open@remote.example"));
  merged.filings[0].ticket.merged_into = open;
  file(*s.store, merged);
  drop_old_raw(*s.store, at(2000));
  CHECK(stats(*s.store).messages == 104);
  auto closed = change(find(*s.store, open).value());
  closed.filings[0].ticket.status = Rejected;
  write(*s.store, closed);
  drop_old_raw(*s.store, at(2000));
  CHECK(stats(*s.store).messages == 102);
  CHECK(checks(*s.store));
}

TEST_CASE("old raw bytes of many tickets go in small steps, over queues and past what is young or open") {
  using enum tickets::Status;
  TempStore s;
  for (int i = 0; i < 600; ++i) {
    auto intent = mail_of(i % 3 == 0 ? Open : Resolved, std::to_string(i) + "@remote.example");
    intent.filings[0].ticket.queue = i % 2 == 0 ? "help" : "sales";
    intent.filings[0].ticket.updated = at(i % 5 == 0 ? 3000 : 1000);
    file(*s.store, intent);
  }
  std::string from;
  std::vector<std::uint64_t> left;
  do {
    s->write([&](store::Writer& writer) { from = writer.drop_old_raw(at(2000), from); });
    left.push_back(stats(*s.store).messages);
  } while (!from.empty());
  CHECK(left.size() == 10);
  CHECK(left.front() > left.back());
  CHECK(left.back() == 280);  // of 600: 200 open, of the other 400 80 young
  CHECK(checks(*s.store));
}

TEST_CASE("a mail that the journal has, too, goes with its ticket") {
  TempStore s;
  auto intent = new_mail("x", "one@remote.example", "text", "raw bytes");
  intent.journal = {full_journal()};
  intent.journal_has_message = true;
  const TicketId id = file(*s.store, intent);
  CHECK(checks(*s.store));
  purge(*s.store, id);
  CHECK(checks(*s.store));
}
