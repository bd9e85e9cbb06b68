// SPDX-License-Identifier: MIT
// A page of tickets. The store's order is the newest change first; any other order needs every row that matches, of which only the
// best `limit` are held at a time.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <memory>
#include <tuple>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/rows.h"

namespace ticketmilter::cli {
namespace {

using store::Row;

struct ListOptions {
  std::vector<std::string> queues;
  std::vector<std::string> statuses;
  std::string owner, requestor, subject;
  std::string sort = "updated";
  std::uint64_t limit = 50;
};

// True when a stands before b. Times and numbers run from the greatest down, due dates from the nearest on, text from A to Z.
using Before = bool (*)(const Row& a, const Row& b);

struct Order {
  const char* field;
  Before before;
};

constexpr Order orders[] = {
    {"updated", nullptr},  // the store's own
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

Before find_order(const std::string& field) {
  std::vector<std::string> fields;
  for (const Order& order : orders) {
    if (field == order.field) {
      return order.before;
    }
    fields.emplace_back(order.field);
  }
  throw base::Error(base::Kind::Usage, fmt::format("--sort: \"{}\" is none of {}", field, base::join(fields, ", ")));
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

std::function<bool(const Row&)> make_filter(const ListOptions& options) {
  if (options.owner.empty() && options.requestor.empty() && options.subject.empty()) {
    return nullptr;
  }
  const std::string owner = options.owner.empty() ? "" : parse_address(options.owner);
  const std::string requestor = options.requestor.empty() ? "" : parse_address(options.requestor);
  return [owner, requestor, subject = base::fold_for_match(options.subject)](const Row& row) {
    const auto& requestors = row.requestors;
    return (owner.empty() || row.owner == owner) &&
           (requestor.empty() || std::find(requestors.begin(), requestors.end(), requestor) != requestors.end()) &&
           (subject.empty() || base::fold_for_match(row.subject).find(subject) != std::string::npos);
  };
}

// The first `limit` of all rows that match, in another order than the store's: a heap whose top is the one that falls out next.
std::vector<Row> list_sorted(const store::Reader& reader, store::ListQuery query, Before before) {
  std::vector<Row> best;
  query.matches = [&best, before, limit = query.limit, matches = query.matches](const Row& row) {
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

std::vector<Row> list(const store::Store& store, const store::ListQuery& query, Before before) {
  std::vector<Row> rows;
  store.read([&](const store::Reader& reader) {
    rows = before == nullptr ? reader.list(query) : list_sorted(reader, query, before);
  });
  return rows;
}

void run_list(const Shared& shared, const ListOptions& options) {
  const config::Config config = load_config(shared);
  store::ListQuery query;
  for (const std::string& queue : options.queues) {
    query.queues.push_back(find_queue(config, queue).name);
  }
  query.statuses = parse_statuses(options.statuses);
  query.matches = make_filter(options);
  query.limit = options.limit;
  print_rows(shared, list(*open_store(config), query, find_order(options.sort)));
}

}  // namespace

Run declare_list(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<ListOptions>();
  app.add_option("--queue", options->queues, "Only tickets of these queues")->type_name("QUEUE,..")->delimiter(',');
  app.add_option("--status", options->statuses, "Only these; all but deleted otherwise")
      ->type_name("STATUS,..")
      ->delimiter(',');
  app.add_option("--owner", options->owner, "Only tickets of this owner")->type_name("ADDRESS");
  app.add_option("--requestor", options->requestor, "Only tickets of this requestor")->type_name("ADDRESS");
  app.add_option("--subject", options->subject, "Only tickets whose subject contains the text")->type_name("TEXT");
  app.add_option("--sort", options->sort, "Order by this field")->type_name("FIELD")->capture_default_str();
  app.add_option("--limit", options->limit, "At most so many")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  return [&shared, options] {
    run_list(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
