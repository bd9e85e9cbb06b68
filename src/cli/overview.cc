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

bool is_made_before(const Row& a, const Row& b) {
  return std::tie(a.created, a.id) < std::tie(b.created, b.id);
}

// heap: of at most so many rows, the youngest first. False when there is no room for all.
bool keep_oldest(std::vector<Row>& heap, std::size_t most, const Row& row) {
  if (heap.size() < most) {
    heap.push_back(row);
    std::push_heap(heap.begin(), heap.end(), is_made_before);
    return true;
  }
  if (most > 0 && is_made_before(row, heap.front())) {
    std::pop_heap(heap.begin(), heap.end(), is_made_before);
    heap.back() = row;
    std::push_heap(heap.begin(), heap.end(), is_made_before);
  }
  return false;
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

std::optional<base::Time> unanswered_since(const std::vector<std::string>& requestors,
                                           const std::vector<Entry>& history, const config::Config& config) {
  std::optional<base::Time> since;
  for (const Entry& entry : history) {
    const bool asks = base::contains(requestors, entry.actor);
    if (entry.kind == Kind::Create || (entry.kind == Kind::Correspond && asks)) {
      since = since ? since : entry.created;
    } else if (entry.kind == Kind::Correspond && config.find_agent(entry.actor) != nullptr) {
      since.reset();
    }
  }
  return since;
}

void Waiters::add(const Row& row) {
  line_.unowned += row.owner.empty() ? 1 : 0;
  line_.unanswered += row.status == Status::New ? 1 : 0;
  const bool fits = row.status == Status::New ? keep_oldest(new_, few_, row) : keep_oldest(open_, most_read_, row);
  line_.all = line_.all && (row.status == Status::New || fits);
}

WaitingLine Waiters::finish(const config::Config& config, const ReadHistory& read) {
  for (Row& row : new_) {
    line_.longest.push_back({row, row.created});
  }
  for (Row& row : open_) {
    const auto since = unanswered_since(row.requestors, read(row.id), config);
    line_.unanswered += since ? 1 : 0;
    if (since || row.owner.empty()) {
      line_.longest.push_back({row, since.value_or(row.updated)});
    }
  }
  std::sort(line_.longest.begin(), line_.longest.end(), is_older);
  line_.longest.resize(std::min(few_, line_.longest.size()));
  return std::move(line_);
}

std::string format_overview(const Overview& overview, const Clock& clock, const Terminal& terminal) {
  const std::string mine = overview.agent ? format_mine(overview.mine, clock, terminal) + "\n" : "";
  return mine + format_line(overview.waiting, clock, terminal);
}

}  // namespace ticketmilter::cli
