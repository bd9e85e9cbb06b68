// SPDX-License-Identifier: MIT
// The outbox: the notices of a ticket lie together, under the name that a bounce address gives back; those that wait are found by time, those that
// have ended without being sent by their state.
#include <algorithm>

#include "store/lmdb/transaction.h"

namespace ticketmilter::store::lmdb {
namespace {

using tickets::Notice;
using tickets::NoticeState;

// Where ticket and number stand in the keys.
constexpr std::size_t name_in_notice = 1;
constexpr std::size_t name_in_waiting = 9;
constexpr std::size_t name_in_ended = 2;

bool asked_for(const OutboxQuery& query, NoticeState state) {
  return query.states.empty() ? state != NoticeState::Sent && state != NoticeState::Dropped
                              : std::ranges::find(query.states, state) != query.states.end();
}

bool matches(const OutboxQuery& query, const Notice& notice) {
  return asked_for(query, notice.state) && (query.id == 0 || query.id == notice.id) &&
         (query.claimed_by == 0 || query.claimed_by == notice.claimed_by) &&
         (!query.due_by || (notice.waits() && notice.next_try <= *query.due_by));
}

Fixed<1> kind_key(Outbox kind) {
  return Fixed<1>().add(static_cast<std::uint8_t>(kind));
}

}  // namespace

std::string key_by_state(const Notice& notice) {
  if (notice.waits()) {
    return std::string(waiting_key(notice.next_try, notice.ticket, notice.id));
  }
  const bool kept = notice.state == NoticeState::Failed || notice.state == NoticeState::Held;
  return kept ? std::string(ended_key(notice.state, notice.ticket, notice.id)) : "";
}

std::optional<Notice> Transaction::find_notice(tickets::TicketId ticket, std::uint64_t notice) const {
  const auto key = notice_key(ticket, notice);
  const auto record = txn_.get(Table::Outbox, key);
  return record ? std::optional(decode_notice(*record, key)) : std::nullopt;
}

std::vector<Notice> Transaction::notices_of(tickets::TicketId ticket) const {
  std::vector<Notice> found;
  const auto first = notice_key(ticket, 0);
  const auto prefix = std::string_view(first).substr(0, sizeof(std::uint64_t) + 1);
  Cursor cursor(txn_, Table::Outbox);
  for (bool more = cursor.first_from(first); more && cursor.key().starts_with(prefix); more = cursor.next()) {
    found.push_back(decode_notice(cursor.value(), cursor.key()));
  }
  return found;
}

// Those whose names stand at name_at in keys that begin as first does in its kind_size bytes.
void Transaction::collect(std::string_view first, std::size_t kind_size, std::size_t name_at, const OutboxQuery& query,
                          std::vector<Notice>& found) const {
  const auto kind = first.substr(0, kind_size);
  Cursor cursor(txn_, Table::Outbox);
  for (bool more = cursor.first_from(first); more && found.size() < query.limit; more = cursor.next()) {
    const auto key = cursor.key();
    const bool late =
        name_at == name_in_waiting && query.due_by && time_of_key(number_at<std::uint64_t>(key, 1)) > *query.due_by;
    if (!key.starts_with(kind) || key.size() < name_at + 16 || late) {
      return;
    }
    auto notice = find_notice(tickets::TicketId{number_at<std::uint64_t>(key, name_at)},
                              number_at<std::uint64_t>(key, name_at + 8));
    if (notice && matches(query, *notice)) {
      found.push_back(std::move(*notice));
    }
  }
}

std::vector<Notice> Transaction::outbox(const OutboxQuery& query) const {
  std::vector<Notice> found;
  if (asked_for(query, NoticeState::Sent) || asked_for(query, NoticeState::Dropped)) {
    collect(kind_key(Outbox::Notice), 1, name_in_notice, query, found);
    return found;
  }
  if (asked_for(query, NoticeState::Due) || asked_for(query, NoticeState::Deferred)) {
    collect(kind_key(Outbox::Waiting), 1, name_in_waiting, query, found);
  }
  for (const auto state : {NoticeState::Failed, NoticeState::Held}) {
    if (asked_for(query, state)) {
      const auto first = ended_key(state, {}, 0);
      collect(first, 2, name_in_ended, query, found);
    }
  }
  return found;
}

void Transaction::add_notices(std::vector<Notice> notices, tickets::TicketId ticket, std::uint32_t entry) {
  for (auto& notice : notices) {
    notice.ticket = ticket;
    notice.entry = entry;
    put_notice(std::move(notice));
  }
}

void Transaction::put_notice(Notice notice) {
  if (notice.id == 0) {
    notice.id = next(Meta::LastNotice);
  } else if (const auto old = find_notice(notice.ticket, notice.id)) {
    unindex(*old);
  }
  txn_.put(Table::Outbox, notice_key(notice.ticket, notice.id), encoder_.notice(notice));
  if (const std::string key = key_by_state(notice); !key.empty()) {
    txn_.put(Table::Outbox, key, {});
  }
  has_due_ = has_due_ || (notice.state == NoticeState::Due && notice.claimed_by == 0);
  txn_.add_number(Table::Meta, notices_key(notice.state), 1);
}

void Transaction::unindex(const Notice& notice) {
  if (const std::string key = key_by_state(notice); !key.empty()) {
    txn_.del(Table::Outbox, key);
  }
  txn_.add_number(Table::Meta, notices_key(notice.state), -1);
}

std::string Transaction::drop_old_notices(base::Time before, const std::string& from) {
  constexpr std::size_t most = 1000;
  std::vector<Notice> old;
  std::string next;
  {
    const auto kind = kind_key(Outbox::Notice);
    Cursor cursor(txn_, Table::Outbox);
    bool more = cursor.first_from(from.empty() ? std::string_view(kind) : std::string_view(from));
    for (std::size_t n = 0; more && n < most && cursor.key().starts_with(kind); ++n, more = cursor.next()) {
      auto notice = decode_notice(cursor.value(), cursor.key());
      if (!notice.waits() && notice.created < before) {
        old.push_back(std::move(notice));
      }
    }
    next = more && cursor.key().starts_with(kind) ? cursor.key() : "";
  }
  for (const auto& notice : old) {
    unindex(notice);
    txn_.del(Table::Outbox, notice_key(notice.ticket, notice.id));
  }
  return next;
}

}  // namespace ticketmilter::store::lmdb
