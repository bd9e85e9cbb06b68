// SPDX-License-Identifier: MIT
// What goes for good: because somebody is to be forgotten or a ticket never to have been, which is rare, so it may look at much; or by its age, a little at a
// time.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/lmdb/body.h"
#include "store/lmdb/transaction.h"

namespace ticketmilter::store::lmdb {
namespace {

using tickets::Entry;
using tickets::TicketId;

constexpr std::string_view lowest("\0", 1);  // LMDB takes no empty key

bool has_message(const std::vector<Entry>& entries, tickets::MessageId message) {
  return std::ranges::any_of(entries, [&](const Entry& entry) { return entry.message == message; });
}

// All of the keys that begin so.
void delete_range(Txn& txn, Table table, std::string_view prefix) {
  std::vector<std::string> keys;
  {
    Cursor cursor(txn, table);
    for (bool more = cursor.first_from(prefix); more && cursor.key().starts_with(prefix); more = cursor.next()) {
      keys.emplace_back(cursor.key());
    }
  }
  for (const auto& key : keys) {
    txn.del(table, key);
  }
}

bool is_closed(tickets::Status status) {
  using enum tickets::Status;
  return status == Resolved || status == Rejected || status == Deleted;
}

}  // namespace

void Transaction::put_person(const tickets::Person& person) {
  txn_.put(Table::Person, person_key(person.address), encoder_.person(person));
}

void Transaction::remove_person(const std::string& address) {
  txn_.del(Table::Person, person_key(address));
}

void Transaction::remove_tallies(const std::string& who) {
  delete_range(txn_, Table::Tally, Fixed<16>().add(base::digest(who)));
}

void Transaction::rewrite(const StoredTicket& stored) {
  const auto id = stored.ticket.id;
  const auto old = find_ticket(id);
  const auto before = entries(id);
  if (!old || before.size() != stored.entries.size()) {
    throw base::Error(base::Kind::Internal, "store: ticket " + std::to_string(number(id)) + " is not as it was read");
  }
  put_ticket(stored.ticket, old);
  for (const auto& entry : stored.entries) {
    txn_.put(Table::Ticket, ticket_key(id, entry.id), encoder_.entry(entry));
  }
  drop_unused(before, stored.entries, id);
}

void Transaction::drop_unused(const std::vector<Entry>& before, const std::vector<Entry>& after, TicketId ticket) {
  for (const auto& entry : before) {
    if (entry.message == tickets::MessageId{} || has_message(after, entry.message) || is_used(entry, ticket)) {
      continue;
    }
    if (delete_body(txn_, entry.message).raw) {
      txn_.add_number(Table::Meta, meta_key(Meta::RawMessages), -1);
    }
  }
}

// Empty when the msg-id is known more than most times.
std::optional<std::set<TicketId>> Transaction::tickets_of(const std::string& message_id, std::size_t most) const {
  std::set<TicketId> found;
  std::size_t values = 0;
  Cursor cursor(txn_, Table::MsgId);
  for (bool more = cursor.at(message_id_key(message_id)); more; more = cursor.next_of_key()) {
    if (++values > most) {
      return {};
    }
    found.insert(TicketId{number_at<std::uint64_t>(cursor.value(), sizeof(base::Digest))});
  }
  return found;
}

// By a ticket that is found by its msg-id; of a mail without one all tickets are looked at.
bool Transaction::is_used(const Entry& entry, TicketId but) const {
  if (!entry.message_id.empty()) {
    return std::ranges::any_of(*tickets_of(entry.message_id, SIZE_MAX), [&](TicketId other) {
      return other != but && has_message(entries(other), entry.message);
    });
  }
  bool used = false;
  Cursor cursor(txn_, Table::Ticket);
  for (bool more = cursor.first_from(lowest); more && !used; more = cursor.next()) {
    const bool is_entry = number_at<std::uint32_t>(cursor.key(), 8) != 0;
    used = is_entry && number_at<std::uint64_t>(cursor.key(), 0) != number(but) &&
           decode_entry(cursor.value(), cursor.key()).message == entry.message;
  }
  return used;
}

// The mail may come again then.
void Transaction::unindex(const Entry& entry, TicketId ticket) {
  if (entry.message_id.empty()) {
    return;
  }
  const auto key = message_id_key(entry.message_id);
  std::vector<std::string> values;
  {
    Cursor cursor(txn_, Table::MsgId);
    for (bool more = cursor.at(key); more; more = cursor.next_of_key()) {
      if (number_at<std::uint64_t>(cursor.value(), sizeof(base::Digest)) == number(ticket)) {
        values.emplace_back(cursor.value());
      }
    }
  }
  for (const auto& value : values) {
    txn_.del(Table::MsgId, key, value);
  }
}

void Transaction::unlink(TicketId id, TicketId from) {
  if (const auto old = find_ticket(from)) {
    auto ticket = *old;
    std::erase(ticket.links, id);
    put_ticket(ticket, old);
  }
}

void Transaction::purge(TicketId id) {
  const auto ticket = find_ticket(id);
  if (!ticket) {
    return;
  }
  const auto history = entries(id);
  drop_unused(history, {}, id);
  for (const auto& entry : history) {
    unindex(entry, id);
  }
  for (const auto& notice : notices_of(id)) {
    unindex(notice);
    txn_.del(Table::Outbox, notice_key(id, notice.id));
  }
  for (const auto other : ticket->links) {
    unlink(id, other);
  }
  const auto queue = queues().find(ticket->queue).value();
  txn_.del(Table::List, list_key(queue, ticket->status, key_time(ticket->updated), number(id)));
  txn_.add_number(Table::Count, status_count_key(queue, ticket->status), -1);
  delete_range(txn_, Table::Ticket, Fixed<8>().add(number(id)));
}

// Along the list, where what is closed and old lies together, in the order of its last change.
std::string Transaction::drop_old_raw(base::Time before, const std::string& from) {
  constexpr std::size_t most = 100;  // tickets looked at, entries and pieces of messages written
  std::vector<std::string> old;
  std::string next;
  {
    Cursor cursor(txn_, Table::List);
    bool more = cursor.first_from(from.empty() ? lowest : std::string_view(from));
    while (more && old.size() < most) {
      const auto key = cursor.key();
      if (key.size() != list_key_size) {
        damaged("list: a key of another size", key);
      }
      const auto status = static_cast<std::uint8_t>(key[list_prefix_size - 1]);
      if (is_closed(tickets::Status{status}) && number_at<std::uint64_t>(key, list_prefix_size) < key_time(before)) {
        old.emplace_back(key);
        more = cursor.next();
      } else {
        more = cursor.first_from(
            Fixed<list_prefix_size>().add(number_at<std::uint32_t>(key, 0)).add(std::uint8_t(status + 1)));
      }
    }
    next = more ? cursor.key() : "";
  }
  std::size_t done = 0;
  for (const auto& key : old) {
    if (done >= most) {
      return key;
    }
    done += 1 + drop_raw(TicketId{number_at<std::uint64_t>(key, list_prefix_size + sizeof(std::uint64_t))}, before);
  }
  return next;
}

// How much was written.
std::size_t Transaction::drop_raw(TicketId id, base::Time before) {
  std::size_t written = 0;
  if (!is_closed_since(id, before)) {
    return written;
  }
  for (auto& entry : entries(id)) {
    if (entry.raw_size == 0 || entry.message_id.empty() || wants_raw(entry, id, before)) {
      continue;
    }
    const auto removed = delete_raw(txn_, encoder_, entry.message);
    txn_.add_number(Table::Meta, meta_key(Meta::RawMessages), removed.raw ? -1 : 0);
    entry.raw_size = 0;
    txn_.put(Table::Ticket, ticket_key(id, entry.id), encoder_.entry(entry));
    written += removed.records + 1;
  }
  return written;
}

// And so is the ticket that it was merged into.
bool Transaction::is_closed_since(TicketId id, base::Time before) const {
  tickets::View view;
  add_tickets(id, view);
  return std::ranges::all_of(
      view.tickets, [&](const auto& found) { return is_closed(found.second.status) && found.second.updated < before; });
}

// A ticket that is still worked on has the mail as well. So it may be where very many have its msg-id.
bool Transaction::wants_raw(const Entry& entry, TicketId but, base::Time before) const {
  constexpr std::size_t most = 100;
  const auto others = tickets_of(entry.message_id, most);
  return !others || std::ranges::any_of(*others, [&](TicketId other) {
    return other != but && has_message(entries(other), entry.message) && !is_closed_since(other, before);
  });
}

}  // namespace ticketmilter::store::lmdb
