// SPDX-License-Identifier: MIT
// cli/metrics: the text that a monitor reads.
#include "cli/metrics.h"

#include <doctest/doctest.h>

using namespace ticketmilter;

namespace {

bool has(const std::string& text, const std::string& line) {
  return ('\n' + text).find('\n' + line + '\n') != std::string::npos;
}

}  // namespace

TEST_CASE("each metric is described once and has its samples") {
  cli::Metrics m;
  m.stats.by_status = {{"help", tickets::Status::New, 3}};
  m.stats.bytes_used = 1000;
  m.stats.notices[static_cast<std::size_t>(tickets::NoticeState::Due)] = 2;
  m.counters.decided = {{"reject", "a \"b\" \\ c\nd", "human", 7}};
  m.counters.bytes_free = 400;
  m.bytes_max = 5000;
  m.late = std::chrono::seconds(90);
  m.full = true;
  const std::string text = cli::format_metrics(m);
  CHECK(has(text, "# TYPE ticket_milter_decisions_total counter"));
  CHECK(has(text, R"(ticket_milter_decisions_total{verdict="reject",rule="a \"b\" \\ c\nd",class="human"} 7)"));
  CHECK(has(text, R"(ticket_milter_tickets{queue="help",status="new"} 3)"));
  CHECK(has(text, R"(ticket_milter_outbox_notices{state="due"} 2)"));
  CHECK(has(text, R"(ticket_milter_store_bytes{kind="used"} 600)"));
  CHECK(has(text, R"(ticket_milter_store_bytes{kind="free"} 400)"));
  CHECK(has(text, R"(ticket_milter_store_bytes{kind="max"} 5000)"));
  CHECK(has(text, "ticket_milter_store_full 1"));
  CHECK(has(text, "ticket_milter_outbox_oldest_due_seconds 90"));
  CHECK(text.find("disk_free") == std::string::npos);
}

TEST_CASE("a histogram adds up") {
  cli::Metrics m;
  m.counters.commits.add(std::chrono::microseconds(1500));
  m.counters.commits.add(std::chrono::microseconds(1500));
  m.counters.commits.add(std::chrono::microseconds(9'000'000));
  const std::string text = cli::format_metrics(m);
  CHECK(has(text, R"(ticket_milter_commit_seconds_bucket{le="0.001"} 0)"));
  CHECK(has(text, R"(ticket_milter_commit_seconds_bucket{le="0.002"} 2)"));
  CHECK(has(text, R"(ticket_milter_commit_seconds_bucket{le="5"} 2)"));
  CHECK(has(text, R"(ticket_milter_commit_seconds_bucket{le="+Inf"} 3)"));
  CHECK(has(text, "ticket_milter_commit_seconds_sum 9.003"));
  CHECK(has(text, "ticket_milter_commit_seconds_count 3"));
}
