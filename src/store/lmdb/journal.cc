// SPDX-License-Identifier: MIT
// The journal: what came and is in no ticket. What was answered 250 stays until it is old; what the client saw refused is counted, and makes room for newer
// such mail. Two positions in meta say where the oldest of it is, so that trimming never looks twice at what it may not touch.
#include <algorithm>
#include <chrono>

#include "store/lmdb/body.h"
#include "store/lmdb/transaction.h"

namespace ticketmilter::store::lmdb {
namespace {

using tickets::Intent;
using tickets::JournalEntry;
using tickets::MessageId;

// Entries looked at and pieces of messages deleted in one transaction: a few milliseconds.
constexpr std::size_t a_little = 500;

std::uint64_t packed_size(const tickets::PackedMessage& message) {
  std::uint64_t size = 0;
  for (const auto& chunk : message.chunks) {
    size += chunk.size();
  }
  return size;
}

bool is_shared(const Intent& intent) {
  const auto takes = [](const tickets::Filing& filing) {
    return std::find(filing.has_message.begin(), filing.has_message.end(), true) != filing.has_message.end();
  };
  return std::any_of(intent.filings.begin(), intent.filings.end(), takes);
}

}  // namespace

std::vector<JournalEntry> Transaction::journal(const JournalQuery& query) const {
  // Written in the order of their numbers, but two doors' clocks may be a little apart.
  constexpr auto disorder = std::chrono::hours(1);
  std::vector<JournalEntry> found;
  Cursor cursor(txn_, Table::Journal);
  for (bool more = cursor.last(); more && found.size() < query.limit; more = cursor.previous()) {
    auto entry = journal_entry(cursor.value(), cursor.key());
    if (query.since && entry.time < *query.since - disorder) {
      break;
    }
    if ((query.since && entry.time < *query.since) ||
        (!query.mail_class.empty() && entry.mail_class != query.mail_class)) {
      continue;
    }
    found.push_back(std::move(entry));
  }
  return found;
}

std::optional<JournalEntry> Transaction::find_journal(std::uint64_t id) const {
  const auto key = journal_key(id);
  const auto record = txn_.get(Table::Journal, key);
  return record ? std::optional(journal_entry(*record, key)) : std::nullopt;
}

// A message that is a ticket's, too, may have gone with that.
JournalEntry Transaction::journal_entry(std::string_view record, std::string_view key) const {
  auto entry = decode_journal(record, key);
  if (entry.shared && !has_raw(txn_, entry.message)) {
    entry.message = {};
    entry.shared = false;
  }
  return entry;
}

void Transaction::put_journal(const JournalEntry& entry, unsigned flags) {
  txn_.put(Table::Journal, journal_key(entry.id), encoder_.journal(entry), flags);
}

// Entries with one message lie next to each other, as they were made at once.
std::vector<std::uint64_t> Transaction::keep_journal(const Intent& intent, MessageId message) {
  std::vector<std::uint64_t> ids;
  const bool has_message = intent.journal_has_message && message != MessageId{} && !intent.journal.empty();
  const bool shared = has_message && is_shared(intent);
  const auto refused =
      std::count_if(intent.journal.begin(), intent.journal.end(), [](const auto& e) { return e.refused; });
  const bool header_only = !intent.journal.empty() && intent.journal.front().header_only;
  const bool may_go = refused == std::ssize(intent.journal) && has_message && !shared && !header_only;
  const auto content = may_go ? packed_size(*intent.message) : 0;
  for (auto entry : intent.journal) {
    entry.id = next(Meta::LastJournal);
    entry.message = has_message ? message : MessageId{};
    entry.shared = shared;
    entry.content = content;
    put_journal(entry, MDB_APPEND);
    ids.push_back(entry.id);
  }
  txn_.add_number(Table::Meta, meta_key(Meta::JournalRefused), refused);
  txn_.add_number(Table::Meta, meta_key(Meta::JournalContent), static_cast<std::int64_t>(content));
  return ids;
}

void Transaction::import_journal(std::uint64_t id, tickets::TicketId ticket) {
  if (auto entry = find_journal(id)) {
    drop_message(*entry);
    entry->imported = ticket;
    put_journal(*entry);
  }
}

// Those of one mail lie side by side, but some may have given it away; the oldest give first.
bool Transaction::neighbour_has(const JournalEntry& entry) const {
  Cursor cursor(txn_, Table::Journal);
  const auto has = [&](bool more, bool (Cursor::*step)()) {
    for (; more; more = (cursor.*step)()) {
      const auto other = decode_journal(cursor.value(), cursor.key());
      const bool gave_away = other.message == MessageId{} || other.header_only;
      if (other.message == entry.message || other.time != entry.time || !gave_away) {
        return other.message == entry.message;
      }
    }
    return false;
  };
  return has(cursor.first_from(journal_key(entry.id + 1)), &Cursor::next) ||
         has(cursor.last_before(journal_key(entry.id)), &Cursor::previous);
}

// Takes the message from the entry, and off the disk when nobody else has it. How many pieces that were.
std::size_t Transaction::drop_message(JournalEntry& entry) {
  std::size_t pieces = 0;
  if (entry.message != MessageId{} && !entry.shared && !neighbour_has(entry)) {
    pieces = delete_body(txn_, entry.message).records;
    txn_.add_number(Table::Meta, meta_key(Meta::JournalContent), -static_cast<std::int64_t>(entry.content));
  }
  entry.message = {};
  entry.content = 0;
  entry.shared = false;
  return pieces;
}

// The header stays, as a message of its own that nothing counts.
std::size_t Transaction::forget_content(JournalEntry& entry) {
  constexpr std::uint64_t enough = 1 << 16;
  if (entry.message == MessageId{} || entry.header_only) {
    return 0;
  }
  std::string beginning;
  read_body(
      txn_, entry.message, Part::Raw, [&](std::string_view piece) { beginning += piece; }, enough);
  const auto pieces = drop_message(entry);
  if (const auto header = header_of(beginning); !header.empty()) {
    entry.message = MessageId{next(Meta::LastMessage)};
    entry.header_only = true;
    put_body(txn_, encoder_, entry.message, *pack("", header));
  }
  put_journal(entry);
  return pieces;
}

std::size_t Transaction::remove(JournalEntry& entry) {
  const auto pieces = drop_message(entry);
  txn_.del(Table::Journal, journal_key(entry.id));
  txn_.add_number(Table::Meta, meta_key(Meta::JournalRefused), entry.refused ? -1 : 0);
  return pieces;
}

void Transaction::remove_journal(std::uint64_t id) {
  if (auto entry = find_journal(id)) {
    remove(*entry);
  }
}

std::optional<JournalEntry> Transaction::next_journal(std::uint64_t from) const {
  Cursor cursor(txn_, Table::Journal);
  return cursor.first_from(journal_key(from)) ? std::optional(decode_journal(cursor.value(), cursor.key()))
                                              : std::nullopt;
}

bool Transaction::trim_journal(const JournalBounds& bounds) {
  std::size_t room = a_little;
  trim_old(bounds.since, room);
  trim_refused(Meta::JournalRefused, bounds.refused, Meta::RefusedFrom, &Transaction::remove, room);
  trim_refused(Meta::JournalContent, bounds.content, Meta::ContentFrom, &Transaction::forget_content, room);
  return room == 0;
}

void Transaction::trim_old(base::Time since, std::size_t& room) {
  auto entry = next_journal(0);
  for (; room > 0 && entry && entry->time < since; entry = next_journal(0)) {
    room -= std::min(room, 1 + remove(*entry));
  }
}

// Goes on at the position kept under `from`, until what is counted is within bounds.
void Transaction::trim_refused(Meta counted, std::uint64_t most, Meta from, Trim trim, std::size_t& room) {
  const auto position = meta_key(from);
  const auto start = txn_.number(Table::Meta, position);
  auto at = start;
  while (room > 0 && txn_.number(Table::Meta, meta_key(counted)) > most) {
    auto entry = next_journal(at);
    if (!entry) {
      break;
    }
    at = entry->id + 1;
    room -= std::min(room, 1 + (entry->refused ? (this->*trim)(*entry) : 0));
  }
  if (at != start) {
    txn_.set_number(Table::Meta, position, at);
  }
}

}  // namespace ticketmilter::store::lmdb
