// SPDX-License-Identifier: MIT
// The index beside a store: the best first, but the newest where more match than are weighed.
#include "search/find.h"
#include "search/index.h"

#include <doctest/doctest.h>

#include "fixture.h"

using namespace contract;
using namespace ticketmilter::search;

namespace {

// Tickets with these subjects, each changed a second after the one before it; and their index.
std::string fill(TempStore& s, const std::vector<std::string>& subjects) {
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    write(*s.store, new_ticket(subjects[i], "help", at(1000 + static_cast<std::int64_t>(i))));
  }
  std::string folder = folder_in(s.folder.path());
  REQUIRE(update(folder, *s.store, true) == Update::Current);
  return folder;
}

std::vector<std::uint64_t> numbers(const Found& found) {
  CHECK_FALSE(found.damaged);
  std::vector<std::uint64_t> out;
  for (const auto id : found.tickets) {
    out.push_back(number(id));
  }
  return out;
}

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("where more match than are weighed, the newest are found") {
  TempStore s;
  const std::string folder = fill(s, {"lamp lamp lamp", "red lamp of the stairs", "paper", "a lamp", "the lamp"});
  Wanted wanted;
  wanted.query = "lamp";
  CHECK(numbers(find(folder, *s.store, wanted)).at(0) == 1);
  wanted.weighed = 3;
  wanted.limit = 3;
  CHECK(numbers(find(folder, *s.store, wanted)) == Numbers{5, 4, 2});
  wanted.first = 1;
  CHECK(numbers(find(folder, *s.store, wanted)) == Numbers{4, 2, 1});
  wanted.query = "lamp NOT red";
  wanted.first = 0;
  wanted.weighed = 1;
  CHECK(numbers(find(folder, *s.store, wanted)) == Numbers{5, 4, 1});
}

TEST_CASE("and if those that match are not among the newest, all are weighed") {
  TempStore s;
  std::vector<std::string> subjects(250, "paper");
  std::fill_n(subjects.begin(), 100, "lamp");
  subjects[20] = "lamp lamp lamp";
  const std::string folder = fill(s, subjects);
  Wanted wanted;
  wanted.query = "lamp";
  wanted.weighed = 50;
  wanted.limit = 5;
  const Numbers found = numbers(find(folder, *s.store, wanted));
  REQUIRE(found.size() == 5);
  CHECK(found[0] == 21);
}
