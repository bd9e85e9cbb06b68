// SPDX-License-Identifier: MIT
// Counters for a monitor. They lie among the numbers that every transaction changes anyway, in one or two pages.
#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "store/lmdb/transaction.h"

namespace ticketmilter::store {

void Commits::add(std::chrono::microseconds took) {
  const auto ms = static_cast<std::uint64_t>((took.count() + 999) / 1000);
  const auto place = std::ranges::lower_bound(commit_bounds, ms) - commit_bounds.begin();
  ++by_time[static_cast<std::size_t>(place)];
  microseconds += static_cast<std::uint64_t>(std::max<std::chrono::microseconds::rep>(took.count(), 1));
}

namespace lmdb {
namespace {

constexpr std::size_t most_of_rule = 100;
constexpr char between = '\0';

std::string decided_key(std::string_view verdict, std::string_view rule, std::string_view mail_class) {
  std::string key(meta_key(Meta::Decided));
  key.append(verdict).append(1, between).append(rule.substr(0, most_of_rule)).append(1, between).append(mail_class);
  return key;
}

tickets::Decided parse_decided(std::string_view key) {
  const auto words = base::split(key.substr(1), between);
  if (words.size() != 3) {
    damaged("decided", key);
  }
  return {std::string(words[0]), std::string(words[1]), std::string(words[2])};
}

}  // namespace

// A mail counts once, however many tickets it is filed in, and once more for each reason why not.
void Transaction::count_decided(const tickets::Intent& intent) {
  const tickets::Entry* first = nullptr;
  for (const auto& filing : intent.filings) {
    for (const auto& entry : filing.entries) {
      first = first == nullptr && !entry.mail_class.empty() ? &entry : first;
    }
  }
  if (first != nullptr) {
    txn_.add_number(Table::Meta, decided_key("accept", first->rule, first->mail_class), 1);
  }
  for (const auto& entry : intent.journal) {
    txn_.add_number(Table::Meta, decided_key(entry.verdict, entry.rule, entry.mail_class), 1);
  }
  for (const auto& other : intent.decided) {
    txn_.add_number(Table::Meta, decided_key(other.verdict, other.rule, other.mail_class),
                    static_cast<std::int64_t>(other.mails));
  }
}

void Transaction::add_commits(const Commits& commits) {
  for (std::size_t place = 0; place < commits.by_time.size(); ++place) {
    txn_.add_number(Table::Meta, commits_key(static_cast<std::uint8_t>(place)),
                    static_cast<std::int64_t>(commits.by_time[place]));
  }
  txn_.add_number(Table::Meta, commits_key(last_place), static_cast<std::int64_t>(commits.microseconds));
}

Counters Transaction::counters() const {
  Counters counters;
  Cursor cursor(txn_, Table::Meta);
  const std::string prefix(meta_key(Meta::Decided));
  for (bool more = cursor.first_from(prefix); more && cursor.key().starts_with(prefix); more = cursor.next()) {
    tickets::Decided decided = parse_decided(cursor.key());
    decided.mails = txn_.number(Table::Meta, cursor.key());
    counters.decided.push_back(std::move(decided));
  }
  for (std::size_t place = 0; place < counters.commits.by_time.size(); ++place) {
    counters.commits.by_time[place] = txn_.number(Table::Meta, commits_key(static_cast<std::uint8_t>(place)));
  }
  counters.commits.microseconds = txn_.number(Table::Meta, commits_key(last_place));
  counters.bytes_free = txn_.free_bytes();
  return counters;
}

}  // namespace lmdb
}  // namespace ticketmilter::store
