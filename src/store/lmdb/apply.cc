// SPDX-License-Identifier: MIT
// Writing an Intent. The records and all that is derived from them (list rows, counters, the other ends of links, the msg-id index) change
// together here, so they cannot come apart.
#include <algorithm>

#include "store/lmdb/body.h"
#include "store/lmdb/transaction.h"

namespace ticketmilter::store::lmdb {
namespace {

using tickets::Filing;
using tickets::Intent;
using tickets::Ticket;
using tickets::TicketId;

bool has_message(const Filing& filing, std::size_t entry) {
  return entry < filing.has_message.size() && filing.has_message[entry];
}

bool has_message(const Filing& filing) {
  return std::find(filing.has_message.begin(), filing.has_message.end(), true) != filing.has_message.end();
}

void add_links(Ticket& ticket, const std::vector<TicketId>& links) {
  for (const auto id : links) {
    if (ticket.links.size() < max_links && id != ticket.id &&
        std::find(ticket.links.begin(), ticket.links.end(), id) == ticket.links.end()) {
      ticket.links.push_back(id);
    }
  }
}

}  // namespace

tickets::Applied Transaction::apply(const Intent& intent) {
  tickets::Applied applied;
  const auto message = keep_message(intent);
  for (const auto& filing : intent.filings) {
    const bool fresh = filing.ticket.id == TicketId{};
    applied.tickets.push_back(fresh ? TicketId{next(Meta::LastTicket)} : filing.ticket.id);
  }
  const Links links = this->links(intent, applied.tickets);
  for (std::size_t i = 0; i < intent.filings.size(); ++i) {
    Ticket ticket = intent.filings[i].ticket;
    ticket.id = applied.tickets[i];
    if (const auto mine = links.find(ticket.id); mine != links.end()) {
      add_links(ticket, mine->second);
    }
    applied.last_entries.push_back(file(intent, intent.filings[i], std::move(ticket), message));
  }
  link_others(links, applied.tickets);
  for (const auto& person : intent.people) {
    const auto key = person_key(person.address);
    txn_.put_new(Table::Person, key, encoder_.person(person));
  }
  for (const auto& notice : intent.notices) {
    put_notice(notice);
  }
  for (const auto& tally : intent.tallies) {
    txn_.put(Table::Tally, tally_key(tally.id), encoder_.tally(tally));
  }
  applied.journal = keep_journal(intent, message);
  if (intent.imported != 0) {
    import_journal(intent.imported, applied.tickets.at(0));
  }
  count_decided(intent);
  return applied;
}

std::uint64_t Transaction::next(Meta last) {
  const auto key = meta_key(last);
  const auto number = txn_.number(Table::Meta, key) + 1;
  txn_.set_number(Table::Meta, key, number);
  return number;
}

// Once, however many tickets take it.
tickets::MessageId Transaction::keep_message(const Intent& intent) {
  const auto takes = [](const Filing& filing) { return has_message(filing); };
  const bool filed = std::any_of(intent.filings.begin(), intent.filings.end(), takes);
  const bool journaled = intent.journal_has_message && !intent.journal.empty();
  if (!intent.message || (!filed && !journaled)) {
    return {};
  }
  const tickets::MessageId id{next(Meta::LastMessage)};
  put_body(txn_, encoder_, id, *intent.message);
  if (filed && intent.message->raw_size > 0) {
    next(Meta::RawMessages);
  }
  return id;
}

// Both ends of every link the intent asks for.
Transaction::Links Transaction::links(const Intent& intent, const std::vector<TicketId>& ids) const {
  Links links;
  const auto link = [&](TicketId a, TicketId b) {
    links[a].push_back(b);
    links[b].push_back(a);
  };
  for (std::size_t i = 0; i < intent.filings.size(); ++i) {
    for (const auto other : intent.filings[i].linked) {
      link(ids[i], ids.at(other));
    }
    for (const auto other : intent.filings[i].linked_ids) {
      if (std::find(ids.begin(), ids.end(), other) != ids.end() || find_ticket(other)) {
        link(ids[i], other);
      }
    }
  }
  return links;
}

void Transaction::link_others(const Links& links, const std::vector<TicketId>& filed) {
  for (const auto& [id, others] : links) {
    if (std::find(filed.begin(), filed.end(), id) == filed.end()) {
      const auto old = find_ticket(id);
      Ticket ticket = old.value();
      add_links(ticket, others);
      put_ticket(ticket, old);
    }
  }
}

std::uint32_t Transaction::file(const Intent& intent, const Filing& filing, Ticket ticket, tickets::MessageId message) {
  const bool fresh = filing.ticket.id == TicketId{};
  const auto old = fresh ? std::nullopt : find_ticket(ticket.id);
  if (!fresh && !old) {
    throw base::Error(base::Kind::Internal,
                      "store: ticket " + std::to_string(number(ticket.id)) + " to be changed is not there");
  }
  const std::uint32_t before = fresh ? 0 : old->entries;
  ticket.entries = before + static_cast<std::uint32_t>(filing.entries.size());
  put_ticket(ticket, old);
  std::uint32_t indexed = ticket.entries;
  for (std::size_t i = 0; i < filing.entries.size(); ++i) {
    auto entry = filing.entries[i];
    entry.id = before + static_cast<std::uint32_t>(i) + 1;
    if (has_message(filing, i) && intent.message) {
      entry.message = message;
      entry.raw_size = intent.message->raw_size;
      indexed = entry.id;
    }
    txn_.put(Table::Ticket, ticket_key(ticket.id, entry.id), encoder_.entry(entry), fresh ? MDB_APPEND : 0);
  }
  index(intent, filing, ticket.id, indexed);
  add_notices(filing.notices, ticket.id, ticket.entries);
  return ticket.entries;
}

void Transaction::put_ticket(const Ticket& ticket, const std::optional<Ticket>& old) {
  queues();
  const auto queue = queues_->find_or_add(txn_, ticket.queue);
  const auto row = list_key(queue, ticket.status, key_time(ticket.updated), number(ticket.id));
  if (!old) {
    txn_.add_number(Table::Count, status_count_key(queue, ticket.status), 1);
    txn_.add_number(Table::Count, day_count_key(ticket.created, queue), 1);
  } else {
    const auto old_queue = queues_->find_or_add(txn_, old->queue);
    const auto old_row = list_key(old_queue, old->status, key_time(old->updated), number(old->id));
    if (std::string_view(old_row) != std::string_view(row)) {
      txn_.del(Table::List, old_row);
    }
    if (queue != old_queue || ticket.status != old->status) {
      txn_.add_number(Table::Count, status_count_key(old_queue, old->status), -1);
      txn_.add_number(Table::Count, status_count_key(queue, ticket.status), 1);
    }
  }
  txn_.put(Table::Ticket, ticket_key(ticket.id, 0), encoder_.ticket(ticket), old ? 0 : MDB_APPEND);
  txn_.put(Table::List, row, encoder_.row(ticket));
}

// What makes the mail known when it, or an answer to it, comes again. A mail that is found by its msg-id has all of it in one place.
void Transaction::index(const Intent& intent, const Filing& filing, TicketId id, std::uint32_t entry) {
  const bool identified = !intent.message_id.empty();
  const bool keyed = identified && intent.keyed_by_message_id;
  const auto own = message_id_key(intent.message_id);
  if (identified && has_message(filing) && !(keyed && !filing.duplicate_keys.empty())) {
    txn_.put(Table::MsgId, own, filed_value({}, id, entry, intent.now));
  }
  for (const auto& digest : filing.duplicate_keys) {
    const auto key = keyed ? own : duplicate_key(digest);
    txn_.put(Table::MsgId, key, filed_value(digest, id, entry, intent.now));
  }
}

}  // namespace ticketmilter::store::lmdb
