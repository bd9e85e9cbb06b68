// SPDX-License-Identifier: MIT
// policy/settle_notices: what the store knows of the people who are to hear of something. A Site keeps the tallies as the store does.
#include <doctest/doctest.h>

#include <algorithm>

#include "policy/limits.h"
#include "policy/notices.h"
#include "sample_config.h"

using namespace ticketmilter;
using namespace std::chrono_literals;
using policy::Counted;
using tickets::NoticeState;
using tickets::TicketId;

namespace {

constexpr base::Time start{std::chrono::seconds(1'700'000'000)};

struct Site {
  config::Config config = test::sample_config();
  base::Time now = start;
  tickets::View view;
  policy::NoticeTerms terms;
  tickets::Intent intent;
  std::string subject = "Printer";
  std::uint64_t ticket = 12;  // 0 = a new one

  // "" = it goes out; else what the history says.
  std::string notify(const std::string& to, const char* template_name) {
    const auto policy = test::sample_policy(config);
    intent = {};
    intent.now = now;
    auto& filing = intent.filings.emplace_back();
    filing.ticket.id = TicketId{ticket};
    filing.ticket.subject = subject;
    filing.entries.emplace_back();
    tickets::Notice notice;
    notice.to = to;
    notice.template_name = template_name;
    filing.notices = {notice};
    const auto question = policy::ask_about_notices(intent, terms, *policy);
    policy::settle_notices(*policy, view, terms, intent);
    for (const auto& tally : intent.tallies) {
      CHECK(std::count(question.tallies.begin(), question.tallies.end(), tally.id) == 1);  // nothing is written unread
      std::erase_if(view.tallies, [&](const auto& t) { return t.id == tally.id; });
      view.tallies.push_back(tally);
    }
    CHECK(filing.notices.empty() == !filing.entries[0].notes.empty());
    return filing.notices.empty() ? filing.entries[0].notes.at(0) : "";
  }
  // How many of n go out, one every `every`.
  int sent(int n, const std::string& to, const char* template_name, std::chrono::seconds every) {
    int out = 0;
    for (int i = 0; i < n; ++i, now += every) {
      out += notify(to, template_name).empty() ? 1 : 0;
    }
    return out;
  }
  void fail(const std::string& to, const policy::Failure& failure) {
    tickets::Notice notice;
    notice.id = 7;
    notice.ticket = TicketId{12};
    notice.to = to;
    notice.state = NoticeState::Sent;
    terms.failed = {{notice, failure}};
    notify("somebody@else.example", "correspond");
    terms.failed.clear();
  }
};

}  // namespace

TEST_CASE("a notice goes out, and is counted") {
  Site s;
  CHECK(s.notify("r@x.example", "correspond") == "");
  CHECK(s.intent.tallies.size() == 2);
  CHECK(s.notify("r@x.example", "acknowledge") == "");
  s.ticket = 0;
  CHECK(s.notify("r@x.example", "created") == "");
  CHECK(s.intent.tallies.size() == 1);  // of a new ticket there was none yet
}

TEST_CASE("to one address there are so many, over each of the windows") {
  Site s;
  s.ticket = 0;
  CHECK(s.sent(40, "r@x.example", "correspond", 1s) == 30);
  CHECK(s.notify("r@x.example", "correspond") == "no notice to r@x.example: notices_per_recipient (30 in 10m)");
  CHECK(s.notify("other@x.example", "correspond") == "");
  s.now = start + 10min;
  CHECK(s.sent(40, "r@x.example", "correspond", 1s) == 30);
  s.now = start + 21min;
  CHECK(s.notify("r@x.example", "correspond") == "no notice to r@x.example: notices_per_recipient (60 in 30m)");
  s.now = start + 41min;
  CHECK(s.notify("r@x.example", "correspond") == "");
}

TEST_CASE("in the long run the widest window holds, though its tally is bounded") {
  Site s;
  s.ticket = 0;
  const int sent = s.sent(10 * 60, "r@x.example", "correspond", 60s);  // ten hours
  CHECK(sent <= 360);
  CHECK(sent >= 300);
}

TEST_CASE("of one ticket to one address there are fewer") {
  Site s;
  CHECK(s.sent(20, "r@x.example", "correspond", 1s) == 10);
  CHECK(s.notify("r@x.example", "correspond") == "no notice to r@x.example: notices_per_ticket_recipient (10 in 10m)");
  s.ticket = 13;
  CHECK(s.notify("r@x.example", "correspond") == "");
}

TEST_CASE("acknowledgements: two with one subject, ten in three hours, forty a day") {
  Site s;
  s.ticket = 0;
  CHECK(s.notify("r@x.example", "acknowledge") == "");
  s.subject = "PRINTER ";
  CHECK(s.notify("r@x.example", "acknowledge") == "");
  CHECK(s.notify("r@x.example", "acknowledge") == "no notice to r@x.example: acknowledged 2 times with this subject");
  int sent = 2;
  for (int i = 0; i < 48 * 6; ++i, s.now += 10min) {
    s.subject = "Printer " + std::to_string(i);
    sent += s.notify("r@x.example", "acknowledge").empty() ? 1 : 0;
    if (i == 17) {
      CHECK(sent == 10);
    }
    if (i == 6 * 24 - 1) {
      CHECK(sent == 40);
    }
  }
  CHECK(sent == 80);
}

TEST_CASE("who is not verified is acknowledged once a day") {
  Site s;
  s.ticket = 0;
  s.terms.verified = false;
  CHECK(s.notify("r@x.example", "acknowledge") == "");
  s.subject = "Another";
  CHECK(s.notify("r@x.example", "acknowledge") ==
        "no notice to r@x.example: not verified, and acknowledged once today");
  CHECK(s.notify("r@x.example", "created") == "");
  s.now += 24h;
  CHECK(s.notify("r@x.example", "acknowledge") == "");
}

TEST_CASE("outbound filters and mode copy") {
  Site s;
  config::FilterRule rule;
  rule.id = "never";
  rule.inbound = false;
  rule.outbound = true;
  rule.any = {{"envelope.recipient", "suffix", {"@x.example"}, false}};
  s.config.filter.rules = {rule};
  CHECK(s.notify("r@x.example", "correspond") == "no notice to r@x.example: filter never");
  CHECK(s.notify("r@y.example", "correspond") == "");
  s.terms.held = true;
  CHECK(s.notify("r@y.example", "correspond") == "");
  CHECK(s.intent.filings[0].notices[0].state == NoticeState::Held);
  CHECK(s.intent.tallies.empty());
}

TEST_CASE("bounces add up until the address gets nothing, and are forgotten") {
  Site s;
  const policy::Failure soft{"4.4.1", "421 later", false};
  for (int i = 0; i < 3; ++i) {
    s.fail("r@x.example", soft);
  }
  CHECK(s.notify("r@x.example", "correspond") == "");
  s.fail("r@x.example", soft);
  CHECK(s.notify("r@x.example", "correspond") == "no notice to r@x.example: bounce_score (4 in 30d)");
  s.now += 24h * 30;
  CHECK(s.notify("r@x.example", "correspond") == "");
  s.fail("r@x.example", {"5.1.1", "550 no such user", true});
  REQUIRE(s.intent.notices.size() == 1);
  CHECK(s.intent.notices[0].state == NoticeState::Failed);
  CHECK(s.intent.notices[0].last_reply == "550 no such user");
  CHECK(s.notify("r@x.example", "correspond") ==
        "no notice to r@x.example: the address is stopped, mail to it came back");
  s.now += 24h * 59;
  CHECK(s.notify("r@x.example", "correspond") != "");
  s.now += 24h;
  CHECK(s.notify("r@x.example", "correspond") == "");
  s.fail("r@x.example", {"5.7.1", "554 not wanted", true});
  s.fail("r@x.example", {"4.4.1", "", false, false});
  CHECK(s.intent.notices.empty());
  CHECK(s.notify("r@x.example", "correspond") == "");
}
