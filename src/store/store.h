// SPDX-License-Identifier: MIT
// The seam between the program and its database: operations of the domain, values in and out. Nothing above this file may know which engine
// is behind it. The contract tests are written against this page.
//
// Threads: a Store may be used by all of them. A Reader or Writer belongs to the call that got it and must not outlive it; inside that call the Store
// itself must not be called. A process opens a location once.
// Failures: Error with Full (no room; nothing was written), Temporary (try again; nothing was written), Config (not a store, or one of
// another schema version), NoPermission, Io (damaged, say). After Full or Temporary the store goes on working as soon as its reason is gone, without an operator.
// Durability: when write() or Filer::file() returns, what was written survives a power cut.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tickets/intent.h"
#include "tickets/notice.h"
#include "tickets/ticket.h"
#include "tickets/view.h"

namespace ticketmilter::store {

struct Options {
  std::string location;                 // "lmdb:/var/lib/ticket-milter"
  std::uint64_t max_size = 1ULL << 40;  // bytes; 0 = what the store was last written with
  std::uint64_t min_free = 0;           // bytes of free disk below which writes are refused as Full
  bool create = false;                  // make what is missing; else a missing store is an Error of kind Config
  std::uint64_t first_id = 1;           // number of the first ticket, when the store is made
};

// A row of a list: what the index carries.
struct Row {
  tickets::TicketId id{};
  std::string queue;
  std::string subject;
  tickets::Status status{};
  std::string owner;
  std::vector<std::string> requestors;
  std::vector<std::string> cc, admin_cc;
  std::int32_t priority = 0;
  base::Time created{};
  base::Time updated{};
  std::optional<base::Time> due;
  tickets::TicketId merged_into{};
  std::vector<tickets::TicketId> links;
};

struct ListQuery {
  std::vector<std::string> queues;          // empty = all
  std::vector<tickets::Status> statuses;    // empty = all but deleted
  std::function<bool(const Row&)> matches;  // null = all
  std::size_t limit = 50;
};

struct Count {
  std::string queue;
  tickets::Status status{};
  std::uint64_t tickets = 0;
};
struct DayCount {
  std::string queue;
  std::string day;  // "2026-11-21", UTC
  std::uint64_t created = 0;
};
struct Stats {
  std::vector<Count> by_status;  // only those over 0
  std::vector<DayCount> by_day;  // newest first, at most 31 days
  std::uint64_t messages = 0;    // raw messages of tickets
  std::uint64_t people = 0;
  std::uint64_t journal = 0;
  std::uint64_t notices[tickets::notice_state_count] = {};  // by state
  std::uint64_t bytes_used = 0;                             // of the map
};

// Upper bounds in milliseconds; a last place without one follows them.
constexpr std::array<unsigned, 12> commit_bounds = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};
// How long transactions of many mails took, from the first byte of work until it was durable.
struct Commits {
  std::array<std::uint64_t, commit_bounds.size() + 1> by_time{};  // each counted at the lowest bound that holds
  std::uint64_t microseconds = 0;                                 // of all together

  void add(std::chrono::microseconds took);
  bool empty() const { return microseconds == 0; }
};
// For a monitor: what happened since the store was made. Not part of a dump.
struct Counters {
  std::vector<tickets::Decided> decided;
  Commits commits;
  std::uint64_t bytes_free = 0;  // of those used: pages that nothing is on any more
};

struct JournalQuery {
  std::string mail_class;  // "" = all
  std::optional<base::Time> since;
  std::size_t limit = 1000;
};

// What the journal is kept within.
struct JournalBounds {
  base::Time since;           // what is older goes
  std::uint64_t content = 0;  // bytes of mail that the client saw refused; of what goes the header stays
  std::uint64_t refused = 0;  // entries of such mail
};

struct OutboxQuery {
  std::vector<tickets::NoticeState> states;  // empty = all but sent and dropped
  std::optional<base::Time> due_by;          // only those whose next_try is no later
  std::uint64_t claimed_by = 0;              // only those of this notifier; 0 = all
  std::size_t limit = 1000;
  std::uint64_t id = 0;  // only this one; 0 = all
};

// All that a store holds, piece by piece, as dump and restore hand it on. Numbers are kept, so that all that names a ticket goes on naming it.
struct LastNumbers {  // given out so far
  std::uint64_t ticket = 0;
  std::uint64_t message = 0;
  std::uint64_t journal = 0;
  std::uint64_t notice = 0;
  std::uint64_t raw_messages = 0;  // messages of tickets that have raw bytes

  bool operator==(const LastNumbers&) const = default;
};
struct StoredMessage {
  tickets::MessageId id{};
  std::string text;
  std::string raw;                                       // "" = none
  std::shared_ptr<const tickets::PackedMessage> packed;  // of both; to restore

  bool operator==(const StoredMessage& o) const { return id == o.id && text == o.text && raw == o.raw; }
};
struct StoredTicket {
  tickets::Ticket ticket;
  std::vector<tickets::Entry> entries;

  bool operator==(const StoredTicket&) const = default;
};
// By which a mail is known when it, or an answer to it, comes.
struct KnownMail {
  bool by_message_id = true;  // key is the digest of its msg-id; else of what makes a duplicate
  base::Digest key{};
  base::Digest duplicate{};  // under a msg-id: what makes a duplicate; zero = not kept there
  tickets::TicketId ticket{};
  std::uint32_t entry = 0;
  base::Time filed{};

  bool operator==(const KnownMail&) const = default;
};
using Piece = std::variant<LastNumbers, tickets::Person, StoredMessage, StoredTicket, tickets::Notice,
                           tickets::JournalEntry, tickets::Tally, KnownMail>;

// Reads see one moment, however long they last; keep them short.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual tickets::View view(const tickets::Question& question) const = 0;
  virtual std::optional<tickets::Ticket> find_ticket(tickets::TicketId id) const = 0;
  virtual std::vector<tickets::Entry> entries(tickets::TicketId id) const = 0;
  virtual std::optional<tickets::Entry> find_entry(tickets::TicketId id, std::uint32_t entry) const = 0;
  // Newest change first.
  virtual std::vector<Row> list(const ListQuery& query) const = 0;
  virtual std::optional<tickets::Person> find_person(const std::string& address) const = 0;
  // Newest first.
  virtual std::vector<tickets::JournalEntry> journal(const JournalQuery& query) const = 0;
  virtual std::optional<tickets::JournalEntry> find_journal(std::uint64_t id) const = 0;
  // Those that wait come first, by next_try; the others by ticket. A query for sent or dropped ones looks at all there are.
  virtual std::vector<tickets::Notice> outbox(const OutboxQuery& query) const = 0;
  virtual std::optional<tickets::Notice> find_notice(tickets::TicketId ticket, std::uint64_t notice) const = 0;
  // Oldest first.
  virtual std::vector<tickets::Notice> notices_of(tickets::TicketId ticket) const = 0;
  // The text, or the raw bytes, of a stored message, handed on in pieces. False when there is no such message, or no raw bytes (any more).
  virtual bool read_text(tickets::MessageId id, const std::function<void(std::string_view)>& sink) const = 0;
  virtual bool read_raw(tickets::MessageId id, const std::function<void(std::string_view)>& sink) const = 0;
  virtual Stats stats() const = 0;
  virtual Counters counters() const = 0;
  // In no order, at most limit of them. Looks at all there are.
  virtual std::vector<tickets::Tally> tallies(const std::function<bool(const tickets::Tally&)>& matches,
                                              std::size_t limit) const = 0;
  // Likewise.
  virtual std::vector<tickets::Person> people(const std::function<bool(const tickets::Person&)>& matches,
                                              std::size_t limit) const = 0;
  // Everything: the numbers, then people, messages, tickets, notices, journal, tallies, known mail, each by its number or key. Memory: a message at a time.
  virtual void walk(const std::function<void(Piece&&)>& take) const = 0;
  // What does not agree: records with the indexes and counters that are made of them, and with the messages that they name; what cannot be read. The first
  // hundred findings; none = all is well. deep: each message is read to its checksum. Looks at all there is.
  virtual std::vector<std::string> check(bool deep) const = 0;
};

class Writer : public Reader {
 public:
  // Numbers what is new and writes all of it. A ticket that the intent changes must have been read in this transaction.
  virtual tickets::Applied apply(const tickets::Intent& intent) = 0;
  virtual void add_commits(const Commits& commits) = 0;
  // Takes out those of the next thousand notices that are older and do not wait. from as below.
  virtual std::string drop_old_notices(base::Time before, const std::string& from) = 0;
  // Takes out those of the next thousand tallies of which nothing counts any more. from: "" for the first, then what the last call returned; it
  // returns "" when it has come to the end.
  virtual std::string drop_passed_tallies(base::Time now, const std::string& from) = 0;
  // Takes the raw bytes of their mails from some of the tickets that are resolved, rejected or deleted and have not changed since before: a few milliseconds of
  // work. History and texts stay. A mail that is in another ticket, too, keeps them for as long as that one wants them; one without a msg-id for ever, as
  // by nothing else the other ticket is found. from as above.
  virtual std::string drop_old_raw(base::Time before, const std::string& from) = 0;
  // Puts a piece back, in the order of walk(), over as many transactions as one likes. The numbers come first, into a store that holds nothing: else an
  // Error of kind CannotCreate.
  virtual void restore(const Piece& piece) = 0;
  // A person made or changed, or taken away; and all that is counted for an address forgotten.
  virtual void put_person(const tickets::Person& person) = 0;
  virtual void remove_person(const std::string& address) = 0;
  virtual void remove_tallies(const std::string& who) = 0;
  // A ticket and its history as they are to be, with the entries they have. A message that an entry has no more goes, unless another entry, of any ticket, has it.
  virtual void rewrite(const StoredTicket& stored) = 0;
  // Takes a ticket away for good, with history, notices, links to it, and messages as above. Its number is not given out again.
  virtual void purge(tickets::TicketId id) = 0;
  virtual void remove_journal(std::uint64_t id) = 0;
  // Takes a little of what is out of bounds out of the journal, the oldest first. True when there may be more.
  virtual bool trim_journal(const JournalBounds& bounds) = 0;
};

class Engine;

class Store {
 public:
  explicit Store(const Options& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  void read(const std::function<void(const Reader&)>& body) const;
  // One transaction, committed durably on return; rolled back when body throws.
  void write(const std::function<void(Writer&)>& body);

  // One durable transaction for many bodies, run in order, each answered by itself. A body that throws leaves nothing behind and does not hurt the
  // others; its exception stands in its place. The store's own trouble (Full, Temporary, Io) stands in all places. Bodies may be run more than once: they
  // must not keep anything from an earlier run.
  std::vector<std::exception_ptr> write_all(const std::vector<const std::function<void(Writer&)>*>& bodies);

  // Returns when somebody, in whatever process, has committed a notice that is due, when interrupt (a descriptor, -1 = none) can be read, or when
  // the time is up. What was committed before the call and after the last one counts, so nothing is missed by looking into the outbox after each call.
  void wait_for_notices(std::chrono::milliseconds most, int interrupt);

  // A copy of this moment in another folder, made if missing, without the free pages; durable on return. Others go on reading and writing. Throws
  // CannotCreate when there is a store already, Full, Io.
  void copy_to(const std::string& folder) const;

  // Would a write be refused now for want of room? Cheap enough for every RCPT (looks at the disk at most every 100 ms).
  bool full() const;
  // Drops what dead processes left in the reader table. At start and every minute.
  void check_readers();
  // The folder of a location, where pid file and spool may lie; "" for an engine without one.
  static std::string folder(const std::string& location);

 private:
  std::unique_ptr<Engine> engine_;
};

// The header of a raw message, of a very long one the beginning; "" when it has no end that is to be seen.
std::string_view header_of(std::string_view raw);
// Compression and chunking of a message, before any transaction. Level and chunk size are the engine's business.
std::shared_ptr<const tickets::PackedMessage> pack(std::string_view text, std::string_view raw);

}  // namespace ticketmilter::store
