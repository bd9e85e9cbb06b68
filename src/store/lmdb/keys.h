// SPDX-License-Identifier: MIT
// Where everything lies: the databases and the layout of their keys, all of them, here and nowhere else. Keys are of fixed size and big-endian, so
// that memcmp, LMDB's order, is the order of numbers. Text enters a key only as a digest: LMDB's keys end at 511 bytes, a stranger's msg-id does not.
//
//   database  key                                                value
//   meta      kind, then see Meta below                          u64, or a queue's name
//   ticket    ticket u64, entry u32                              entry 0: record Ticket; 1..: record Entry. A ticket is one range.
//   list      queue u32, status u8, updated u64, ticket u64      record Row
//   body      message u64, chunk u32                             chunk 0: record Body; 1..: its frame in pieces that fill a page each
//   msgid     kind, digest 16                                    many: digest 16, ticket u64, entry u32, filed u64 (MDB_DUPSORT, MDB_DUPFIXED)
//   person    digest 16 of the address                           record Person
//   count     kind, then see Count below                         u64
//   journal   number u64                                         record Journal
//   tally     digest 16 of whom it counts, kind, seconds u32, ticket u64   record Tally
//   outbox    kind, then see Outbox below                        record Notice, or nothing
//
// Times in keys and values are milliseconds since 1970 as u64 (earlier ones count as 0).
//
// The msgid database costs one random page write a message, so a message gets one place in it where one is enough: under its msg-id lie, in the
// same page, its tickets and (the value's digest) its duplicate keys. A duplicate key has a place of its own only where it has to be found without
// a msg-id (see Intent::keyed_by_message_id); the value's digest is zero where there is none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/digest.h"
#include "base/time.h"
#include "tickets/notice.h"
#include "tickets/tally.h"
#include "tickets/ticket.h"

namespace ticketmilter::store::lmdb {

constexpr std::uint64_t schema_version = 1;

enum class Table : unsigned { Meta, Ticket, List, Body, MsgId, Person, Count, Journal, Tally, Outbox };
constexpr std::array<const char*, 10> table_names = {"meta",   "ticket", "list",    "body",  "msgid",
                                                     "person", "count",  "journal", "tally", "outbox"};

// A key or fixed value under construction: numbers are appended big-endian.
template <std::size_t N>
class Fixed {
 public:
  template <class T>
  constexpr Fixed& add(T number) {
    for (std::size_t i = sizeof(T); i-- > 0;) {
      bytes_[size_++] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
    }
    return *this;
  }
  Fixed& add(const base::Digest& digest) {
    for (std::uint8_t byte : digest) {
      bytes_[size_++] = static_cast<char>(byte);
    }
    return *this;
  }
  // NOLINTNEXTLINE(google-explicit-constructor): a key is its bytes wherever it is used
  operator std::string_view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, N> bytes_{};
  std::size_t size_ = 0;
};

// The number of type T at an offset of a key or fixed value; the caller has checked the size.
template <class T>
T number_at(std::string_view bytes, std::size_t offset) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    number = number << 8 | static_cast<std::uint8_t>(bytes[offset + i]);
  }
  return static_cast<T>(number);
}

inline std::uint64_t key_time(base::Time time) {
  const auto ms = time.time_since_epoch().count();
  return ms < 0 ? 0 : static_cast<std::uint64_t>(ms);
}
inline base::Time time_of_key(std::uint64_t ms) {
  return base::Time(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
}

// meta
enum class Meta : std::uint8_t {
  Schema = 1,      // alone: schema_version
  LastTicket = 2,  // alone: the last number given out, likewise below
  LastMessage = 3,
  LastJournal = 4,
  RawMessages = 5,     // alone: how many messages of tickets have raw bytes
  QueueNumber = 6,     // and digest 16 of the name: the queue's number
  QueueName = 7,       // and number u32: its name; numbers count from 1
  JournalRefused = 8,  // alone: how many entries of the journal are of mail that the client saw refused
  JournalContent = 9,  // alone: bytes that their messages take
  RefusedFrom = 10,    // alone: no such entry has a lower number
  ContentFrom = 11,    // alone: no such entry that has a message has a lower number
  LastNotice = 12,     // alone
  Notices = 13,        // and state u8: how many there are
  Decided = 14,        // and verdict, rule and class as text, a zero byte after each of the first two: how often
  Commits = 15,        // and place u8 in commit_bounds: commits that took no longer; last_place: microseconds of all
};
inline Fixed<1> meta_key(Meta kind) {
  return Fixed<1>().add(static_cast<std::uint8_t>(kind));
}
inline Fixed<17> queue_number_key(std::string_view name) {
  return Fixed<17>().add(static_cast<std::uint8_t>(Meta::QueueNumber)).add(base::digest(name));
}
inline Fixed<5> queue_name_key(std::uint32_t queue) {
  return Fixed<5>().add(static_cast<std::uint8_t>(Meta::QueueName)).add(queue);
}

inline Fixed<2> commits_key(std::uint8_t place) {
  return Fixed<2>().add(static_cast<std::uint8_t>(Meta::Commits)).add(place);
}
constexpr std::uint8_t last_place = 255;

// ticket
inline Fixed<12> ticket_key(tickets::TicketId id, std::uint32_t entry) {
  return Fixed<12>().add(number(id)).add(entry);
}

// list
inline Fixed<21> list_key(std::uint32_t queue, tickets::Status status, std::uint64_t updated, std::uint64_t id) {
  return Fixed<21>().add(queue).add(static_cast<std::uint8_t>(status)).add(updated).add(id);
}
constexpr std::size_t list_key_size = 21;
constexpr std::size_t list_prefix_size = 5;  // queue and status

// body
inline Fixed<12> body_key(tickets::MessageId id, std::uint32_t chunk) {
  return Fixed<12>().add(number(id)).add(chunk);
}

// msgid
inline Fixed<17> message_id_key(std::string_view message_id) {
  return Fixed<17>().add(std::uint8_t{1}).add(base::digest(message_id));
}
inline Fixed<17> duplicate_key(const base::Digest& key) {
  return Fixed<17>().add(std::uint8_t{2}).add(key);
}
constexpr std::size_t filed_size = 36;
inline Fixed<filed_size> filed_value(const base::Digest& key, tickets::TicketId id, std::uint32_t entry,
                                     base::Time filed) {
  return Fixed<filed_size>().add(key).add(number(id)).add(entry).add(key_time(filed));
}

// person
inline Fixed<16> person_key(std::string_view address) {
  return Fixed<16>().add(base::digest(address));
}

// count
enum class Count : std::uint8_t {
  Status = 1,  // and queue u32, status u8: tickets there now
  Day = 2,     // and days since 1970 u32, queue u32: tickets made that day, UTC
};
inline Fixed<6> status_count_key(std::uint32_t queue, tickets::Status status) {
  return Fixed<6>().add(static_cast<std::uint8_t>(Count::Status)).add(queue).add(static_cast<std::uint8_t>(status));
}
inline Fixed<9> day_count_key(base::Time time, std::uint32_t queue) {
  const auto day = static_cast<std::uint32_t>(key_time(time) / 86'400'000);
  return Fixed<9>().add(static_cast<std::uint8_t>(Count::Day)).add(day).add(queue);
}

// journal
inline Fixed<8> journal_key(std::uint64_t id) {
  return Fixed<8>().add(id);
}

// tally: whatever is counted for somebody lies side by side, so that a mail to them costs one page
inline Fixed<29> tally_key(const tickets::TallyId& id) {
  return Fixed<29>()
      .add(base::digest(id.who))
      .add(static_cast<std::uint8_t>(id.counted))
      .add(static_cast<std::uint32_t>(id.window.count()))
      .add(id.ticket);
}

// outbox
enum class Outbox : std::uint8_t {
  Notice = 1,   // and ticket u64, notice u64: record Notice
  Waiting = 2,  // and next_try u64, ticket u64, notice u64: nothing; due and deferred ones
  Ended = 3,    // and state u8, ticket u64, notice u64: nothing; failed and held ones
};
inline Fixed<2> notices_key(tickets::NoticeState state) {
  return Fixed<2>().add(static_cast<std::uint8_t>(Meta::Notices)).add(static_cast<std::uint8_t>(state));
}
inline Fixed<17> notice_key(tickets::TicketId ticket, std::uint64_t notice) {
  return Fixed<17>().add(static_cast<std::uint8_t>(Outbox::Notice)).add(number(ticket)).add(notice);
}
inline Fixed<25> waiting_key(base::Time next_try, tickets::TicketId ticket, std::uint64_t notice) {
  return Fixed<25>()
      .add(static_cast<std::uint8_t>(Outbox::Waiting))
      .add(key_time(next_try))
      .add(number(ticket))
      .add(notice);
}
inline Fixed<18> ended_key(tickets::NoticeState state, tickets::TicketId ticket, std::uint64_t notice) {
  return Fixed<18>()
      .add(static_cast<std::uint8_t>(Outbox::Ended))
      .add(static_cast<std::uint8_t>(state))
      .add(number(ticket))
      .add(notice);
}

}  // namespace ticketmilter::store::lmdb
