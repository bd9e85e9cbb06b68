// SPDX-License-Identifier: MIT
// What a monitor counts: each mail by what was decided, each commit by the time it took.
#include <doctest/doctest.h>

#include <numeric>

#include "fixture.h"
#include "store/filer.h"

using namespace contract;

namespace {

store::Counters counters(const store::Store& store) {
  store::Counters found;
  store.read([&](const store::Reader& reader) { found = reader.counters(); });
  return found;
}

// "accept human human 2", a line each.
std::string decided(const store::Store& store) {
  std::string text;
  for (const tickets::Decided& d : counters(store).decided) {
    text += d.verdict + ' ' + d.rule + ' ' + d.mail_class + ' ' + std::to_string(d.mails) + '\n';
  }
  return text;
}

tickets::Intent classed(const char* mail_class, const char* rule) {
  tickets::Intent intent = new_mail("x", "", "text", "raw");
  intent.filings[0].entries[0].mail_class = mail_class;
  intent.filings[0].entries[0].rule = rule;
  return intent;
}

tickets::Intent refused(const char* rule) {
  tickets::JournalEntry entry = full_journal();
  entry.verdict = "reject";
  entry.rule = rule;
  entry.mail_class = "human";
  tickets::Intent intent;
  intent.journal = {entry};
  return intent;
}

}  // namespace

TEST_CASE("what was decided is counted by verdict, rule and class") {
  TempStore s;
  CHECK(decided(*s.store).empty());
  write(*s.store, classed("human", "human"));
  write(*s.store, classed("human", "human"));
  write(*s.store, classed("list", "list-1"));
  write(*s.store, refused("unknown-ticket"));
  CHECK(decided(*s.store) == "accept human human 2\naccept list-1 list 1\nreject unknown-ticket human 1\n");
  tickets::Intent twice = classed("human", "human");
  twice.filings.push_back(twice.filings[0]);
  write(*s.store, twice);
  CHECK(decided(*s.store).starts_with("accept human human 3\n"));
  write(*s.store, new_ticket("made at the desk"));
  CHECK(decided(*s.store).starts_with("accept human human 3\n"));
  tickets::Intent others;
  others.decided = {{"tempfail", "limit", "human", 4}};
  CHECK_FALSE(others.empty());
  write(*s.store, others);
  write(*s.store, others);
  CHECK(decided(*s.store).ends_with("tempfail limit human 8\n"));
}

TEST_CASE("a rule with a long name is counted by its beginning, and its entries are found") {
  TempStore s;
  const std::string rule(5000, 'r');
  write(*s.store, refused(rule.c_str()));
  write(*s.store, refused(rule.c_str()));
  CHECK(decided(*s.store) == "reject " + rule.substr(0, 100) + " human 2\n");
}

TEST_CASE("commits are counted by the time they took, but for the last") {
  TempStore s;
  {
    store::Filer filer(*s.store);
    for (int i = 0; i < 5; ++i) {
      filer.file([](store::Writer& w) { w.apply(new_ticket("x")); }, 1000);
    }
  }
  const store::Commits commits = counters(*s.store).commits;
  CHECK(std::accumulate(commits.by_time.begin(), commits.by_time.end(), 0U) == 4);
  CHECK(commits.microseconds >= 4);
}

TEST_CASE("a commit is counted at the lowest bound that holds it") {
  store::Commits commits;
  CHECK(commits.empty());
  for (const int microseconds : {0, 1000, 1001, 5'000'000, 5'000'001}) {
    commits.add(std::chrono::microseconds(microseconds));
  }
  CHECK(commits.by_time == decltype(commits.by_time){2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1});
  CHECK(commits.microseconds == 10'002'003);
}
