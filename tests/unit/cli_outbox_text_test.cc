// SPDX-License-Identifier: MIT
// The outbox as a person reads it, and what the desk does to a notice.
#include "cli/outbox_text.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "cli/json.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;
using namespace std::chrono_literals;
using tickets::Notice;
using tickets::NoticeState;

namespace {

constexpr base::Time now{std::chrono::seconds(1'795'409'616)};

Notice sample(NoticeState state) {
  Notice notice;
  notice.id = 7;
  notice.ticket = tickets::TicketId{42};
  notice.entry = 3;
  notice.template_name = "correspond";
  notice.to = "r@remote.example";
  notice.state = state;
  notice.attempts = 2;
  notice.next_try = now + 1h;
  notice.last_reply = "451 \x1b[2J\xC2\x9B later\nspoof";
  return notice;
}

bool has(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("a row of the outbox, in which no reply steers the terminal") {
  const std::string text = format_outbox({sample(NoticeState::Deferred)}, now, {});
  CHECK(has(text, "deferred"));
  CHECK(has(text, "42  correspond  r@remote.example"));
  CHECK_FALSE(has(text, "\x1b"));
  CHECK_FALSE(has(text, "\xC2\x9B"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(format_outbox({}, now, {}).empty());
}

TEST_CASE("what a notifier has in hand is being sent, until its claim has run out") {
  Notice notice = sample(NoticeState::Due);
  CHECK_FALSE(is_being_sent(notice, now));
  notice.claimed_by = 9;
  CHECK(is_being_sent(notice, now));
  CHECK(has(format_outbox({notice}, now, {}), "being sent"));
  CHECK_FALSE(is_being_sent(notice, notice.next_try));
  notice.state = NoticeState::Failed;
  CHECK_FALSE(is_being_sent(notice, now));
}

TEST_CASE("retried, it is due now; cancelled, it is over and says by whom") {
  Notice notice = sample(NoticeState::Held);
  notice.claimed_by = 9;
  const Notice again = retried(notice, now);
  CHECK(again.state == NoticeState::Due);
  CHECK(again.next_try == now);
  CHECK(again.claimed_by == 0);
  CHECK(again.attempts == 2);
  const Notice gone = cancelled(notice, "ann@example.com");
  CHECK(gone.state == NoticeState::Dropped);
  CHECK(gone.last_reply == "cancelled by ann@example.com");
  CHECK(gone.claimed_by == 0);
  CHECK(is_over(gone));
  CHECK(is_over(sample(NoticeState::Sent)));
  CHECK_FALSE(is_over(sample(NoticeState::Failed)));
}

TEST_CASE("a notice as JSON") {
  Notice notice = sample(NoticeState::Deferred);
  notice.last_reply = "451 later";
  CHECK(json_line(to_json(notice)) ==
        R"({"id":7,"ticket":42,"entry":3,"template":"correspond","to":"r@remote.example","state":"deferred",)"
        R"("attempts":2,"next_try":"2026-11-23T05:53:36Z","last_reply":"451 later"})"
        "\n");
  CHECK(json_line(notice_of_ticket(notice)) ==
        R"({"id":7,"entry":3,"template":"correspond","to":"r@remote.example","state":"deferred",)"
        R"("last_reply":"451 later"})"
        "\n");
  notice.ticket = {};
  notice.entry = 0;
  notice.state = NoticeState::Sent;
  CHECK(to_json(notice)["ticket"] == nullptr);
  CHECK(to_json(notice)["entry"] == nullptr);
  CHECK(to_json(notice)["next_try"] == nullptr);
}
