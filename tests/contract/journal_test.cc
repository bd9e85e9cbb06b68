// SPDX-License-Identifier: MIT
// The journal keeps what was promised, for as long as was promised, and no more of the rest than its bounds allow, however fast it comes.
#include <doctest/doctest.h>

#include <filesystem>

#include "fixture.h"
#include "intake/journal.h"

using namespace contract;
namespace intake = ticketmilter::intake;
using tickets::MessageId;

namespace {

// One mail that the client saw refused, with its mail when raw is not empty.
tickets::Intent refused(const std::string& raw, base::Time time = at(1000)) {
  tickets::JournalEntry entry;
  entry.time = time;
  entry.rule = "right-create";
  entry.verdict = "reject";
  entry.sender = "<r@remote.example>";
  entry.recipients = {"<help@tickets.example>"};
  entry.refused = true;
  tickets::Intent intent;
  intent.journal = {entry};
  intent.journal_has_message = !raw.empty();
  intent.message = raw.empty() ? nullptr : store::pack("", raw);
  return intent;
}

// The same behind a 250.
tickets::Intent kept(const std::string& raw, base::Time time = at(1000)) {
  auto intent = refused(raw, time);
  intent.journal[0].refused = false;
  intent.journal[0].verdict = "journal";
  return intent;
}

store::JournalBounds bounds(base::Time since, std::uint64_t content, std::uint64_t entries) {
  return {since, content, entries};
}
constexpr std::uint64_t any = 1ULL << 40;

void trim(const store::Store& s, const store::JournalBounds& within) {
  bool more = true;
  for (int i = 0; more; ++i) {
    REQUIRE(i < 10'000);
    const_cast<store::Store&>(s).write([&](store::Writer& w) { more = w.trim_journal(within); });
  }
}

std::vector<tickets::JournalEntry> journal(const store::Store& s) {
  std::vector<tickets::JournalEntry> entries;
  s.read([&](const store::Reader& reader) {
    store::JournalQuery query;
    query.limit = 1'000'000;
    entries = reader.journal(query);
  });
  return entries;
}

// Numbers of the entries, newest first, and of those that have their mail.
std::vector<std::uint64_t> ids(const store::Store& s, bool with_message = false) {
  std::vector<std::uint64_t> out;
  for (const auto& entry : journal(s)) {
    if (!with_message || entry.message != MessageId{}) {
      out.push_back(entry.id);
    }
  }
  return out;
}

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("the journal forgets what is older than its time, with the mail") {
  TempStore s;
  for (int i = 1; i <= 5; ++i) {
    write(*s.store, i % 2 == 0 ? kept(noise(10'000), at(i * 1000)) : refused("", at(i * 1000)));
  }
  const auto old = journal(*s.store).at(3).message;
  trim(*s.store, bounds(at(3000), any, any));
  CHECK(ids(*s.store) == Ids{5, 4, 3});
  CHECK_FALSE(raw(*s.store, old));
  trim(*s.store, bounds(at(9000), any, any));
  CHECK(ids(*s.store).empty());
  CHECK(stats(*s.store).messages == 0);
  CHECK(write(*s.store, kept("again")).journal == Ids{6});
}

TEST_CASE("of what the client saw refused, the oldest content goes first, and the entries stay") {
  TempStore s;
  write(*s.store, kept(noise(50'000)));
  for (int i = 0; i < 4; ++i) {
    write(*s.store, refused(noise(10'000, 7)));
  }
  trim(*s.store, bounds({}, 25'000, any));
  CHECK(ids(*s.store) == Ids{5, 4, 3, 2, 1});
  CHECK(ids(*s.store, true) == Ids{5, 4, 1});
  write(*s.store, refused(noise(10'000)));
  trim(*s.store, bounds({}, 25'000, any));
  CHECK(ids(*s.store, true) == Ids{6, 5, 1});
  trim(*s.store, bounds({}, 0, any));
  CHECK(ids(*s.store, true) == Ids{1});
  CHECK(raw(*s.store, journal(*s.store).back().message) == noise(50'000));
}

TEST_CASE("of a mail that had to go the header stays, and is counted no more") {
  TempStore s;
  const std::string header = "From: a@b.example\r\nSubject: x\r\n";
  write(*s.store, refused(header + "\r\n" + noise(20'000)));
  trim(*s.store, bounds({}, 1'000, any));
  auto entries = journal(*s.store);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].header_only);
  CHECK(entries[0].content == 0);
  CHECK(raw(*s.store, entries[0].message) == header);
  trim(*s.store, bounds({}, 0, any));
  CHECK(journal(*s.store) == entries);
  trim(*s.store, bounds({}, 0, 0));
  CHECK_FALSE(raw(*s.store, entries[0].message));
  {
    store::Filer filer(*s.store);
    intake::Journal behind(filer, [] { return bounds({}, 5'000, 100); });
    auto large = refused(header + "\r\n" + noise(20'000));
    behind.add(large.journal, large.message, header + "\r\nbody");
    behind.add(large.journal, nullptr, header + "\r\nbeginning of one too large");
  }
  entries = journal(*s.store);
  REQUIRE(entries.size() == 2);
  for (const auto& entry : entries) {
    CHECK(entry.header_only);
    CHECK(raw(*s.store, entry.message) == header);
  }
}

TEST_CASE("of what the client saw refused, so many entries are kept; what was answered 250 stays") {
  TempStore s;
  for (int i = 1; i <= 9; ++i) {
    write(*s.store, i % 3 == 0 ? kept("k") : refused(i % 2 == 0 ? "r" : ""));
  }
  trim(*s.store, bounds({}, any, 2));
  CHECK(ids(*s.store) == Ids{9, 8, 7, 6, 3});
  s.reopen();
  write(*s.store, refused("r"));
  trim(*s.store, bounds({}, any, 2));
  CHECK(ids(*s.store) == Ids{10, 9, 8, 6, 3});
  trim(*s.store, bounds({}, any, 0));
  CHECK(ids(*s.store) == Ids{9, 6, 3});
  CHECK(ids(*s.store, true) == Ids{9, 6, 3});
}

TEST_CASE("a mail that several entries have goes with the last of them") {
  TempStore s;
  auto intent = refused("one mail, two queues");
  intent.journal.push_back(intent.journal[0]);
  write(*s.store, intent);
  const auto message = journal(*s.store)[0].message;
  trim(*s.store, bounds({}, any, 1));
  CHECK(ids(*s.store) == Ids{2});
  CHECK(raw(*s.store, message) == "one mail, two queues");
  trim(*s.store, bounds({}, 0, 1));
  CHECK(ids(*s.store, true).empty());
  CHECK_FALSE(raw(*s.store, message));
  write(*s.store, intent);
  const auto again = journal(*s.store)[0].message;
  trim(*s.store, bounds({}, 0, any));
  CHECK(ids(*s.store, true).empty());
  CHECK_FALSE(raw(*s.store, again));
}

TEST_CASE("a mail that is a ticket's, too, outlives its entry") {
  TempStore s;
  auto intent = new_mail("filed for one, journaled for another", "m@x", "text", "raw");
  intent.journal = {full_journal()};
  intent.journal[0].imported = {};
  intent.journal_has_message = true;
  write(*s.store, intent);
  const auto message = journal(*s.store)[0].message;
  trim(*s.store, bounds({}, 0, any));
  trim(*s.store, bounds(at(1'000'000), 0, 0));
  CHECK(ids(*s.store).empty());
  CHECK(raw(*s.store, message) == "raw");
  CHECK(stats(*s.store).messages == 1);
}

TEST_CASE("an imported entry names its ticket and gives its mail away") {
  TempStore s;
  write(*s.store, refused("the mail"));
  const auto message = journal(*s.store)[0].message;
  auto intent = new_mail("after all", "m@x", "text", "the mail");
  intent.imported = 1;
  const auto ticket = file(*s.store, intent);
  const auto entry = journal(*s.store).at(0);
  CHECK(entry.imported == ticket);
  CHECK(entry.message == MessageId{});
  CHECK(entry.sender == "<r@remote.example>");
  CHECK_FALSE(raw(*s.store, message));
  trim(*s.store, bounds({}, any, 0));
  CHECK(ids(*s.store).empty());
}

TEST_CASE("a mail of several entries stays for those that are not imported") {
  TempStore s;
  auto intent = refused("one mail, three queues");
  intent.journal.resize(3, intent.journal[0]);
  write(*s.store, intent);
  const auto message = journal(*s.store)[0].message;
  for (const std::uint64_t imported : {2, 1}) {
    auto mail = new_mail("after all", std::to_string(imported) + "@x", "text", "one mail, three queues");
    mail.imported = imported;
    write(*s.store, mail);
    CHECK(raw(*s.store, message) == "one mail, three queues");
    CHECK(checks(*s.store));
  }
  CHECK(ids(*s.store, true) == Ids{3});
  trim(*s.store, bounds({}, any, 0));
  CHECK_FALSE(raw(*s.store, message));
  CHECK(checks(*s.store));
}

TEST_CASE("trimming goes in small steps") {
  TempStore s;
  for (int i = 0; i < 3; ++i) {
    write(*s.store, refused(noise(3 << 20)));
  }
  bool more = false;
  s->write([&](store::Writer& w) { more = w.trim_journal(bounds({}, 0, any)); });
  CHECK(more);
  CHECK(ids(*s.store, true) == Ids{3, 2});
  s->write([&](store::Writer& w) { more = w.trim_journal(bounds({}, any, any)); });
  CHECK_FALSE(more);
}

TEST_CASE("a flood of refusals is written behind intake's back and stays within bounds") {
  TempStore s;
  constexpr std::size_t flood = 6000;
  constexpr std::size_t most = 500;
  constexpr std::uint64_t content = 200'000;
  std::uint64_t early = 0;
  {
    store::Filer filer(*s.store);
    intake::Journal behind(filer, [] { return bounds({}, content, most); });
    for (std::size_t i = 0; i < flood; ++i) {
      auto intent = refused(i % 4 == 0 ? noise(3000, i) : "");
      intent.journal[0].subject = std::string(5000, 'x');
      behind.add(intent.journal, intent.message, "");
      if (i == flood / 2) {
        early = stats(*s.store).bytes_used;
      }
      if (i % 1000 == 0) {
        filer.file([&](store::Writer& w) { w.apply(new_ticket("meanwhile")); }, 1);
      }
    }
  }
  const auto entries = journal(*s.store);
  CHECK(entries.size() == most);
  CHECK(entries.front().id == flood);
  std::uint64_t kept_bytes = 0;
  for (const auto& entry : entries) {
    kept_bytes += entry.content;
    CHECK(entry.subject.size() <= 1000);
  }
  CHECK(kept_bytes <= content);
  CHECK(kept_bytes > content / 2);
  CHECK(list(*s.store, {}).size() == 6);
  CHECK(stats(*s.store).bytes_used < early + (20 << 20));
}

TEST_CASE("a refusal larger than all that may be kept leaves its entry only") {
  TempStore s;
  {
    store::Filer filer(*s.store);
    intake::Journal behind(filer, [] { return bounds({}, 50'000, 100); });
    auto intent = refused(noise(100'000));
    intent.journal[0].recipients.assign(1000, "<help@tickets.example>");
    behind.add(intent.journal, intent.message, "");
  }
  CHECK(ids(*s.store) == Ids{1});
  CHECK(ids(*s.store, true).empty());
  CHECK(journal(*s.store)[0].recipients.size() < 50);
}
