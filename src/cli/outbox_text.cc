// SPDX-License-Identifier: MIT
// The last reply is a stranger's; the table makes it safe.
#include "cli/outbox_text.h"

#include "cli/table.h"

namespace ticketmilter::cli {
namespace {

using tickets::Notice;
using tickets::NoticeState;

Style style_of(NoticeState state) {
  switch (state) {
    case NoticeState::Due: return Style::Green;
    case NoticeState::Deferred: return Style::Yellow;
    case NoticeState::Failed: return Style::Red;
    case NoticeState::Held: return Style::Cyan;
    case NoticeState::Sent:
    case NoticeState::Dropped: return Style::Dim;
  }
  return Style::Plain;
}

// 0 = none.
std::string number_text(std::uint64_t n) {
  return n == 0 ? "" : std::to_string(n);
}

std::string next_try(const Notice& notice, base::Time now) {
  return !notice.waits() ? "" : is_being_sent(notice, now) ? "being sent" : base::local_minute(notice.next_try);
}

}  // namespace

std::string format_outbox(const std::vector<Notice>& notices, base::Time now, const Terminal& terminal) {
  std::vector<TableRow> rows;
  rows.reserve(notices.size());
  for (const Notice& notice : notices) {
    rows.push_back({std::to_string(notice.id),
                    {name(notice.state), style_of(notice.state)},
                    number_text(number(notice.ticket)),
                    notice.template_name,
                    notice.to,
                    std::to_string(notice.attempts),
                    {next_try(notice, now), Style::Dim},
                    notice.last_reply});
  }
  return format_table({{"ID", 0, true},
                       {"STATE"},
                       {"TICKET", 0, true},
                       {"TEMPLATE", 6},
                       {"TO", 6},
                       {"TRIES", 0, true},
                       {"NEXT TRY"},
                       {"LAST REPLY", 6}},
                      std::move(rows), terminal);
}

bool is_being_sent(const Notice& notice, base::Time now) {
  return notice.waits() && notice.claimed_by != 0 && notice.next_try > now;
}

bool is_over(const Notice& notice) {
  return notice.state == NoticeState::Sent || notice.state == NoticeState::Dropped;
}

Notice retried(Notice notice, base::Time now) {
  notice.state = NoticeState::Due;
  notice.next_try = now;
  notice.claimed_by = 0;
  return notice;
}

Notice cancelled(Notice notice, const std::string& who) {
  notice.state = NoticeState::Dropped;
  notice.last_reply = "cancelled by " + who;
  notice.claimed_by = 0;
  return notice;
}

}  // namespace ticketmilter::cli
