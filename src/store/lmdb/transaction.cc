// SPDX-License-Identifier: MIT
// The simple reads: each a key or a range of keys.
#include "store/lmdb/transaction.h"

#include "store/lmdb/body.h"

namespace ticketmilter::store::lmdb {

Queues::Queues(const Txn& txn) {
  Cursor cursor(txn, Table::Meta);
  const auto first = queue_name_key(1);
  for (bool more = cursor.first_from(first);
       more && cursor.key().size() == 5 && cursor.key()[0] == std::string_view(first)[0]; more = cursor.next()) {
    names_.emplace_back(cursor.value());
    numbers_.emplace(names_.back(), static_cast<std::uint32_t>(names_.size()));
  }
}

std::optional<std::uint32_t> Queues::find(const std::string& name) const {
  const auto it = numbers_.find(name);
  return it == numbers_.end() ? std::nullopt : std::optional(it->second);
}

std::uint32_t Queues::find_or_add(Txn& txn, const std::string& name) {
  if (const auto known = find(name)) {
    return *known;
  }
  const auto number = static_cast<std::uint32_t>(names_.size() + 1);
  txn.put(Table::Meta, queue_name_key(number), name);
  names_.push_back(name);
  numbers_.emplace(name, number);
  return number;
}

const std::string& Queues::name(std::uint32_t number) const {
  static const std::string none;
  return number == 0 || number > names_.size() ? none : names_[number - 1];
}

const Queues& Transaction::queues() const {
  if (!queues_) {
    queues_.emplace(txn_);
  }
  return *queues_;
}

std::optional<tickets::Ticket> Transaction::find_ticket(tickets::TicketId id) const {
  const auto key = ticket_key(id, 0);
  const auto record = txn_.get(Table::Ticket, key);
  return record ? std::optional(decode_ticket(*record, key)) : std::nullopt;
}

std::vector<tickets::Entry> Transaction::entries(tickets::TicketId id) const {
  std::vector<tickets::Entry> history;
  Cursor cursor(txn_, Table::Ticket);
  for (bool more = cursor.first_from(ticket_key(id, 1)); more; more = cursor.next()) {
    if (cursor.key().size() != 12 || number_at<std::uint64_t>(cursor.key(), 0) != number(id)) {
      break;
    }
    history.push_back(decode_entry(cursor.value(), cursor.key()));
  }
  return history;
}

std::optional<tickets::Entry> Transaction::find_entry(tickets::TicketId id, std::uint32_t entry) const {
  const auto key = ticket_key(id, entry);
  const auto record = entry == 0 ? std::nullopt : txn_.get(Table::Ticket, key);
  return record ? std::optional(decode_entry(*record, key)) : std::nullopt;
}

std::optional<tickets::Person> Transaction::find_person(const std::string& address) const {
  const auto key = person_key(address);
  const auto record = txn_.get(Table::Person, key);
  return record ? std::optional(decode_person(*record, key)) : std::nullopt;
}

bool Transaction::read_text(tickets::MessageId id, const std::function<void(std::string_view)>& sink) const {
  return read_body(txn_, id, Part::Text, sink);
}

bool Transaction::read_raw(tickets::MessageId id, const std::function<void(std::string_view)>& sink) const {
  return read_body(txn_, id, Part::Raw, sink);
}

}  // namespace ticketmilter::store::lmdb
