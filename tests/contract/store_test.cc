// SPDX-License-Identifier: MIT
// What any engine has to do: values come back as they went in, and what is derived from them stays with them.
#include "store/store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "fixture.h"

using namespace contract;
using tickets::MessageId;
using tickets::Status;
using tickets::TicketId;

namespace {

tickets::Question ask_id(TicketId id) {
  tickets::Question q;
  q.tickets = {id};
  return q;
}

std::vector<std::string> subjects(const std::vector<store::Row>& rows) {
  std::vector<std::string> s;
  for (const auto& row : rows) {
    s.push_back(row.subject);
  }
  return s;
}

using Strings = std::vector<std::string>;

base::Digest digest_of(const char* text) {
  return base::digest(text);
}

}  // namespace

TEST_CASE("every field of ticket, entry, person and journal comes back, also after reopening") {
  TempStore s;
  tickets::Intent intent = new_mail("", "x@remote.example", "text", "raw");
  intent.filings[0].ticket = full_ticket();
  intent.filings[0].entries = {full_entry(), full_entry()};
  intent.filings[0].has_message = {false, true};
  intent.people = {{"r@remote.example", "Röslein", at(12)}, {"s@remote.example", "", at(0)}};
  intent.journal = {full_journal()};
  intent.journal_has_message = true;
  const auto applied = write(*s.store, intent);
  CHECK(applied.tickets == std::vector{TicketId{1}});
  CHECK(applied.last_entries == std::vector<std::uint32_t>{2});
  CHECK(applied.journal == std::vector<std::uint64_t>{1});

  s.reopen();
  s->read([&](const store::Reader& reader) {
    auto ticket = full_ticket();
    ticket.id = TicketId{1};
    ticket.entries = 2;
    CHECK(reader.find_ticket(TicketId{1}) == ticket);
    auto first = full_entry();
    first.id = 1;
    auto second = full_entry();
    second.id = 2;
    second.message = MessageId{1};
    second.raw_size = 3;
    CHECK(reader.entries(TicketId{1}) == std::vector{first, second});
    CHECK(reader.find_entry(TicketId{1}, 2) == second);
    CHECK_FALSE(reader.find_entry(TicketId{1}, 3));
    CHECK_FALSE(reader.find_entry(TicketId{1}, 0));
    CHECK_FALSE(reader.find_ticket(TicketId{2}));
    CHECK(reader.entries(TicketId{2}).empty());
    CHECK(reader.find_person("r@remote.example") == intent.people[0]);
    CHECK(reader.find_person("s@remote.example") == intent.people[1]);
    CHECK_FALSE(reader.find_person("t@remote.example"));
    auto journal = full_journal();
    journal.id = 1;
    journal.message = MessageId{1};
    journal.shared = true;
    CHECK(reader.journal({}) == std::vector{journal});
    CHECK(reader.find_journal(1) == journal);
    CHECK_FALSE(reader.find_journal(2));
    const auto rows = reader.list({});
    REQUIRE(rows.size() == 1);
    const auto& row = rows[0];
    CHECK(row.id == ticket.id);
    CHECK(row.queue == ticket.queue);
    CHECK(row.subject == ticket.subject);
    CHECK(row.status == ticket.status);
    CHECK(row.owner == ticket.owner);
    CHECK(row.requestors == ticket.requestors);
    CHECK(row.cc == ticket.cc);
    CHECK(row.admin_cc == ticket.admin_cc);
    CHECK(row.priority == ticket.priority);
    CHECK(row.created == ticket.created);
    CHECK(row.updated == ticket.updated);
    CHECK(row.due == ticket.due);
    CHECK(row.merged_into == ticket.merged_into);
    CHECK(row.links == ticket.links);
  });
}

TEST_CASE("long and hostile values come back: 100 KB of subject, 20,000 addresses, NUL and bytes that are not UTF-8") {
  TempStore s;
  auto intent = new_mail(std::string(100'000, 'x'), std::string(600, 'm'), "", "r");
  auto& ticket = intent.filings[0].ticket;
  for (int i = 0; i < 20'000; ++i) {
    ticket.cc.push_back("someone" + std::to_string(i) + "@a-long-domain.example");
  }
  ticket.owner = std::string("a\0b\xFF\r\n", 6);
  const auto id = file(*s.store, intent);
  const auto found = find(*s.store, id);
  REQUIRE(found);
  CHECK(found->subject == ticket.subject);
  CHECK(found->cc == ticket.cc);
  CHECK(found->owner == ticket.owner);
  CHECK(list(*s.store, {}).at(0).cc == ticket.cc);
}

TEST_CASE("numbers begin with first_id, are given out once, and do not begin again on reopening") {
  TempStore s;
  s.store.reset();
  std::error_code ignored;
  s.options = options_in(s.folder.path() + "/second");
  s.options.first_id = 5000;
  s.reopen();
  CHECK(file(*s.store, new_ticket("a")) == TicketId{5000});
  s.options.first_id = 1;
  s.reopen();
  CHECK(file(*s.store, new_ticket("b")) == TicketId{5001});
  // Rolled back, so not given out.
  CHECK_THROWS_AS(s->write([](store::Writer& w) {
    w.apply(new_ticket("c"));
    throw std::runtime_error("no");
  }),
                  std::runtime_error);
  CHECK(file(*s.store, new_ticket("d")) == TicketId{5002});
  CHECK_FALSE(find(*s.store, TicketId{5003}));
}

TEST_CASE("N13 tickets of one mail are linked both ways and share its bytes") {
  TempStore s;
  const auto old = file(*s.store, new_ticket("old"));
  auto intent = new_mail("one", "m@x", "text", "raw");
  intent.filings.push_back(intent.filings[0]);
  intent.filings[1].ticket.queue = "sales";
  intent.filings[0].linked = {1};
  intent.filings[1].linked = {0};
  intent.filings[0].linked_ids = {old, TicketId{999}};
  const auto ids = write(*s.store, intent).tickets;
  CHECK(find(*s.store, ids[0])->links == std::vector{ids[1], old});
  CHECK(find(*s.store, ids[1])->links == std::vector{ids[0]});
  CHECK(find(*s.store, old)->links == std::vector{ids[0]});
  for (const auto& row : list(*s.store, {})) {
    CHECK(row.links == find(*s.store, row.id)->links);
  }
  s->read([&](const store::Reader& reader) {
    CHECK(reader.entries(ids[0])[0].message == reader.entries(ids[1])[0].message);
  });
  CHECK(stats(*s.store).messages == 1);
}

TEST_CASE("a changed ticket keeps its history and moves in list and counters") {
  TempStore s;
  const auto id = file(*s.store, new_ticket("a", "help", at(10)));
  auto ticket = *find(*s.store, id);
  ticket.status = Status::Resolved;
  ticket.queue = "sales";
  ticket.updated = at(20);
  const auto applied = write(*s.store, change(ticket));
  CHECK(applied.last_entries == std::vector<std::uint32_t>{2});
  ticket.entries = 2;
  CHECK(find(*s.store, id) == ticket);
  store::ListQuery help;
  help.queues = {"help"};
  CHECK(list(*s.store, help).empty());
  store::ListQuery resolved;
  resolved.queues = {"sales"};
  resolved.statuses = {Status::Resolved};
  CHECK(list(*s.store, resolved).size() == 1);
  const auto counts = stats(*s.store).by_status;
  REQUIRE(counts.size() == 1);
  CHECK(counts[0].queue == "sales");
  CHECK(counts[0].status == Status::Resolved);
  CHECK(counts[0].tickets == 1);
  tickets::Ticket missing;
  missing.id = TicketId{99};
  CHECK(kind_of([&] { write(*s.store, change(missing)); }) == base::Kind::Internal);
}

TEST_CASE("lists are newest first, filtered and limited") {
  TempStore s;
  const char* queues[] = {"help", "sales", "a queue with ünicode"};
  for (int i = 0; i < 30; ++i) {
    auto intent = new_ticket(std::to_string(i), queues[i % 3], at(1000 + (i * 7) % 30));
    intent.filings[0].ticket.status = static_cast<Status>(i % tickets::status_count);
    file(*s.store, intent);
  }
  const auto all = list(*s.store, {});
  CHECK(all.size() == 25);  // not the deleted ones
  CHECK(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.updated > b.updated; }));
  store::ListQuery query;
  query.limit = 3;
  CHECK(subjects(list(*s.store, query)) == Strings{"4", "21", "8"});
  query.queues = {"sales", "no such queue", "sales"};
  query.limit = 50;
  query.statuses = {Status::Deleted, Status::Open, Status::Open};
  for (const auto& row : list(*s.store, query)) {
    CHECK(row.queue == "sales");
  }
  CHECK(list(*s.store, query).size() == 5);
  query = {};
  query.matches = [](const store::Row& row) { return row.subject.size() == 1; };
  CHECK(list(*s.store, query).size() == 9);
  query.limit = 2;
  CHECK(subjects(list(*s.store, query)) == Strings{"4", "8"});
  query.limit = 0;
  CHECK(list(*s.store, query).empty());
  query = {};
  query.queues = {"no such queue"};
  CHECK(list(*s.store, query).empty());
}

TEST_CASE("counters tell tickets by queue and status, and by day for 31 days") {
  TempStore s;
  for (int day = 0; day < 40; ++day) {
    file(*s.store, new_ticket("a", "help", at(day * 86'400 + 5)));
    file(*s.store, new_ticket("b", "sales", at(day * 86'400 + 86'399)));
  }
  auto mail = new_mail("m", "", "only text", "");
  mail.people = {{"p@x", "", at(1)}, {"p@x", "again", at(2)}};
  file(*s.store, mail);
  const auto found = stats(*s.store);
  REQUIRE(found.by_status.size() == 2);
  CHECK(found.by_status[0].tickets == 41);
  CHECK(found.by_status[1].tickets == 40);
  REQUIRE(found.by_day.size() == 62);
  CHECK(found.by_day.front().day == "1970-02-09");
  CHECK(found.by_day.back().day == "1970-01-10");
  CHECK(found.by_day.back().created == 1);
  CHECK(found.messages == 0);  // written at the desk
  CHECK(found.people == 1);
  CHECK(found.bytes_used > 0);
}

TEST_CASE("a person on file stays as it was first written") {
  TempStore s;
  auto intent = new_ticket("a");
  intent.people = {{"p@x", "First", at(1)}};
  write(*s.store, intent);
  intent.people = {{"p@x", "Second", at(2)}};
  write(*s.store, intent);
  s->read([&](const store::Reader& r) { CHECK(r.find_person("p@x")->name == "First"); });
  tickets::Question q;
  q.people = {"q@x", "p@x"};
  const auto people = view(*s.store, q).people;
  REQUIRE(people.size() == 1);
  CHECK(people[0].address == "p@x");
}

TEST_CASE("a view has the tickets asked for, and the survivors of merges") {
  TempStore s;
  for (int i = 0; i < 4; ++i) {
    file(*s.store, new_ticket("t"));
  }
  for (std::uint64_t i = 1; i < 4; ++i) {
    auto ticket = *find(*s.store, TicketId{i});
    ticket.merged_into = TicketId{i + 1};
    write(*s.store, change(ticket));
  }
  auto seen = view(*s.store, ask_id(TicketId{1}));
  CHECK(seen.tickets.size() == 4);
  REQUIRE(seen.survivor(TicketId{1}) != nullptr);
  CHECK(seen.survivor(TicketId{1})->id == TicketId{4});
  CHECK(view(*s.store, ask_id(TicketId{99})).tickets.empty());
  // A ring must not hang anybody.
  auto ticket = *find(*s.store, TicketId{4});
  ticket.merged_into = TicketId{1};
  write(*s.store, change(ticket));
  seen = view(*s.store, ask_id(TicketId{1}));
  CHECK(seen.tickets.size() == 4);
  CHECK(seen.survivor(TicketId{1}) == nullptr);
}

TEST_CASE("N20 a msg-id leads to its tickets, newest first; a long one and an empty one are no trouble") {
  TempStore s;
  const std::string lengthy(600, 'm');
  const auto a = file(*s.store, new_mail("a", lengthy, "", "r"));
  const auto b = file(*s.store, new_mail("b", lengthy, "", "r2"));
  const auto c = file(*s.store, new_mail("c", "c@x", "", "r3"));
  file(*s.store, new_mail("d", "", "", "r4"));
  tickets::Question q;
  q.message_ids = {"c@x", "", "unknown@x", lengthy};
  const auto seen = view(*s.store, q);
  REQUIRE(seen.known_messages.size() == 3);
  CHECK(seen.known_messages[0].ticket == c);
  CHECK(seen.known_messages[1].ticket == b);
  CHECK(seen.known_messages[2].ticket == a);
  CHECK(seen.known_messages[2].message_id == lengthy);
  CHECK(seen.tickets.size() == 3);
  CHECK_FALSE(seen.message_id_seen);
  q = {};
  q.own_message_id = lengthy;
  CHECK(view(*s.store, q).message_id_seen);
  q.own_message_id = "";
  CHECK_FALSE(view(*s.store, q).message_id_seen);
}

TEST_CASE("N10 N11 N12 duplicates are known by their key, whether or not it rests on the msg-id") {
  TempStore s;
  for (const bool keyed : {false, true}) {
    CAPTURE(keyed);
    const std::string message_id = keyed ? "keyed@x" : "free@x";
    auto intent = new_mail("a", message_id, "", "r");
    intent.now = at(5000);
    intent.keyed_by_message_id = keyed;
    intent.filings[0].entries.push_back(intent.filings[0].entries[0]);
    intent.filings[0].has_message = {true, true};
    intent.filings[0].duplicate_keys = {digest_of(keyed ? "k1" : "f1"), digest_of(keyed ? "k2" : "f2")};
    const auto id = file(*s.store, intent);
    tickets::Question q;
    q.own_message_id = message_id;
    q.keyed_by_message_id = keyed;
    q.duplicate_keys = {digest_of("none"), intent.filings[0].duplicate_keys[1], intent.filings[0].duplicate_keys[0]};
    const auto seen = view(*s.store, q);
    CHECK(seen.message_id_seen);
    REQUIRE(seen.duplicates.size() == 2);
    CHECK(seen.duplicates[0].key == intent.filings[0].duplicate_keys[1]);
    CHECK(seen.duplicates[0].ticket == id);
    CHECK(seen.duplicates[0].entry == 2);
    CHECK(seen.duplicates[0].filed == at(5000));
    q.own_message_id = "another@x";
    CHECK(view(*s.store, q).duplicates.size() == (keyed ? 0 : 2));
    q.own_message_id = message_id;
    q.duplicate_keys = {digest_of("another body")};
    CHECK(view(*s.store, q).duplicates.empty());
    q = {};
    q.message_ids = {message_id};
    CHECK(view(*s.store, q).known_messages.size() == 1);
  }
}

TEST_CASE("a duplicate key is found where there was no msg-id, and where no mail was recorded") {
  TempStore s;
  auto nameless = new_mail("a", "", "", "r");
  nameless.filings[0].duplicate_keys = {digest_of("n")};
  auto taken = new_ticket("b");
  taken.message_id = "take@x";
  taken.filings[0].duplicate_keys = {digest_of("t")};
  file(*s.store, nameless);
  file(*s.store, taken);
  tickets::Question q;
  q.duplicate_keys = {digest_of("n"), digest_of("t")};
  CHECK(view(*s.store, q).duplicates.size() == 1);
  q.own_message_id = "take@x";
  REQUIRE(view(*s.store, q).duplicates.size() == 1);
  CHECK(view(*s.store, q).duplicates[0].key == digest_of("t"));
}

TEST_CASE("a msg-id used two thousand times stays cheap, and its duplicates are still found") {
  TempStore s;
  s->write([](store::Writer& writer) {
    for (int i = 0; i < 2000; ++i) {
      auto intent = new_ticket("t");
      intent.message = store::pack("", "r");
      intent.filings[0].has_message = {true};
      intent.message_id = "same@x";
      intent.keyed_by_message_id = true;
      intent.filings[0].duplicate_keys = {base::digest(std::to_string(i))};
      writer.apply(intent);
    }
  });
  tickets::Question q;
  q.own_message_id = "same@x";
  q.message_ids = {"same@x"};
  q.duplicate_keys = {digest_of("0"), digest_of("1999")};
  const auto seen = view(*s.store, q);
  CHECK(seen.duplicates.size() == 2);
  CHECK(seen.known_messages.size() == 1000);
}

TEST_CASE("the journal is newest first, by class and by time") {
  TempStore s;
  tickets::Intent intent;
  for (int i = 0; i < 10; ++i) {
    auto entry = full_journal();
    entry.time = at(10'000 + i * 10'000);
    entry.mail_class = i % 2 == 0 ? "human" : "bounce";
    intent.journal.push_back(entry);
  }
  CHECK(write(*s.store, intent).journal.size() == 10);
  s->read([](const store::Reader& reader) {
    store::JournalQuery q;
    CHECK(reader.journal(q).front().id == 10);
    q.mail_class = "bounce";
    CHECK(reader.journal(q).size() == 5);
    q.since = at(60'000);
    CHECK(reader.journal(q).size() == 3);
    q.limit = 1;
    CHECK(reader.journal(q).at(0).id == 10);
    CHECK_FALSE(reader.read_raw(reader.journal(q)[0].message, [](std::string_view) {}));
  });
  CHECK(stats(*s.store).journal == 10);
}

TEST_CASE("text and raw bytes come back exactly, of every size") {
  TempStore s;
  const std::size_t sizes[] = {0,    1,    1900, 2000, 2100, 3990, 4000,  4010,    4079,    4080,
                               4081, 4096, 4097, 8160, 8161, 8177, 65536, 1 << 20, 20 << 20};
  std::uint64_t seed = 0;
  for (const auto size : sizes) {
    CAPTURE(size);
    const std::pair<std::string, std::string> cases[] = {
        {prose(std::min<std::size_t>(size, 1 << 20)), noise(size, ++seed)},
        {noise(std::min<std::size_t>(size, 1 << 20), ++seed), prose(size)},
        {"", noise(size, ++seed)},
        {prose(size), ""}};
    for (const auto& [t, r] : cases) {
      write(*s.store, new_mail("m", "", t, r));
      const MessageId id{stats(*s.store).by_status.at(0).tickets};
      CHECK((text(*s.store, id) == t));
      CHECK((raw(*s.store, id) == (r.empty() ? std::nullopt : std::optional(r))));
    }
  }
  CHECK_FALSE(text(*s.store, MessageId{}));
  CHECK_FALSE(raw(*s.store, MessageId{999}));
}

TEST_CASE("a mail's text costs next to nothing beside the mail") {
  std::string words;
  for (int i = 0; words.size() < 30'000; ++i) {
    words += std::to_string(i * 7919 % 10'007) + (i % 12 == 0 ? "\n" : " ");
  }
  const auto size = [](const auto& packed) {
    std::size_t n = 0;
    for (const auto& chunk : packed->chunks) {
      n += chunk.size();
    }
    return n;
  };
  CHECK(size(store::pack(words, "Subject: x\r\n\r\n" + words)) < size(store::pack("", words)) + 200);
}

TEST_CASE("a reader sees one moment, whatever is written meanwhile; a writer sees what it wrote") {
  TempStore s;
  const auto id = file(*s.store, new_ticket("before"));
  s->read([&](const store::Reader& reader) {
    CHECK(in_child([&] {
            store::Store other(s.options);
            auto ticket = *find(other, id);
            ticket.subject = "after";
            write(other, change(ticket));
            return std::string();
          }) == "");
    CHECK(reader.find_ticket(id)->subject == "before");
    CHECK(reader.list({}).at(0).subject == "before");
  });
  CHECK(find(*s.store, id)->subject == "after");
  s->write([](store::Writer& writer) {
    const auto mine = writer.apply(new_mail("mine", "mine@x", "t", "r")).tickets[0];
    CHECK(writer.find_ticket(mine)->subject == "mine");
    CHECK(writer.list({}).size() == 2);
    tickets::Question q;
    q.message_ids = {"mine@x"};
    CHECK(writer.view(q).known_messages.size() == 1);
    CHECK(writer.read_text(MessageId{1}, [](std::string_view piece) { CHECK(piece == "t"); }));
    CHECK(writer.stats().by_status.at(0).tickets == 2);
  });
}

TEST_CASE("folder and files are closed to others, whatever the umask") {
  const auto umask = ::umask(0);
  TempStore s;
  ::umask(umask);
  struct stat st {};
  const auto folder = store::Store::folder(s.options.location);
  REQUIRE(::stat(folder.c_str(), &st) == 0);
  CHECK((st.st_mode & 07777) == 02770);
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    REQUIRE(::stat(file.path().c_str(), &st) == 0);
    CHECK((st.st_mode & 07777) == 0660);
  }
  CHECK(store::Store::folder("pg://host") == "");
}

// ---- tallies

namespace {

using tickets::Counted;
using tickets::Tally;
using tickets::TallyId;

TallyId tally_id(const std::string& who = "a@b.example", Counted counted = Counted::NewTickets) {
  return {counted, who, std::chrono::seconds(7200)};
}

tickets::Question ask_tally(const TallyId& id) {
  tickets::Question q;
  q.tallies = {id};
  return q;
}

// A mail of the sender: filed if fewer than three were, as a decision would.
std::function<void(store::Writer&)> limited_mail(const std::string& who, base::Time now, std::atomic<int>& filed) {
  return [=, &filed](store::Writer& writer) {
    Tally tally = writer.view(ask_tally(tally_id(who))).tally(tally_id(who));
    if (tally.used(now) >= 3) {
      return;
    }
    tickets::Intent intent = new_ticket("limited");
    tally.charge(now, 1, 0, 3);
    intent.tallies = {tally};
    writer.apply(intent);
    ++filed;
  };
}

std::vector<Tally> all_tallies(const store::Store& store) {
  std::vector<Tally> all;
  store.read([&](const store::Reader& reader) { all = reader.tallies([](const Tally&) { return true; }, SIZE_MAX); });
  return all;
}

}  // namespace

TEST_CASE("a tally comes back as it was written, under its own id only, also after reopening") {
  TempStore s;
  tickets::Intent intent = new_ticket("first");
  const Tally full{tally_id(), {{1000, 2, 0xdeadbeef}, {1001, 1, 0}}};
  const Tally other{tally_id("a@b.example", Counted::Reopens), {{4'294'967'295, 4'294'967'295, 4'294'967'295}}};
  intent.tallies = {full, other, {tally_id("no@charges.example"), {}}};
  write(*s.store, intent);
  s.reopen();
  CHECK(view(*s.store, ask_tally(full.id)).tally(full.id) == full);
  CHECK(view(*s.store, ask_tally(other.id)).tallies == std::vector{other});
  auto day = full.id;
  day.window = std::chrono::seconds(86400);
  CHECK(view(*s.store, ask_tally(day)).tallies.empty());
  CHECK(view(*s.store, ask_tally(tally_id("b@a.example"))).tally(tally_id("b@a.example")).charges.empty());

  intent = new_ticket("second");
  intent.tallies = {{full.id, {{1002, 9, 0}}}};
  write(*s.store, intent);
  CHECK(view(*s.store, ask_tally(full.id)).tally(full.id).charges == std::vector<tickets::Charge>{{1002, 9, 0}});
  CHECK(all_tallies(*s.store).size() == 3);
  s->read([&](const store::Reader& reader) {
    const auto big = [](const Tally& t) { return !t.charges.empty(); };
    CHECK(reader.tallies(big, SIZE_MAX).size() == 2);
    CHECK(reader.tallies(big, 1).size() == 1);
    CHECK(reader.tallies(big, 0).empty());
  });
}

TEST_CASE("N23 mails of one sender in one batch see each other's charges") {
  TempStore s;
  std::atomic<int> filed = 0;
  const auto body = limited_mail("a@b.example", at(1000), filed);
  const std::vector<const std::function<void(store::Writer&)>*> bodies(10, &body);
  for (const auto& answer : s->write_all(bodies)) {
    CHECK_FALSE(answer);
  }
  CHECK(filed == 3);
  CHECK(list(*s.store, {}).size() == 3);
}

TEST_CASE("what spoils a batch or throws leaves no charge") {
  TempStore s;
  std::atomic<int> filed = 0;
  const auto body = limited_mail("a@b.example", at(1000), filed);
  const std::function<void(store::Writer&)> spoiler = [&](store::Writer& writer) {
    body(writer);
    throw std::runtime_error("after the charge");
  };
  s->write_all({&spoiler, &body, &spoiler, &body});
  CHECK(view(*s.store, ask_tally(tally_id())).tally(tally_id()).used(at(1000)) == 2);
  CHECK(list(*s.store, {}).size() == 2);
}

TEST_CASE("tallies of which nothing counts any more are dropped, a thousand looked at in a transaction") {
  TempStore s;
  constexpr int many = 2500;
  tickets::Intent intent = new_ticket("many");
  for (int i = 0; i < many; ++i) {
    const std::uint32_t time = i % 5 == 0 ? 20'000 : 1000;
    intent.tallies.push_back({tally_id("a" + std::to_string(i) + "@b.example"), {{time, 1, 0}}});
  }
  write(*s.store, intent);
  std::string from;
  int transactions = 0;
  do {
    std::string next;
    s->write([&](store::Writer& writer) { next = writer.drop_passed_tallies(at(20'100), from); });
    from = next;
    ++transactions;
  } while (!from.empty() && transactions < 10);
  CHECK(transactions == 3);
  const auto left = all_tallies(*s.store);
  CHECK(left.size() == many / 5);
  CHECK(std::all_of(left.begin(), left.end(), [](const Tally& t) { return t.charges.at(0).time == 20'000; }));
  s->write([&](store::Writer& writer) { CHECK(writer.drop_passed_tallies(at(90'000), "") == ""); });
  CHECK(all_tallies(*s.store).empty());
  s->write([&](store::Writer& writer) { CHECK(writer.drop_passed_tallies(at(90'000), "") == ""); });
}

TEST_CASE("all people, and tallies that are set right by hand") {
  TempStore s;
  tickets::Intent intent;
  intent.people = {{"a@x.example", "A", at(1)}, {"b@x.example", "B", at(2)}, {"c@x.example", "", at(3)}};
  const tickets::TallyId id{tickets::Counted::Bounces, "a@x.example", std::chrono::hours(1), 0};
  intent.tallies = {{id, {{1000, 2, 0}}}};
  write(*s.store, intent);
  tickets::Intent cleared;
  cleared.tallies = {{id, {}}};
  CHECK_FALSE(cleared.empty());
  write(*s.store, cleared);
  s->read([&](const store::Reader& reader) {
    CHECK(reader.people([](const tickets::Person&) { return true; }, 10).size() == 3);
    CHECK(reader.people([](const tickets::Person&) { return true; }, 2).size() == 2);
    const auto b = reader.people([](const tickets::Person& p) { return p.name == "B"; }, 10);
    REQUIRE(b.size() == 1);
    CHECK(b[0] == intent.people[1]);
    tickets::Question question;
    question.tallies = {id};
    CHECK(reader.view(question).tally(id).used(at(1001)) == 0);
  });
}

TEST_CASE("a notice is found by its number alone") {
  TempStore s;
  tickets::Intent intent = new_ticket("x");
  tickets::Notice notice;
  notice.to = "r@remote.example";
  notice.template_name = "acknowledge";
  intent.filings[0].notices = {notice, notice};
  intent.filings[0].notices[1].state = tickets::NoticeState::Sent;
  write(*s.store, intent);
  s->read([&](const store::Reader& reader) {
    store::OutboxQuery query;
    query.id = 1;
    CHECK(reader.outbox(query).size() == 1);
    query.id = 2;
    CHECK(reader.outbox(query).empty());
    query.states = {tickets::NoticeState::Sent};
    REQUIRE(reader.outbox(query).size() == 1);
    CHECK(reader.outbox(query)[0].id == 2);
  });
}
