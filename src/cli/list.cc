// SPDX-License-Identifier: MIT
// A page of tickets. The store's order is the newest change first; any other order needs every row that matches, of which only the
// best `limit` are held at a time.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <memory>
#include <tuple>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/list_text.h"
#include "cli/live.h"
#include "cli/rows.h"

namespace ticketmilter::cli {
namespace {

using store::Row;

constexpr const char* newest_first = "updated";  // the store's own order

struct ListOptions {
  std::vector<std::string> queues;
  std::vector<std::string> statuses;
  std::string owner, requestor, participant, subject;
  std::string due_before, created_since, updated_since;  // times
  std::string sort = newest_first;
  std::uint64_t limit = 50;
  bool unowned = false;
  bool reverse = false;
  bool watch = false;
};

// True when a stands before b. Times and numbers run from the greatest down, due dates from the nearest on, text from A to Z.
using Before = std::function<bool(const Row& a, const Row& b)>;

struct Order {
  const char* field;
  bool (*before)(const Row& a, const Row& b);
};

constexpr Order orders[] = {
    {newest_first, [](const Row& a, const Row& b) { return std::tie(a.updated, a.id) > std::tie(b.updated, b.id); }},
    {"id", [](const Row& a, const Row& b) { return a.id > b.id; }},
    {"created", [](const Row& a, const Row& b) { return std::tie(a.created, a.id) > std::tie(b.created, b.id); }},
    {"priority", [](const Row& a, const Row& b) { return std::tie(a.priority, a.id) > std::tie(b.priority, b.id); }},
    {"due",
     [](const Row& a, const Row& b) {
       return std::pair(a.due.value_or(base::Time::max()), b.id) < std::pair(b.due.value_or(base::Time::max()), a.id);
     }},
    {"queue", [](const Row& a, const Row& b) { return std::tie(a.queue, b.id) < std::tie(b.queue, a.id); }},
    {"status", [](const Row& a, const Row& b) { return std::tie(a.status, b.id) < std::tie(b.status, a.id); }},
    {"owner", [](const Row& a, const Row& b) { return std::tie(a.owner, b.id) < std::tie(b.owner, a.id); }},
    {"subject", [](const Row& a, const Row& b) { return std::tie(a.subject, b.id) < std::tie(b.subject, a.id); }},
};

std::string order_names(const char* between) {
  std::vector<std::string> fields;
  for (const Order& order : orders) {
    fields.emplace_back(order.field);
  }
  return base::join(fields, between);
}

// Empty = the store's own.
Before find_order(const ListOptions& options) {
  const auto* order =
      std::find_if(std::begin(orders), std::end(orders), [&](const Order& o) { return options.sort == o.field; });
  if (order == std::end(orders)) {
    throw base::Error(base::Kind::Usage, fmt::format("--sort: \"{}\" is none of {}", options.sort, order_names(", ")));
  }
  if (options.reverse) {
    return [before = order->before](const Row& a, const Row& b) { return before(b, a); };
  }
  return options.sort == newest_first ? Before() : Before(order->before);
}

std::vector<tickets::Status> parse_statuses(const std::vector<std::string>& names) {
  std::vector<tickets::Status> out;
  for (const std::string& text : names) {
    const auto status = tickets::parse_status(text);
    if (!status) {
      throw base::Error(
          base::Kind::Usage,
          fmt::format("--status: \"{}\" is none of new, open, stalled, resolved, rejected, deleted", text));
    }
    out.push_back(*status);
  }
  return out;
}

bool takes_part(const Row& row, const std::string& address) {
  return row.owner == address || base::contains(row.requestors, address) || base::contains(row.cc, address) ||
         base::contains(row.admin_cc, address);
}

using Filter = std::function<bool(const Row&)>;

// Those that hold for a row all have to.
std::vector<Filter> make_filters(const ListOptions& options) {
  std::vector<Filter> filters;
  if (options.unowned) {
    filters.emplace_back([](const Row& row) { return row.owner.empty(); });
  }
  if (!options.owner.empty()) {
    filters.emplace_back([owner = parse_address(options.owner)](const Row& row) { return row.owner == owner; });
  }
  if (!options.requestor.empty()) {
    filters.emplace_back(
        [who = parse_address(options.requestor)](const Row& row) { return base::contains(row.requestors, who); });
  }
  if (!options.participant.empty()) {
    filters.emplace_back([who = parse_address(options.participant)](const Row& row) { return takes_part(row, who); });
  }
  if (!options.subject.empty()) {
    filters.emplace_back([subject = base::fold_for_match(options.subject)](const Row& row) {
      return base::fold_for_match(row.subject).find(subject) != std::string::npos;
    });
  }
  if (!options.due_before.empty()) {
    const base::Time before = parse_time("--due-before", options.due_before, Direction::Future);
    filters.emplace_back([before](const Row& row) { return row.due && *row.due < before; });
  }
  if (!options.created_since.empty()) {
    const base::Time since = parse_time("--created-since", options.created_since, Direction::Past);
    filters.emplace_back([since](const Row& row) { return row.created >= since; });
  }
  if (!options.updated_since.empty()) {
    const base::Time since = parse_time("--updated-since", options.updated_since, Direction::Past);
    filters.emplace_back([since](const Row& row) { return row.updated >= since; });
  }
  return filters;
}

// Null = all.
Filter make_filter(const ListOptions& options) {
  const std::vector<Filter> filters = make_filters(options);
  if (filters.empty()) {
    return nullptr;
  }
  return [filters](const Row& row) {
    return std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) { return filter(row); });
  };
}

// The first `limit` of all rows that match, in another order than the store's: a heap whose top is the one that falls out next.
std::vector<Row> list_sorted(const store::Reader& reader, store::ListQuery query, const Before& before) {
  std::vector<Row> best;
  query.matches = [&best, &before, limit = query.limit, matches = query.matches](const Row& row) {
    if (limit > 0 && (!matches || matches(row))) {
      best.push_back(row);
      std::push_heap(best.begin(), best.end(), before);
      if (best.size() > limit) {
        std::pop_heap(best.begin(), best.end(), before);
        best.pop_back();
      }
    }
    return false;
  };
  reader.list(query);
  std::sort_heap(best.begin(), best.end(), before);
  return best;
}

std::vector<Row> list(const store::Store& store, const store::ListQuery& query, const Before& before) {
  std::vector<Row> rows;
  store.read(
      [&](const store::Reader& reader) { rows = before ? list_sorted(reader, query, before) : reader.list(query); });
  return rows;
}

store::ListQuery make_query(const ListOptions& options, const config::Config& config) {
  store::ListQuery query;
  for (const std::string& queue : options.queues) {
    query.queues.push_back(find_queue(config, queue).name);
  }
  query.statuses = parse_statuses(options.statuses);
  query.matches = make_filter(options);
  query.limit = options.limit;
  return query;
}

void run_watch(const Shared& shared, const ListOptions& options, const config::Config& config) {
  const auto store = open_store(config);
  const Before before = find_order(options);
  keep_drawn(*store, [&](const Terminal& terminal) {
    // Made anew, as "--due-before 2d" moves on with the clock.
    return format_list(list(*store, make_query(options, config), before), find_clock(shared, terminal), terminal);
  });
}

void run_list(const Shared& shared, const ListOptions& options) {
  const config::Config config = load_config(shared);
  if (options.watch) {
    return run_watch(shared, options, config);
  }
  print_rows(shared, list(*open_store(config), make_query(options, config), find_order(options)));
}

void declare_filters(CLI::App& app, ListOptions& options) {
  app.add_option("--queue", options.queues, "Only tickets of these queues")->type_name("QUEUE,..")->delimiter(',');
  app.add_option("--status", options.statuses, "Only these; all but deleted otherwise")
      ->type_name("STATUS,..")
      ->delimiter(',');
  auto* owner = app.add_option("--owner", options.owner, "Only tickets of this owner")->type_name("ADDRESS");
  app.add_flag("--unowned", options.unowned, "Only tickets that nobody owns")->excludes(owner);
  app.add_option("--requestor", options.requestor, "Only tickets of this requestor")->type_name("ADDRESS");
  app.add_option("--participant", options.participant, "Only tickets of which this is requestor, cc, admin_cc or owner")
      ->type_name("ADDRESS");
  app.add_option("--subject", options.subject, "Only tickets whose subject contains the text")->type_name("TEXT");
  app.add_option("--due-before", options.due_before, "Only what is due before then, or in less than so long")
      ->type_name("TIME");
  app.add_option("--created-since", options.created_since, "Only what was made since then, or for so long")
      ->type_name("TIME");
  app.add_option("--updated-since", options.updated_since, "Only what changed since then, or for so long")
      ->type_name("TIME");
}

}  // namespace

Run declare_list(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<ListOptions>();
  declare_filters(app, *options);
  app.add_option("--sort", options->sort, "Order by this field")->type_name(order_names("|"))->capture_default_str();
  app.add_flag("--reverse", options->reverse, "The other way round, the oldest first");
  app.add_option("--limit", options->limit, "At most so many")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--watch", options->watch, "Draw the list anew when something changes, until interrupted");
  app.footer("Example:\n  ticket list --unowned --status new,open --due-before 2d");
  return [&shared, options] {
    run_list(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
