// SPDX-License-Identifier: MIT
// Numbers for a glance and for a monitor. All come from counters that the store keeps; only the limits are looked through, of which there are as many as
// senders of late.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/file.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "cli/metrics.h"
#include "cli/table.h"
#include "policy/limits.h"

namespace ticketmilter::cli {
namespace {

// A sender that has used up most of a limit, or all of it.
struct Used {
  std::string limit;  // the key
  std::string who;
  std::uint64_t used = 0;
  config::Rate rate;
  bool over() const { return used >= rate.count; }
};

struct Numbers {
  store::Stats stats;
  std::vector<Used> limits;  // the most used first
  std::optional<std::uint64_t> disk_free;
};

// Empty where it is far from any limit, or was kept for a window that is none any more.
std::optional<Used> near_limit(const tickets::Tally& tally, const config::Limit& limit, base::Time now) {
  const std::string key = policy::key_of(tally.id.counted);
  for (const auto& rate : policy::rates_of(limit, tally.id.counted)) {
    const auto used = tally.used(now, rate.window);
    if (!key.empty() && rate.window <= tally.id.window && used > 0 && used >= rate.count - rate.count / 4) {
      return Used{key, tally.id.who, used, rate};
    }
  }
  return {};
}

std::vector<Used> find_near_limits(const store::Reader& reader, const config::Limit& limit) {
  constexpr std::size_t most = 1000;
  const auto now = base::now();
  std::vector<Used> found;
  for (const auto& tally :
       reader.tallies([&](const tickets::Tally& t) { return near_limit(t, limit, now).has_value(); }, most)) {
    found.push_back(*near_limit(tally, limit, now));
  }
  std::stable_sort(found.begin(), found.end(), [](const Used& a, const Used& b) { return a.used > b.used; });
  return found;
}

Json outbox_json(const store::Stats& stats) {
  Json outbox = Json::object();
  for (std::size_t i = 0; i < tickets::notice_state_count; ++i) {
    outbox[name(static_cast<tickets::NoticeState>(i))] = stats.notices[i];
  }
  return outbox;
}

// States that no notice is in are left out; with a blank line behind it.
std::string format_outbox(const store::Stats& stats, const Terminal& terminal) {
  std::vector<TableRow> rows;
  for (std::size_t i = 0; i < tickets::notice_state_count; ++i) {
    if (stats.notices[i] > 0) {
      rows.push_back({name(static_cast<tickets::NoticeState>(i)), std::to_string(stats.notices[i])});
    }
  }
  const std::string table = format_table({{"OUTBOX"}, {"NOTICES", 0, true}}, std::move(rows), terminal);
  return table.empty() ? "" : table + "\n";
}

Json to_json(const Numbers& n) {
  Json by_status = Json::array();
  for (const store::Count& c : n.stats.by_status) {
    by_status.push_back({{"queue", c.queue}, {"status", name(c.status)}, {"tickets", c.tickets}});
  }
  Json by_day = Json::array();
  for (const store::DayCount& d : n.stats.by_day) {
    by_day.push_back({{"day", d.day}, {"queue", d.queue}, {"created", d.created}});
  }
  Json limits = Json::array();
  for (const Used& u : n.limits) {
    limits.push_back({{"limit", u.limit},
                      {"who", u.who},
                      {"used", u.used},
                      {"count", u.rate.count},
                      {"window", u.rate.window.count()},
                      {"over", u.over()}});
  }
  return {
      {"by_status", std::move(by_status)},
      {"by_day", std::move(by_day)},
      {"messages", n.stats.messages},
      {"people", n.stats.people},
      {"journal", n.stats.journal},
      {"outbox", outbox_json(n.stats)},
      {"limits", std::move(limits)},
      {"bytes_used", n.stats.bytes_used},
      {"disk_free", n.disk_free ? Json(*n.disk_free) : Json(nullptr)},
  };
}

std::string format_numbers(const Numbers& n, const Terminal& terminal) {
  std::vector<TableRow> rows;
  for (const store::Count& c : n.stats.by_status) {
    rows.push_back({c.queue, name(c.status), std::to_string(c.tickets)});
  }
  const std::string by_status = format_table({{"QUEUE", 8}, {"STATUS"}, {"TICKETS", 0, true}}, rows, terminal);
  rows.clear();
  for (const store::DayCount& d : n.stats.by_day) {
    rows.push_back({d.day, d.queue, std::to_string(d.created)});
  }
  const std::string by_day = format_table({{"DAY"}, {"QUEUE", 8}, {"CREATED", 0, true}}, rows, terminal);
  const std::string blank = rows.empty() ? "" : "\n";
  rows.clear();
  for (const Used& u : n.limits) {
    rows.push_back({u.limit, u.who, policy::to_string(u.rate), std::to_string(u.used)});
  }
  const std::string limits = format_table({{"LIMIT"}, {"WHO", 12}, {"ALLOWED"}, {"USED", 0, true}}, rows, terminal);
  return by_status + blank + by_day + blank + format_outbox(n.stats, terminal) + limits + (limits.empty() ? "" : "\n") +
         fmt::format("messages {}, people {}, journal {}, {} in the store{}\n", n.stats.messages, n.stats.people,
                     n.stats.journal, human_size(n.stats.bytes_used),
                     n.disk_free ? fmt::format(", {} free on the disk", human_size(*n.disk_free)) : "");
}

// The oldest that waits and whose time has come.
std::optional<std::chrono::seconds> find_late(const store::Reader& reader) {
  const auto now = base::now();
  store::OutboxQuery query;
  query.states = {tickets::NoticeState::Due, tickets::NoticeState::Deferred};
  query.due_by = now;
  query.limit = 1;
  const auto due = reader.outbox(query);
  return due.empty() ? std::nullopt
                     : std::optional(std::chrono::duration_cast<std::chrono::seconds>(now - due[0].next_try));
}

std::string find_metrics(const config::Config& config) {
  Metrics metrics;
  const auto store = open_store(config);
  store->read([&](const store::Reader& reader) {
    metrics.stats = reader.stats();
    metrics.counters = reader.counters();
    metrics.late = find_late(reader);
  });
  metrics.bytes_max = config.store.max_size;
  metrics.disk_free = base::free_space(store::Store::folder(config.store.location));
  metrics.full = store->full();
  return format_metrics(metrics);
}

}  // namespace

Run declare_stats(CLI::App& app, const Shared& shared) {
  const auto prometheus = std::make_shared<bool>(false);
  app.add_flag("--prometheus", *prometheus, "For a monitor, as Prometheus reads it");
  return [prometheus, &shared] {
    const config::Config config = load_config(shared);
    if (*prometheus) {
      print(find_metrics(config));
      return 0;
    }
    Numbers n;
    open_store(config)->read([&](const store::Reader& reader) {
      n.stats = reader.stats();
      n.limits = find_near_limits(reader, config.limit);
    });
    n.disk_free = base::free_space(store::Store::folder(config.store.location));
    print(shared.json ? json_line(to_json(n)) : format_numbers(n, find_terminal(STDOUT_FILENO)));
    return 0;
  };
}

}  // namespace ticketmilter::cli
