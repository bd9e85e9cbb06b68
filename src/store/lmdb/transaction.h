// SPDX-License-Identifier: MIT
// The operations of the seam on one LMDB transaction. Reading and writing are one class, as a writer reads what it has written: a read transaction is
// only ever handed out as a Reader.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/lmdb/record.h"
#include "store/lmdb/txn.h"
#include "store/store.h"

namespace ticketmilter::store::lmdb {

// The numbers that stand for queue names in keys, as this transaction sees them.
class Queues {
 public:
  explicit Queues(const Txn& txn);
  std::optional<std::uint32_t> find(const std::string& name) const;
  std::uint32_t find_or_add(Txn& txn, const std::string& name);
  // "" for a number not given out.
  const std::string& name(std::uint32_t number) const;
  std::size_t size() const { return names_.size(); }

 private:
  std::vector<std::string> names_;  // number 1 is the first
  std::map<std::string, std::uint32_t> numbers_;
};

// A stranger who names a ticket again and again makes a linked one each time: the old one keeps the first of them.
constexpr std::size_t max_links = 1000;

// What a notice is found by besides its own key; "" = nothing.
std::string key_by_state(const tickets::Notice& notice);

class Transaction final : public Writer {
 public:
  explicit Transaction(Txn& txn) : txn_(txn) {}

  tickets::View view(const tickets::Question& question) const override;
  std::optional<tickets::Ticket> find_ticket(tickets::TicketId id) const override;
  std::vector<tickets::Entry> entries(tickets::TicketId id) const override;
  std::optional<tickets::Entry> find_entry(tickets::TicketId id, std::uint32_t entry) const override;
  std::vector<Row> list(const ListQuery& query) const override;
  std::optional<tickets::Person> find_person(const std::string& address) const override;
  std::vector<tickets::JournalEntry> journal(const JournalQuery& query) const override;
  std::optional<tickets::JournalEntry> find_journal(std::uint64_t id) const override;
  std::vector<tickets::Notice> outbox(const OutboxQuery& query) const override;
  std::optional<tickets::Notice> find_notice(tickets::TicketId ticket, std::uint64_t notice) const override;
  std::vector<tickets::Notice> notices_of(tickets::TicketId ticket) const override;
  bool read_text(tickets::MessageId id, const std::function<void(std::string_view)>& sink) const override;
  bool read_raw(tickets::MessageId id, const std::function<void(std::string_view)>& sink) const override;
  Stats stats() const override;
  Counters counters() const override;
  std::vector<tickets::Tally> tallies(const std::function<bool(const tickets::Tally&)>& matches,
                                      std::size_t limit) const override;
  std::vector<tickets::Person> people(const std::function<bool(const tickets::Person&)>& matches,
                                      std::size_t limit) const override;
  void walk(const std::function<void(Piece&&)>& take) const override;
  std::vector<std::string> check(bool deep) const override;

  tickets::Applied apply(const tickets::Intent& intent) override;
  void add_commits(const Commits& commits) override;
  std::string drop_old_notices(base::Time before, const std::string& from) override;
  std::string drop_passed_tallies(base::Time now, const std::string& from) override;
  std::string drop_old_raw(base::Time before, const std::string& from) override;
  void restore(const Piece& piece) override;
  void put_person(const tickets::Person& person) override;
  void remove_person(const std::string& address) override;
  void remove_tallies(const std::string& who) override;
  void rewrite(const StoredTicket& stored) override;
  void purge(tickets::TicketId id) override;
  void remove_journal(std::uint64_t id) override;
  bool trim_journal(const JournalBounds& bounds) override;

  // A notice was written that a notifier may want to know of.
  bool has_due() const { return has_due_; }

 private:
  using Links = std::map<tickets::TicketId, std::vector<tickets::TicketId>>;

  const Queues& queues() const;

  // tally.cc
  template <class Value>
  std::vector<Value> all_of(Table table, Value (*decode)(std::string_view bytes, std::string_view key),
                            const std::function<bool(const Value&)>& matches, std::size_t limit) const;

  // archive.cc
  void walk_messages(const std::function<void(Piece&&)>& take) const;
  void walk_tickets(const std::function<void(Piece&&)>& take) const;
  void walk_known(const std::function<void(Piece&&)>& take) const;
  template <class Value>
  void walk_all(Table table, std::string_view from, Value (*decode)(std::string_view bytes, std::string_view key),
                const std::function<void(Piece&&)>& take) const;
  void put(const LastNumbers& numbers);
  void put(const tickets::Person& person);
  void put(const StoredMessage& message);
  void put(const StoredTicket& stored);
  void put(const tickets::Notice& notice);
  void put(const tickets::JournalEntry& entry);
  void put(const tickets::Tally& tally);
  void put(const KnownMail& known);

  // remove.cc
  void drop_unused(const std::vector<tickets::Entry>& before, const std::vector<tickets::Entry>& after,
                   tickets::TicketId ticket);
  std::optional<std::set<tickets::TicketId>> tickets_of(const std::string& message_id, std::size_t most) const;
  bool is_used(const tickets::Entry& entry, tickets::TicketId but) const;
  std::size_t drop_raw(tickets::TicketId id, base::Time before);
  bool is_closed_since(tickets::TicketId id, base::Time before) const;
  bool wants_raw(const tickets::Entry& entry, tickets::TicketId but, base::Time before) const;
  void unindex(const tickets::Entry& entry, tickets::TicketId ticket);
  void unlink(tickets::TicketId id, tickets::TicketId from);

  // view.cc
  void add_tickets(tickets::TicketId id, tickets::View& view) const;
  void add_known_messages(const std::string& message_id, tickets::View& view) const;
  void add_duplicates(std::string_view key, const base::Digest& digest, tickets::View& view) const;

  // apply.cc
  std::uint64_t next(Meta last);
  tickets::MessageId keep_message(const tickets::Intent& intent);
  Links links(const tickets::Intent& intent, const std::vector<tickets::TicketId>& ids) const;
  std::uint32_t file(const tickets::Intent& intent, const tickets::Filing& filing, tickets::Ticket ticket,
                     tickets::MessageId message);
  void put_ticket(const tickets::Ticket& ticket, const std::optional<tickets::Ticket>& old);
  void index(const tickets::Intent& intent, const tickets::Filing& filing, tickets::TicketId id, std::uint32_t entry);
  void link_others(const Links& links, const std::vector<tickets::TicketId>& filed);

  // counters.cc
  void count_decided(const tickets::Intent& intent);

  // outbox.cc
  void add_notices(std::vector<tickets::Notice> notices, tickets::TicketId ticket, std::uint32_t entry);
  void put_notice(tickets::Notice notice);
  void unindex(const tickets::Notice& notice);
  void collect(std::string_view first, std::size_t kind_size, std::size_t name_at, const OutboxQuery& query,
               std::vector<tickets::Notice>& found) const;

  // journal.cc
  std::vector<std::uint64_t> keep_journal(const tickets::Intent& intent, tickets::MessageId message);
  void import_journal(std::uint64_t id, tickets::TicketId ticket);
  std::size_t drop_message(tickets::JournalEntry& entry);
  std::size_t remove(tickets::JournalEntry& entry);
  std::size_t forget_content(tickets::JournalEntry& entry);
  void put_journal(const tickets::JournalEntry& entry, unsigned flags = 0);
  tickets::JournalEntry journal_entry(std::string_view record, std::string_view key) const;
  bool neighbour_has(const tickets::JournalEntry& entry) const;
  void trim_old(base::Time since, std::size_t& room);
  using Trim = std::size_t (Transaction::*)(tickets::JournalEntry&);
  void trim_refused(Meta counted, std::uint64_t most, Meta from, Trim trim, std::size_t& room);
  std::optional<tickets::JournalEntry> next_journal(std::uint64_t from) const;

  Txn& txn_;
  Encoder encoder_;
  mutable std::optional<Queues> queues_;  // read when first needed
  bool has_due_ = false;
};

}  // namespace ticketmilter::store::lmdb
