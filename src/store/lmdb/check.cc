// SPDX-License-Identifier: MIT
// Does all agree? Records are what is true; every index, counter and message is held against them. One pass over each database, and a bit for each message.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "store/lmdb/body.h"
#include "store/lmdb/transaction.h"

namespace ticketmilter::store::lmdb {
namespace {

using tickets::Entry;
using tickets::JournalEntry;
using tickets::MessageId;
using tickets::Notice;
using tickets::NoticeState;
using tickets::Ticket;
using tickets::TicketId;

constexpr std::string_view lowest("\0", 1);  // LMDB takes no empty key
constexpr std::size_t ticket_key_size = 12;
constexpr std::size_t body_key_size = 12;

bool same(const Row& row, const Ticket& ticket) {
  return row.subject == ticket.subject && row.owner == ticket.owner && row.requestors == ticket.requestors &&
         row.cc == ticket.cc && row.admin_cc == ticket.admin_cc && row.priority == ticket.priority &&
         row.created == ticket.created && row.due == ticket.due && row.merged_into == ticket.merged_into &&
         row.links == ticket.links;
}

class Check {
 public:
  Check(const Transaction& records, const Txn& txn, bool deep)
      : records_(records),
        txn_(txn),
        queues_(txn),
        deep_(deep),
        last_message_(txn.number(Table::Meta, meta_key(Meta::LastMessage))) {}

  std::vector<std::string> run() {
    using Part = void (Check::*)();
    for (const Part part : {&Check::tickets, &Check::counts, &Check::journal, &Check::messages, &Check::outbox,
                            &Check::known_mail, &Check::people, &Check::tallies}) {
      try {
        (this->*part)();
      } catch (const base::Error& e) {
        add(e.what());
      }
    }
    return std::move(findings_);
  }

 private:
  void add(std::string finding) {
    constexpr std::size_t most = 100;
    if (findings_.size() < most) {
      findings_.push_back(std::move(finding));
    }
  }

  // One record, which may be damaged without the next being so.
  template <class Body>
  void each(Table table, Body body) {
    Cursor cursor(txn_, table);
    for (bool more = cursor.first_from(lowest); more; more = cursor.next()) {
      try {
        body(cursor.key(), cursor.value());
      } catch (const base::Error& e) {
        add(e.what());
      }
    }
  }

  // ---- tickets, entries, list

  void tickets() {
    std::uint64_t tickets = 0;
    std::uint64_t last = 0;
    each(Table::Ticket, [&](std::string_view key, std::string_view value) {
      if (key.size() != ticket_key_size) {
        return add("ticket: a key of no ticket");
      }
      const auto id = number_at<std::uint64_t>(key, 0);
      if (const auto n = number_at<std::uint32_t>(key, sizeof id); n > 0) {
        return entry(id, n, decode_entry(value, key));
      }
      finish_ticket();
      ++tickets;
      last = id;
      ticket(id, decode_ticket(value, key));
    });
    finish_ticket();
    if (txn_.count(Table::List) != tickets) {
      add(fmt::format("{} tickets, but {} rows in the list", tickets, txn_.count(Table::List)));
    }
    if (const auto given = txn_.number(Table::Meta, meta_key(Meta::LastTicket)); last > given) {
      add(fmt::format("ticket {} is there, but the last number given out is {}", last, given));
    }
  }

  void ticket(std::uint64_t id, const Ticket& ticket) {
    at_ = ticket;
    seen_ = 0;
    if (number(ticket.id) != id) {
      add(fmt::format("ticket {}: the record says it is {}", id, number(ticket.id)));
    }
    const auto queue = queues_.find(ticket.queue);
    if (!queue) {
      return add(fmt::format("ticket {}: its queue has no number", id));
    }
    ++by_status_[std::string(status_count_key(*queue, ticket.status))];
    const auto key = list_key(*queue, ticket.status, key_time(ticket.updated), id);
    const auto row = txn_.get(Table::List, key);
    if (!row || !same(decode_row(*row, key), ticket)) {
      add(fmt::format("ticket {}: {}", id, row ? "its row in the list is another" : "it has no row in the list"));
    }
    links(ticket);
  }

  void links(const Ticket& ticket) {
    for (const TicketId other : ticket.links) {
      const auto found = records_.find_ticket(other);
      if (!found ||
          (found->links.size() < max_links && std::ranges::find(found->links, ticket.id) == found->links.end())) {
        add(fmt::format("ticket {}: ticket {} does not know of their link", number(ticket.id), number(other)));
      }
    }
  }

  void entry(std::uint64_t id, std::uint32_t n, const Entry& entry) {
    if (!at_ || number(at_->id) != id) {
      return add(fmt::format("ticket {}: entry {} without a ticket", id, n));
    }
    if (n != ++seen_ || entry.id != n) {
      add(fmt::format("ticket {}: entry {} where {} should be", id, n, seen_));
      seen_ = n;
    }
    use(entry.message, fmt::format("ticket {}, entry {}", id, n));
  }

  void finish_ticket() {
    if (at_ && at_->entries != seen_) {
      add(fmt::format("ticket {}: {} entries, but the last is {}", number(at_->id), at_->entries, seen_));
    }
    at_.reset();
  }

  void counts() {
    each(Table::Count, [&](std::string_view key, std::string_view) {
      if (key.empty() || key[0] != static_cast<char>(Count::Status)) {
        return;
      }
      const auto counted = txn_.number(Table::Count, key);
      const auto found = by_status_.find(std::string(key));
      const std::uint64_t there = found == by_status_.end() ? 0 : found->second;
      if (counted != there) {
        add(fmt::format("count: {} tickets of queue {} and status {}, but {} are counted", there,
                        number_at<std::uint32_t>(key, 1), static_cast<unsigned>(key.back()), counted));
      }
      by_status_.erase(std::string(key));
    });
    if (!by_status_.empty()) {
      add("count: tickets that are not counted");
    }
  }

  // ---- journal and messages

  void journal() {
    std::uint64_t refused = 0;
    std::uint64_t content = 0;
    MessageId before{};
    each(Table::Journal, [&](std::string_view key, std::string_view value) {
      const JournalEntry entry = decode_journal(value, key);
      refused += entry.refused ? 1 : 0;
      if (entry.content > 0 && entry.message != before) {
        content += entry.content;
        before = entry.message;
      }
      if (!entry.shared) {  // else it is a ticket's, and goes with that
        use(entry.message, fmt::format("journal {}", entry.id));
      }
    });
    agree("entries of the journal that were refused", refused, meta_key(Meta::JournalRefused));
    agree("bytes of refused mail in the journal", content, meta_key(Meta::JournalContent));
  }

  void use(MessageId id, const std::string& by) {
    if (id == MessageId{}) {
      return;
    }
    if (number(id) > last_message_) {
      return add(fmt::format("{}: message {} was never given out", by, number(id)));
    }
    used_.resize(std::max<std::size_t>(used_.size(), number(id) + 1));
    if (!used_[number(id)] && !txn_.get(Table::Body, body_key(id, 0))) {
      add(fmt::format("{}: message {} is not there", by, number(id)));
    }
    used_[number(id)] = true;
  }

  // Pieces without a beginning, too, belong to nobody.
  void messages() {
    std::uint64_t at = 0;
    std::uint32_t chunks = 0;
    std::uint32_t seen = 0;
    const auto finish = [&] {
      if (seen != chunks) {
        add(fmt::format("message {}: {} pieces of {}", at, seen, chunks));
      }
    };
    each(Table::Body, [&](std::string_view key, std::string_view value) {
      if (key.size() != body_key_size) {
        return add("body: a key of no message");
      }
      const auto id = number_at<std::uint64_t>(key, 0);
      if (number_at<std::uint32_t>(key, sizeof id) > 0) {
        seen += id == at ? 1 : 0;
        return id == at ? void() : add(fmt::format("message {}: a piece without a beginning", id));
      }
      finish();
      at = id;
      seen = 0;
      chunks = decode_body(value, key).chunks;
      if (id >= used_.size() || !used_[id]) {
        add(fmt::format("message {}: nobody has it", id));
      }
      if (deep_) {
        read_body(txn_, MessageId{id}, [](std::string_view, std::string_view) {});
      }
    });
    finish();
  }

  // ---- outbox

  void outbox() {
    std::uint64_t by_state[tickets::notice_state_count] = {};
    std::uint64_t indexed = 0;
    std::uint64_t rows = 0;
    each(Table::Outbox, [&](std::string_view key, std::string_view value) {
      if (key.empty() || key[0] != static_cast<char>(Outbox::Notice)) {
        ++rows;
        return;
      }
      const Notice notice = decode_notice(value, key);
      ++by_state[static_cast<std::size_t>(notice.state)];
      const std::string index = key_by_state(notice);
      indexed += index.empty() ? 0 : 1;
      if (!index.empty() && !txn_.get(Table::Outbox, index)) {
        add(fmt::format("notice {}: not found by its state", notice.id));
      }
    });
    if (indexed != rows) {
      add(fmt::format("outbox: {} notices to be found by their state, but {} keys", indexed, rows));
    }
    for (int state = 0; state < tickets::notice_state_count; ++state) {
      agree(fmt::format("notices of state {}", name(static_cast<NoticeState>(state))), by_state[state],
            notices_key(static_cast<NoticeState>(state)));
    }
  }

  // ---- the rest

  void known_mail() {
    each(Table::MsgId, [&](std::string_view, std::string_view value) {
      if (value.size() != filed_size) {
        return add("msgid: a value of another size");
      }
      const TicketId id{number_at<std::uint64_t>(value, sizeof(base::Digest))};
      const auto entry = number_at<std::uint32_t>(value, sizeof(base::Digest) + sizeof id);
      if (!txn_.get(Table::Ticket, ticket_key(id, entry))) {
        add(fmt::format("msgid: a mail is known as entry {} of ticket {}, which is not there", entry, number(id)));
      }
    });
  }

  void people() {
    each(Table::Person, [&](std::string_view key, std::string_view value) {
      if (key != std::string_view(person_key(decode_person(value, key).address))) {
        add("person: a record under the key of somebody else");
      }
    });
  }

  void tallies() {
    each(Table::Tally, [&](std::string_view key, std::string_view value) {
      if (key != std::string_view(tally_key(decode_tally(value, key).id))) {
        add("tally: a record under the key of another one");
      }
    });
  }

  void agree(const std::string& what, std::uint64_t there, std::string_view key) {
    if (const auto counted = txn_.number(Table::Meta, key); counted != there) {
      add(fmt::format("{}: {}, but {} are counted", what, there, counted));
    }
  }

  const Transaction& records_;
  const Txn& txn_;
  const Queues queues_;
  const bool deep_;
  const std::uint64_t last_message_;
  std::vector<bool> used_;  // messages that somebody has
  std::map<std::string, std::uint64_t> by_status_;
  std::optional<Ticket> at_;  // of which entries are read
  std::uint32_t seen_ = 0;
  std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> Transaction::check(bool deep) const {
  return Check(*this, txn_, deep).run();
}

}  // namespace ticketmilter::store::lmdb
