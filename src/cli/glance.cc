// SPDX-License-Identifier: MIT
// `ticket` by itself: the tickets of who asks, and what waits longest.
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "cli/clerk.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "cli/overview.h"
#include "cli/pager.h"
#include "cli/user.h"

namespace ticketmilter::cli {
namespace {

using tickets::Status;

constexpr std::size_t few = 10;
constexpr std::size_t most_read = 10000;  // histories: a fraction of a second

// One look at each row; none is kept but those that are shown.
Overview find_overview(const store::Reader& reader, const config::Config& config) {
  Overview overview;
  const Clerk clerk = find_clerk(config, login_name());
  overview.agent = clerk.agent != nullptr;
  Waiters waiters(few, most_read);
  store::ListQuery query;
  query.statuses = {Status::New, Status::Open, Status::Stalled};
  query.limit = SIZE_MAX;
  query.matches = [&](const store::Row& row) {
    if (row.status != Status::Stalled) {
      waiters.add(row);
    }
    return overview.agent && base::contains(clerk.agent->addresses, row.owner);
  };
  overview.mine = reader.list(query);
  overview.waiting = waiters.finish(config, [&](tickets::TicketId id) { return reader.entries(id); });
  return overview;
}

// Each ticket once.
void print_json(const Overview& overview) {
  for (const store::Row& row : overview.mine) {
    print(json_line(to_json(row)));
  }
  for (const auto& [waiting, since] : overview.waiting.longest) {
    const auto is_it = [id = waiting.id](const store::Row& row) { return row.id == id; };
    if (std::none_of(overview.mine.begin(), overview.mine.end(), is_it)) {
      print(json_line(to_json(waiting)));
    }
  }
}

}  // namespace

int run_overview(const Shared& shared) {
  const config::Config config = load_config(shared);
  Overview overview;
  open_store(config)->read([&](const store::Reader& reader) { overview = find_overview(reader, config); });
  if (shared.json) {
    print_json(overview);
    return 0;
  }
  const Terminal terminal = find_terminal(STDOUT_FILENO);
  page(shared, format_overview(overview, find_clock(shared, terminal), terminal), terminal);
  return 0;
}

}  // namespace ticketmilter::cli
