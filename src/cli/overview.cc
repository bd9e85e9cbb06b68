// SPDX-License-Identifier: MIT
// A new ticket was never answered, as an answer opens it, so that only of open ones the history has to be read.
#include "cli/overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace ticketmilter::cli {
namespace {

using store::Row;
using tickets::Entry;
using tickets::Kind;
using tickets::Status;

bool is_older(const Waiting& a, const Waiting& b) {
  return std::tie(a.since, a.row.id) < std::tie(b.since, b.row.id);
}

std::string counted(std::size_t n, const char* what) {
  return fmt::format("{} {}", n, what);
}

std::string headline(const std::string& title, const std::vector<std::string>& counts, const Terminal& terminal) {
  return styled(title, Style::Bold, terminal) + base::join(counts, ", ") + "\n";
}

std::size_t count_of(const std::vector<Row>& rows, Status status) {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [&](const Row& row) { return row.status == status; }));
}

std::string format_mine(const std::vector<Row>& mine, const Clock& clock, const Terminal& terminal) {
  std::vector<std::string> counts;
  for (const Status status : {Status::New, Status::Open, Status::Stalled}) {
    if (const std::size_t n = count_of(mine, status); n > 0) {
      counts.push_back(counted(n, name(status)));
    }
  }
  const auto late = std::count_if(mine.begin(), mine.end(), [&](const Row& row) { return is_overdue(row, clock.now); });
  if (late > 0) {
    counts.push_back(styled(fmt::format("{} overdue", late), Style::Red, terminal));
  }
  return headline("Mine: ", counts.empty() ? std::vector<std::string>{"none"} : counts, terminal) +
         format_list(mine, clock, terminal);
}

std::string format_line(const WaitingLine& waiting, const Clock& clock, const Terminal& terminal) {
  const char* least = waiting.all ? "" : "at least ";
  const bool none = waiting.longest.empty();
  const std::string counts = none ? "nothing"
                                  : fmt::format("{}{} without owner, {} without answer, the oldest first", least,
                                                waiting.unowned, waiting.unanswered);
  return headline("Waiting: ", {counts}, terminal) + format_waiting(waiting.longest, clock, terminal);
}

}  // namespace

IsAgent agents_of(const config::Config& config) {
  return [&config](const std::string& address) {
    return std::any_of(config.agents.begin(), config.agents.end(),
                       [&](const config::Agent& agent) { return base::contains(agent.addresses, address); });
  };
}

std::optional<base::Time> unanswered_since(const std::vector<std::string>& requestors,
                                           const std::vector<Entry>& history, const IsAgent& is_agent) {
  std::optional<base::Time> since;
  for (const Entry& entry : history) {
    const bool asks = base::contains(requestors, entry.actor);
    if (entry.kind == Kind::Create || (entry.kind == Kind::Correspond && asks)) {
      since = since ? since : entry.created;
    } else if (entry.kind == Kind::Correspond && is_agent(entry.actor)) {
      since.reset();
    }
  }
  return since;
}

WaitingLine find_waiting(std::vector<Row> active, std::size_t few, std::size_t most_read, const IsAgent& is_agent,
                         const std::function<std::vector<Entry>(tickets::TicketId)>& read) {
  std::sort(active.begin(), active.end(),
            [](const Row& a, const Row& b) { return std::tie(a.created, a.id) < std::tie(b.created, b.id); });
  WaitingLine line;
  for (Row& row : active) {
    std::optional<base::Time> since = row.created;
    if (row.status == Status::Open) {
      line.all = line.all && most_read > 0;
      since.reset();
      if (most_read > 0) {
        --most_read;
        since = unanswered_since(row.requestors, read(row.id), is_agent);
      }
    }
    line.unanswered += since ? 1 : 0;
    line.unowned += row.owner.empty() ? 1 : 0;
    if (since || row.owner.empty()) {
      const base::Time from = since.value_or(row.updated);
      line.longest.push_back({std::move(row), from});
    }
  }
  const std::size_t shown = std::min(few, line.longest.size());
  std::partial_sort(line.longest.begin(), line.longest.begin() + static_cast<std::ptrdiff_t>(shown), line.longest.end(),
                    is_older);
  line.longest.resize(shown);
  return line;
}

std::string format_overview(const Overview& overview, const Clock& clock, const Terminal& terminal) {
  const std::string mine = overview.agent ? format_mine(overview.mine, clock, terminal) + "\n" : "";
  return mine + format_line(overview.waiting, clock, terminal);
}

}  // namespace ticketmilter::cli
