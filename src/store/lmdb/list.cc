// SPDX-License-Identifier: MIT
// Lists and counts. A list is a merge of the ends of the ranges it asks for, one for each queue and status: the fifty newest of a million tickets
// are found by looking at fifty and a few.
#include <algorithm>
#include <queue>

#include "store/lmdb/transaction.h"

namespace ticketmilter::store::lmdb {
namespace {

// Of one queue and status, newest first.
class Range {
 public:
  Range(const Txn& txn, std::uint32_t queue, tickets::Status status)
      : cursor_(txn, Table::List),
        prefix_(Fixed<list_prefix_size>().add(queue).add(static_cast<std::uint8_t>(status))) {
    stand(cursor_.last_before(
        Fixed<list_prefix_size>().add(queue).add(static_cast<std::uint8_t>(static_cast<unsigned>(status) + 1))));
  }
  bool more() const { return more_; }
  void next() { stand(cursor_.previous()); }
  std::string_view key() const { return cursor_.key(); }
  // Updated and id, in the order of their numbers.
  std::string_view age() const { return key().substr(list_prefix_size); }

  Row row(const Queues& queues) const {
    Row row = decode_row(cursor_.value(), key());
    row.queue = queues.name(number_at<std::uint32_t>(key(), 0));
    row.status = static_cast<tickets::Status>(key()[4]);
    row.updated = time_of_key(number_at<std::uint64_t>(key(), list_prefix_size));
    row.id = tickets::TicketId{number_at<std::uint64_t>(key(), list_prefix_size + 8)};
    return row;
  }

 private:
  void stand(bool found) {
    more_ = found && key().size() == list_key_size && key().substr(0, list_prefix_size) == std::string_view(prefix_);
  }

  Cursor cursor_;
  Fixed<list_prefix_size> prefix_;
  bool more_ = false;
};

std::vector<tickets::Status> statuses_of(const ListQuery& query) {
  auto statuses = query.statuses;
  for (int i = 0; query.statuses.empty() && i < tickets::status_count; ++i) {
    if (static_cast<tickets::Status>(i) != tickets::Status::Deleted) {
      statuses.push_back(static_cast<tickets::Status>(i));
    }
  }
  std::sort(statuses.begin(), statuses.end());
  statuses.erase(std::unique(statuses.begin(), statuses.end()), statuses.end());
  return statuses;
}

std::vector<std::uint32_t> numbers_of(const ListQuery& query, const Queues& queues) {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 1; query.queues.empty() && i <= queues.size(); ++i) {
    numbers.push_back(i);
  }
  for (const auto& name : query.queues) {
    if (const auto number = queues.find(name)) {
      numbers.push_back(*number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

std::uint64_t counter(const Cursor& cursor) {
  if (cursor.value().size() != 8) {
    damaged("counter", cursor.key());
  }
  return number_at<std::uint64_t>(cursor.value(), 0);
}

std::string day_name(std::uint32_t days) {
  return base::rfc3339(base::Time(std::chrono::hours(24) * std::int64_t{days})).substr(0, 10);
}

}  // namespace

std::vector<Row> Transaction::list(const ListQuery& query) const {
  std::vector<Range> ranges;
  for (const auto queue : numbers_of(query, queues())) {
    for (const auto status : statuses_of(query)) {
      if (Range range(txn_, queue, status); range.more()) {
        ranges.push_back(std::move(range));
      }
    }
  }
  const auto older = [&](std::size_t a, std::size_t b) { return ranges[a].age() < ranges[b].age(); };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(older)> newest(older);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    newest.push(i);
  }
  std::vector<Row> rows;
  while (!newest.empty() && rows.size() < query.limit) {
    const std::size_t i = newest.top();
    newest.pop();
    Row row = ranges[i].row(queues());
    if (!query.matches || query.matches(row)) {
      rows.push_back(std::move(row));
    }
    ranges[i].next();
    if (ranges[i].more()) {
      newest.push(i);
    }
  }
  return rows;
}

Stats Transaction::stats() const {
  constexpr std::size_t max_days = 31;
  Stats stats;
  Cursor cursor(txn_, Table::Count);
  for (bool more = cursor.first_from(status_count_key(0, tickets::Status::New)); more && cursor.key().size() == 6;
       more = cursor.next()) {
    const auto tickets = counter(cursor);
    if (tickets > 0) {
      stats.by_status.push_back({queues().name(number_at<std::uint32_t>(cursor.key(), 1)),
                                 static_cast<tickets::Status>(cursor.key()[5]), tickets});
    }
  }
  std::size_t days = 0;
  std::uint32_t day = 0;
  for (bool more = cursor.last(); more && cursor.key().size() == 9; more = cursor.previous()) {
    const auto of = number_at<std::uint32_t>(cursor.key(), 1);
    if (days == 0 || of != day) {
      if (++days > max_days) {
        break;
      }
      day = of;
    }
    stats.by_day.push_back({queues().name(number_at<std::uint32_t>(cursor.key(), 5)), day_name(day), counter(cursor)});
  }
  stats.messages = txn_.number(Table::Meta, meta_key(Meta::RawMessages));
  stats.people = txn_.count(Table::Person);
  stats.journal = txn_.count(Table::Journal);
  for (int i = 0; i < tickets::notice_state_count; ++i) {
    stats.notices[i] = txn_.number(Table::Meta, notices_key(static_cast<tickets::NoticeState>(i)));
  }
  stats.bytes_used = txn_.environment().usage().used;
  return stats;
}

}  // namespace ticketmilter::store::lmdb
