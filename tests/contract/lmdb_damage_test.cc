// SPDX-License-Identifier: MIT
// What the LMDB engine makes of a store that is damaged, or another version's: an Error that says so, never a crash, never wrong values taken for
// right. The only test that goes behind store.h, as it has to do the damage.
#include <doctest/doctest.h>
#include <lmdb.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "fixture.h"

using namespace contract;
using base::Kind;

namespace {

const char* const tables[] = {"meta", "ticket", "list", "body", "msgid", "person", "count", "journal"};

// The store's file without the store.
class Raw {
 public:
  explicit Raw(const store::Options& options) {
    ok(mdb_env_create(&env_));
    ok(mdb_env_set_maxdbs(env_, 10));
    ok(mdb_env_set_mapsize(env_, options.max_size));
    ok(mdb_env_open(env_, store::Store::folder(options.location).c_str(), MDB_NOSYNC, 0640));
    ok(mdb_txn_begin(env_, nullptr, 0, &txn_));
  }
  ~Raw() {
    mdb_txn_commit(txn_);
    mdb_env_close(env_);
  }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  // Every key and value of a table.
  std::vector<std::pair<std::string, std::string>> all(const char* table) {
    std::vector<std::pair<std::string, std::string>> found;
    MDB_cursor* cursor = nullptr;
    ok(mdb_cursor_open(txn_, open(table), &cursor));
    MDB_val k, v;
    while (mdb_cursor_get(cursor, &k, &v, MDB_NEXT) == 0) {
      found.emplace_back(std::string(static_cast<char*>(k.mv_data), k.mv_size),
                         std::string(static_cast<char*>(v.mv_data), v.mv_size));
    }
    mdb_cursor_close(cursor);
    return found;
  }
  void put(const char* table, const std::string& key, const std::string& value) {
    MDB_val k{key.size(), const_cast<char*>(key.data())};
    MDB_val v{value.size(), const_cast<char*>(value.data())};
    if (std::strcmp(table, "msgid") == 0) {
      mdb_del(txn_, open(table), &k, nullptr);
    }
    ok(mdb_put(txn_, open(table), &k, &v, 0));
  }
  void remove(const char* table, const std::string& key) {
    MDB_val k{key.size(), const_cast<char*>(key.data())};
    ok(mdb_del(txn_, open(table), &k, nullptr));
  }

 private:
  static void ok(int rc) { REQUIRE(rc == 0); }
  MDB_dbi open(const char* table) {
    MDB_dbi dbi = 0;
    ok(mdb_dbi_open(txn_, table, 0, &dbi));
    return dbi;
  }
  MDB_env* env_ = nullptr;
  MDB_txn* txn_ = nullptr;
};

tickets::Intent everything() {
  auto intent = new_mail("s", "x@x", prose(300), noise(9000));
  intent.filings[0].ticket = full_ticket();
  intent.filings[0].ticket.merged_into = {};
  intent.filings[0].entries = {full_entry()};
  intent.filings[0].duplicate_keys = {base::digest("k")};
  intent.people = {{"p@x", "P", at(1)}};
  intent.journal = {full_journal()};
  return intent;
}

// Looks at all there is; the first Error of each look, "" where there is none.
std::vector<std::string> look(const store::Options& options) {
  std::vector<std::string> errors;
  const auto attempt = [&](const std::function<void()>& what) {
    try {
      what();
      errors.emplace_back();
    } catch (const base::Error& e) {
      errors.emplace_back(e.what());
    }
  };
  attempt([&] {
    store::Store s(options);
    s.read([&](const store::Reader& r) {
      const tickets::TicketId ticket{1};
      const tickets::MessageId message{1};
      const auto ignore = [](std::string_view) {};
      tickets::Question q;
      q.tickets = {ticket};
      q.message_ids = {"x@x"};
      q.own_message_id = "x@x";
      q.duplicate_keys = {base::digest("k")};
      q.people = {"p@x"};
      attempt([&] { r.view(q); });
      attempt([&] { r.find_ticket(ticket); });
      attempt([&] { r.entries(ticket); });
      attempt([&] { r.list({}); });
      attempt([&] { r.find_person("p@x"); });
      attempt([&] { r.journal({}); });
      attempt([&] { r.read_text(message, ignore); });
      attempt([&] { r.read_raw(message, ignore); });
      attempt([&] { r.stats(); });
      attempt([&] { r.check(true); });
    });
    attempt([&] { write(s, new_mail("new", "x@x", "t", "r")); });
  });
  return errors;
}

bool any(const std::vector<std::string>& errors) {
  for (const auto& error : errors) {
    if (!error.empty()) {
      return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("a store of another schema version is refused, both versions named") {
  TempStore s;
  s.store.reset();
  Raw(s.options).put("meta", "\x01", std::string("\0\0\0\0\0\0\0\x63", 8));
  std::string said;
  try {
    s.reopen();
  } catch (const base::Error& e) {
    CHECK(e.kind() == Kind::Config);
    said = e.what();
  }
  CHECK(said.find("version 99") != std::string::npos);
  CHECK(said.find("version 1") != std::string::npos);
}

TEST_CASE("a file that is no store is refused") {
  TempStore s;
  s.store.reset();
  const auto file = store::Store::folder(s.options.location) + "/data.mdb";
  REQUIRE(::truncate(file.c_str(), 0) == 0);
  REQUIRE(::truncate(file.c_str(), 16384) == 0);
  CHECK(kind_of([&] { s.reopen(); }) == Kind::Config);
}

TEST_CASE("damaged records are found out and named; none crashes, whichever byte is wrong") {
  TempStore s;
  write(*s.store, everything());
  s.store.reset();
  for (const char* table : tables) {
    const auto records = Raw(s.options).all(table);
    for (std::size_t n = 0; n < records.size() && n < 6; ++n) {
      CAPTURE(table);
      CAPTURE(n);
      const auto& [key, value] = records[n];
      std::vector<std::string> variants;
      if (std::strcmp(table, "msgid") != 0) {
        variants = {"", value.substr(0, value.size() / 2), value.substr(0, value.size() - 1),
                    std::string(value.size(), '\xFF')};
      }
      const std::size_t step = value.size() > 1000 ? 997 : 7;
      for (std::size_t i = 0; i < value.size(); i += step) {
        variants.push_back(value);
        variants.back()[i] = static_cast<char>(~variants.back()[i]);
      }
      for (const auto& variant : variants) {
        Raw(s.options).put(table, key, variant);
        look(s.options);
      }
      Raw(s.options).put(table, key, value);
    }
  }
  const auto key = std::string("\0\0\0\0\0\0\0\x01\0\0\0\0", 12);
  Raw(s.options).put("ticket", key, "rubbish");
  const auto errors = look(s.options);
  CHECK(errors.at(0).find("000000000000000100000000") != std::string::npos);
}

TEST_CASE("a body with a piece missing or wrong is found out") {
  TempStore s;
  write(*s.store, everything());
  s.store.reset();
  const auto pieces = Raw(s.options).all("body");
  REQUIRE(pieces.size() > 3);
  for (std::size_t n = 0; n < pieces.size(); ++n) {
    CAPTURE(n);
    Raw(s.options).remove("body", pieces[n].first);
    const bool found_out = any(look(s.options));
    CHECK(found_out == (n > 0));  // without its head it is not there at all
    Raw(s.options).put("body", pieces[n].first, pieces[n].second);
  }
  auto wrong = pieces[2].second;
  wrong[1000] ^= 1;
  Raw(s.options).put("body", pieces[2].first, wrong);
  CHECK(any(look(s.options)));
}

namespace {

std::vector<std::string> check(const store::Options& options) {
  store::Store s(options);
  std::vector<std::string> findings;
  s.read([&](const store::Reader& r) { findings = r.check(true); });
  return findings;
}

// Two linked tickets, one with a notice, mail refused and mail journaled.
void fill(store::Store& s) {
  auto intent = new_mail("s", "x@x", prose(300), noise(9000));
  tickets::Notice notice;
  notice.to = "r@remote.example";
  notice.template_name = "acknowledge";
  intent.filings[0].notices = {notice};
  intent.people = {{"p@x", "P", at(1)}};
  write(s, intent);
  auto linked = new_ticket("t");
  linked.filings[0].linked_ids = {tickets::TicketId{1}};
  write(s, linked);
  tickets::Intent refused;
  refused.now = at(2000);
  refused.journal = {full_journal()};
  refused.journal[0].refused = true;
  refused.journal[0].header_only = false;
  refused.journal_has_message = true;
  refused.message = store::pack("", noise(5000, 2));
  write(s, refused);
}

}  // namespace

TEST_CASE("a check finds nothing in a sound store, and misses no record that is gone") {
  TempStore s;
  fill(*s.store);
  s.store.reset();
  CHECK(check(s.options) == std::vector<std::string>{});
  for (const char* table : {"ticket", "list", "body", "outbox", "journal"}) {
    for (const auto& [key, value] : Raw(s.options).all(table)) {
      CAPTURE(table);
      CAPTURE(base::hex(reinterpret_cast<const std::uint8_t*>(key.data()), key.size()));
      Raw(s.options).remove(table, key);
      CHECK_FALSE(check(s.options).empty());
      Raw(s.options).put(table, key, value);
    }
  }
  CHECK(check(s.options) == std::vector<std::string>{});
}

TEST_CASE("a check finds counters that are wrong, and a byte of a mail") {
  TempStore s;
  fill(*s.store);
  s.store.reset();
  for (const auto& [key, value] : Raw(s.options).all("count")) {
    if (key[0] == '\x01') {
      Raw(s.options).put("count", key, std::string("\0\0\0\0\0\0\0\x09", 8));
      CHECK(check(s.options).size() == 1);
      Raw(s.options).put("count", key, value);
    }
  }
  const auto pieces = Raw(s.options).all("body");
  auto wrong = pieces.back().second;
  wrong[wrong.size() / 2] ^= 1;
  Raw(s.options).put("body", pieces.back().first, wrong);
  CHECK(check(s.options).size() == 1);
}
