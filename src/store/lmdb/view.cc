// SPDX-License-Identifier: MIT
// All that a decision may know, in a handful of look-ups. This runs inside the write transaction, for every message, so nothing a stranger can pile
// up may make it long.
#include <algorithm>
#include <cstring>

#include "store/lmdb/transaction.h"

namespace ticketmilter::store::lmdb {
namespace {

constexpr std::size_t max_values = 1000;  // read under one msg-id or duplicate key
constexpr std::size_t max_known = 1000;   // known messages in a view
constexpr int max_merges = 100;

tickets::TicketId ticket_of(std::string_view filed) {
  return tickets::TicketId{number_at<std::uint64_t>(filed, sizeof(base::Digest))};
}

// The values under a key of the msgid database, beginning with the first that is not below `from`.
template <class Take>
void each_filed(const Txn& txn, std::string_view key, std::string_view from, const Take& take) {
  Cursor cursor(txn, Table::MsgId);
  bool more = cursor.at_value_from(key, from);
  for (std::size_t n = 0; more && n < max_values && cursor.value().size() == filed_size && take(cursor.value()); ++n) {
    more = cursor.next_of_key();
  }
}

}  // namespace

tickets::View Transaction::view(const tickets::Question& question) const {
  tickets::View view;
  for (const auto id : question.tickets) {
    add_tickets(id, view);
  }
  for (const auto& message_id : question.message_ids) {
    add_known_messages(message_id, view);
  }
  for (const auto& address : question.people) {
    if (auto person = find_person(address)) {
      view.people.push_back(std::move(*person));
    }
  }
  const bool identified = !question.own_message_id.empty();
  const auto own = message_id_key(question.own_message_id);
  view.message_id_seen = identified && txn_.get(Table::MsgId, own);
  for (const auto& digest : question.duplicate_keys) {
    const bool keyed = identified && question.keyed_by_message_id;
    add_duplicates(keyed ? own : duplicate_key(digest), digest, view);
  }
  for (const auto& name : question.notices) {
    if (auto notice = find_notice(name.ticket, name.notice)) {
      view.notices.push_back(std::move(*notice));
    }
  }
  for (const auto& id : question.tallies) {
    const auto key = tally_key(id);
    if (const auto record = txn_.get(Table::Tally, key)) {
      view.tallies.push_back(decode_tally(*record, key));
    }
  }
  return view;
}

// The ticket and those it was merged into.
void Transaction::add_tickets(tickets::TicketId id, tickets::View& view) const {
  for (int step = 0; step < max_merges && id != tickets::TicketId{} && !view.tickets.contains(id); ++step) {
    auto ticket = find_ticket(id);
    if (!ticket) {
      return;
    }
    const auto into = ticket->merged_into;
    view.tickets.emplace(id, std::move(*ticket));
    id = into;
  }
}

void Transaction::add_known_messages(const std::string& message_id, tickets::View& view) const {
  std::vector<tickets::TicketId> ids;
  const base::Digest lowest{};
  if (!message_id.empty()) {
    each_filed(txn_, message_id_key(message_id), filed_value(lowest, {}, 0, {}), [&](std::string_view filed) {
      ids.push_back(ticket_of(filed));
      return true;
    });
  }
  std::sort(ids.begin(), ids.end(), std::greater<>());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  for (const auto id : ids) {
    if (view.known_messages.size() == max_known) {
      return;
    }
    view.known_messages.push_back({message_id, id});
    add_tickets(id, view);
  }
}

void Transaction::add_duplicates(std::string_view key, const base::Digest& digest, tickets::View& view) const {
  each_filed(txn_, key, filed_value(digest, {}, 0, {}), [&](std::string_view filed) {
    if (std::memcmp(filed.data(), digest.data(), digest.size()) != 0) {
      return false;
    }
    view.duplicates.push_back({digest, ticket_of(filed), number_at<std::uint32_t>(filed, 24),
                               time_of_key(number_at<std::uint64_t>(filed, 28))});
    return true;
  });
}

}  // namespace ticketmilter::store::lmdb
