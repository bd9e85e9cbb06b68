// SPDX-License-Identifier: MIT
// A claim is a notice with a name on it and a next_try in the future: when the notifier dies, it is due again by itself.
#include "notify/outbox.h"

#include <fmt/format.h>

#include <algorithm>

#include "notify/refused_list.h"
#include "notify/schedule.h"
#include "policy/notices.h"

namespace ticketmilter::notify {
namespace {

using tickets::Intent;
using tickets::Notice;
using tickets::NoticeState;

constexpr const char* digest_template = "digest";

void put(store::Writer& writer, const Notice& notice) {
  Intent intent;
  intent.notices = {notice};
  writer.apply(intent);
}

tickets::Entry failure_entry(const Notice& notice, base::Time now) {
  tickets::Entry entry;
  entry.kind = tickets::Kind::Note;
  entry.actor = "ticket-notify";
  entry.created = now;
  entry.door = "ticket-notify";
  entry.notes = {fmt::format("notice \"{}\" to {} failed: {}", notice.template_name, notice.to, notice.last_reply)};
  return entry;
}

// Like a report that came by mail, but from the relay itself.
void tell_failure(const policy::Policy& policy, const Notice& notice, bool refused, base::Time now,
                  store::Writer& writer) {
  const auto ticket = writer.find_ticket(notice.ticket);
  if (!ticket) {
    return;
  }
  const auto failure = policy::failure_of_reply(notice.last_reply);
  Intent intent;
  intent.now = now;
  auto& filing = intent.filings.emplace_back();
  filing.ticket = *ticket;
  filing.entries = {failure_entry(notice, now)};
  filing.entries[0].status_before = filing.entries[0].status_after = ticket->status;
  filing.has_message = {false};
  if (notice.template_name != "undeliverable") {
    const bool about_us = refused && policy::consequence_of(failure).about_us;
    filing.notices = policy::notices_of_failure({*ticket, notice.to, now, true, about_us}, policy);
  }
  policy::NoticeTerms terms;
  if (refused) {
    terms.failed = {{notice, failure}};
  }
  policy::settle_notices(policy, writer.view(policy::ask_about_notices(intent, terms, policy)), terms, intent);
  writer.apply(intent);
}

}  // namespace

std::vector<Notice> Outbox::settle_and_claim(const policy::Policy& policy, const std::vector<Settled>& done,
                                             std::size_t most, base::Time now) {
  std::vector<Notice> claimed;
  store_.write([&](store::Writer& writer) {
    for (const auto& settled : done) {
      settle(policy, settled, now, writer);
    }
    claimed = claim(most, now, writer);
  });
  return claimed;
}

// What was sent is sent, whoever has it by now; what a report was faster about stays as that says.
void Outbox::settle(const policy::Policy& policy, const Settled& done, base::Time now, store::Writer& writer) const {
  const auto kept = writer.find_notice(done.notice.ticket, done.notice.id);
  const bool mine = kept && kept->claimed_by == notifier_;
  if (!kept || !kept->waits() || (!mine && done.notice.state != NoticeState::Sent)) {
    return;
  }
  Notice notice = done.notice;
  notice.claimed_by = 0;
  put(writer, notice);
  if (done.unreachable) {
    tell_failure(policy, notice, done.refused, now, writer);
  }
}

std::vector<Notice> Outbox::claim(std::size_t most, base::Time now, store::Writer& writer) const {
  store::OutboxQuery query;
  query.states = {NoticeState::Due, NoticeState::Deferred};
  query.due_by = now;
  query.limit = most;
  auto due = writer.outbox(query);
  Intent intent;
  for (auto& notice : due) {
    Notice claimed = notice;
    claimed.claimed_by = notifier_;
    claimed.next_try = now + lease;
    intent.notices.push_back(std::move(claimed));
  }
  writer.apply(intent);
  return due;
}

std::size_t Outbox::take_over(const LeftLog& left, base::Time now) {
  std::size_t freed = 0;
  store_.write([&](store::Writer& writer) {
    freed = 0;
    for (const auto& name : left.sent) {
      auto notice = writer.find_notice(name.ticket, name.notice);
      if (notice && notice->waits()) {
        notice->state = NoticeState::Sent;
        notice->last_reply = "sent, and settled after a restart";
        ++notice->attempts;
        notice->claimed_by = 0;
        put(writer, *notice);
        ++freed;
      }
    }
    store::OutboxQuery query;
    query.states = {NoticeState::Due, NoticeState::Deferred};
    query.claimed_by = left.notifier;
    query.limit = SIZE_MAX;
    for (auto& notice : writer.outbox(query)) {
      notice.claimed_by = 0;
      notice.next_try = now;
      put(writer, notice);
      ++freed;
    }
  });
  return freed;
}

// The digest that was last says where this one begins, so two notifiers make one.
void Outbox::plan_owner_digest(const policy::Policy& policy, base::Time now) {
  const auto morning = last_morning(now);
  const auto due_since = [&](const store::Reader& reader) -> std::optional<base::Time> {
    base::Time since = morning - std::chrono::hours(24);
    for (const auto& notice : reader.notices_of({})) {
      since = notice.since ? std::max(since, notice.created) : since;
    }
    if (since >= morning) {
      return {};
    }
    const auto refused = reader.journal({"", since, max_refused});
    const bool any = std::ranges::any_of(
        refused, [&](const auto& entry) { return is_told(entry, morning, policy.config.automatic.loops_to_owner); });
    return any ? std::optional(since) : std::nullopt;
  };
  bool due = false;
  store_.read([&](const store::Reader& reader) { due = !policy.config.site.owner.empty() && due_since(reader); });
  if (!due) {
    return;
  }
  store_.write([&](store::Writer& writer) {
    if (const auto since = due_since(writer)) {
      Notice notice;
      notice.template_name = digest_template;
      notice.to = policy.config.site.owner;
      notice.created = notice.next_try = now;
      notice.since = since;  // to the moment it is made
      put(writer, notice);
    }
  });
}

base::Time Outbox::next_due(base::Time otherwise) const {
  store::OutboxQuery query;
  query.states = {NoticeState::Due, NoticeState::Deferred};
  query.limit = 1;
  base::Time due = otherwise;
  store_.read([&](const store::Reader& reader) {
    for (const auto& notice : reader.outbox(query)) {
      due = std::min(due, notice.next_try);
    }
  });
  return due;
}

void Outbox::drop_old(base::Time before) {
  store_.write([&](store::Writer& writer) { drop_from_ = writer.drop_old_notices(before, drop_from_); });
}

}  // namespace ticketmilter::notify
