// SPDX-License-Identifier: MIT
// All tallies and all people, for who looks at them, and for who clears away. Those that a message needs are in its View.
#include "store/lmdb/transaction.h"

namespace ticketmilter::store::lmdb {
namespace {

constexpr std::string_view lowest("\0", 1);  // LMDB takes no empty key

}  // namespace

template <class Value>
std::vector<Value> Transaction::all_of(Table table, Value (*decode)(std::string_view, std::string_view),
                                       const std::function<bool(const Value&)>& matches, std::size_t limit) const {
  std::vector<Value> found;
  Cursor cursor(txn_, table);
  for (bool more = cursor.first_from(lowest); more && found.size() < limit; more = cursor.next()) {
    auto value = decode(cursor.value(), cursor.key());
    if (matches(value)) {
      found.push_back(std::move(value));
    }
  }
  return found;
}

std::vector<tickets::Tally> Transaction::tallies(const std::function<bool(const tickets::Tally&)>& matches,
                                                 std::size_t limit) const {
  return all_of(Table::Tally, decode_tally, matches, limit);
}

std::vector<tickets::Person> Transaction::people(const std::function<bool(const tickets::Person&)>& matches,
                                                 std::size_t limit) const {
  return all_of(Table::Person, decode_person, matches, limit);
}

std::string Transaction::drop_passed_tallies(base::Time now, const std::string& from) {
  constexpr std::size_t most = 1000;
  std::vector<std::string> passed;
  std::string next;
  {
    Cursor cursor(txn_, Table::Tally);
    bool more = cursor.first_from(from.empty() ? lowest : std::string_view(from));
    for (std::size_t n = 0; more && n < most; ++n, more = cursor.next()) {
      if (decode_tally(cursor.value(), cursor.key()).passed(now)) {
        passed.emplace_back(cursor.key());
      }
    }
    next = more ? cursor.key() : "";
  }
  for (const auto& key : passed) {
    txn_.del(Table::Tally, key);
  }
  return next;
}

}  // namespace ticketmilter::store::lmdb
