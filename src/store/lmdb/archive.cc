// SPDX-License-Identifier: MIT
// The whole store as pieces, and back. What is derived from records (list rows, counters, the outbox's indexes) is no piece: it is made anew.
#include "base/error.h"
#include "store/lmdb/body.h"
#include "store/lmdb/transaction.h"

namespace ticketmilter::store::lmdb {
namespace {

constexpr std::string_view lowest("\0", 1);  // LMDB takes no empty key
constexpr std::uint8_t by_message_id = 1;    // the kinds of keys in the msgid database
constexpr std::size_t known_key_size = 17;

base::Digest digest_at(std::string_view bytes, std::size_t offset) {
  base::Digest digest;
  std::copy_n(bytes.data() + offset, digest.size(), digest.begin());
  return digest;
}

}  // namespace

void Transaction::walk(const std::function<void(Piece&&)>& take) const {
  const auto last = [&](Meta kind) { return txn_.number(Table::Meta, meta_key(kind)); };
  take(LastNumbers{last(Meta::LastTicket), last(Meta::LastMessage), last(Meta::LastJournal), last(Meta::LastNotice),
                   last(Meta::RawMessages)});
  walk_all<tickets::Person>(Table::Person, lowest, decode_person, take);
  walk_messages(take);
  walk_tickets(take);
  walk_all<tickets::Notice>(Table::Outbox, Fixed<1>().add(static_cast<std::uint8_t>(Outbox::Notice)), decode_notice,
                            take);
  walk_all<tickets::JournalEntry>(Table::Journal, lowest, decode_journal, take);
  walk_all<tickets::Tally>(Table::Tally, lowest, decode_tally, take);
  walk_known(take);
}

// Of the outbox only the records, which come first.
template <class Value>
void Transaction::walk_all(Table table, std::string_view from, Value (*decode)(std::string_view, std::string_view),
                           const std::function<void(Piece&&)>& take) const {
  Cursor cursor(txn_, table);
  for (bool more = cursor.first_from(from); more && (table != Table::Outbox || cursor.key().starts_with(from));
       more = cursor.next()) {
    take(decode(cursor.value(), cursor.key()));
  }
}

void Transaction::walk_messages(const std::function<void(Piece&&)>& take) const {
  Cursor cursor(txn_, Table::Body);
  for (bool more = cursor.first_from(lowest); more;) {
    StoredMessage message;
    message.id = tickets::MessageId{number_at<std::uint64_t>(cursor.key(), 0)};
    read_body(txn_, message.id, [&](std::string_view text, std::string_view raw) {
      message.text += text;
      message.raw += raw;
    });
    more = cursor.first_from(body_key(tickets::MessageId{number(message.id) + 1}, 0));
    take(std::move(message));
  }
}

void Transaction::walk_tickets(const std::function<void(Piece&&)>& take) const {
  Cursor cursor(txn_, Table::Ticket);
  for (bool more = cursor.first_from(lowest); more;) {
    StoredTicket stored{decode_ticket(cursor.value(), cursor.key()), {}};
    const auto id = number(stored.ticket.id);
    for (more = cursor.next(); more && number_at<std::uint64_t>(cursor.key(), 0) == id; more = cursor.next()) {
      stored.entries.push_back(decode_entry(cursor.value(), cursor.key()));
    }
    take(std::move(stored));
  }
}

void Transaction::walk_known(const std::function<void(Piece&&)>& take) const {
  Cursor cursor(txn_, Table::MsgId);
  for (bool more = cursor.first_from(lowest); more; more = cursor.next()) {
    const auto key = cursor.key();
    const auto value = cursor.value();
    if (key.size() != known_key_size || value.size() != filed_size) {
      damaged("msgid: not of its size", key);
    }
    take(KnownMail{static_cast<std::uint8_t>(key[0]) == by_message_id, digest_at(key, 1), digest_at(value, 0),
                   tickets::TicketId{number_at<std::uint64_t>(value, 16)}, number_at<std::uint32_t>(value, 24),
                   time_of_key(number_at<std::uint64_t>(value, 28))});
  }
}

void Transaction::restore(const Piece& piece) {
  std::visit([this](const auto& value) { put(value); }, piece);
}

void Transaction::put(const LastNumbers& numbers) {
  for (const auto table : {Table::Ticket, Table::Body, Table::Person, Table::Journal, Table::Outbox, Table::MsgId}) {
    if (txn_.count(table) > 0) {
      throw base::Error(base::Kind::CannotCreate, "the store is not empty");
    }
  }
  txn_.set_number(Table::Meta, meta_key(Meta::LastTicket), numbers.ticket);
  txn_.set_number(Table::Meta, meta_key(Meta::LastMessage), numbers.message);
  txn_.set_number(Table::Meta, meta_key(Meta::LastJournal), numbers.journal);
  txn_.set_number(Table::Meta, meta_key(Meta::LastNotice), numbers.notice);
  txn_.set_number(Table::Meta, meta_key(Meta::RawMessages), numbers.raw_messages);
}

void Transaction::put(const tickets::Person& person) {
  put_person(person);
}

void Transaction::put(const StoredMessage& message) {
  put_body(txn_, encoder_, message.id, message.packed ? *message.packed : *pack(message.text, message.raw));
}

void Transaction::put(const StoredTicket& stored) {
  put_ticket(stored.ticket, std::nullopt);
  for (const auto& entry : stored.entries) {
    txn_.put(Table::Ticket, ticket_key(stored.ticket.id, entry.id), encoder_.entry(entry), MDB_APPEND);
  }
}

void Transaction::put(const tickets::Notice& notice) {
  put_notice(notice);
}

void Transaction::put(const tickets::JournalEntry& entry) {
  const auto before = find_journal(entry.id - 1);
  const bool counted = before && before->message == entry.message;
  put_journal(entry, MDB_APPEND);
  txn_.add_number(Table::Meta, meta_key(Meta::JournalRefused), entry.refused ? 1 : 0);
  txn_.add_number(Table::Meta, meta_key(Meta::JournalContent), counted ? 0 : static_cast<std::int64_t>(entry.content));
}

void Transaction::put(const tickets::Tally& tally) {
  txn_.put(Table::Tally, tally_key(tally.id), encoder_.tally(tally));
}

void Transaction::put(const KnownMail& known) {
  const auto key = Fixed<known_key_size>().add<std::uint8_t>(known.by_message_id ? by_message_id : 2).add(known.key);
  txn_.put(Table::MsgId, key, filed_value(known.duplicate, known.ticket, known.entry, known.filed));
}

}  // namespace ticketmilter::store::lmdb
