// SPDX-License-Identifier: MIT
// The raw mail of the tickets, to go back to where it came from or on to another system.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/mailbox.h"
#include "mail/parse_date.h"

namespace ticketmilter::cli {
namespace {

using tickets::TicketId;

struct ExportOptions {
  bool mbox = false;
  std::string since;
  std::vector<std::string> queues;
};

std::vector<TicketId> find_ids(const store::Store& store, store::ListQuery query) {
  std::vector<TicketId> ids;
  query.matches = [&](const store::Row& row) {
    ids.push_back(row.id);
    return false;
  };
  store.read([&](const store::Reader& reader) { reader.list(query); });
  std::sort(ids.begin(), ids.end());
  return ids;
}

// What the mail system before us would have written on top of it.
std::string trace_fields(const tickets::Entry& entry, const config::Config& config) {
  const std::string sender = base::one_line(base::to_valid_utf8(entry.sender));
  std::string fields = fmt::format("Return-Path: {}\n", sender.empty() ? "<>" : sender);
  if (!entry.mta_id.empty()) {
    fields += fmt::format("Received: by {} (ticket-milter) id {}\n\tfor {}; {}\n", config.site.domain,
                          base::one_line(entry.mta_id), base::one_line(base::to_valid_utf8(entry.recipient)),
                          mail::format_date(entry.created));
  }
  return fields;
}

class Exporter {
 public:
  Exporter(const store::Store& store, const config::Config& config, std::optional<base::Time> since)
      : store_(store), config_(config), since_(since) {}

  void take(TicketId id) {
    store_.read([&](const store::Reader& reader) {
      for (const tickets::Entry& entry : reader.entries(id)) {
        if (entry.message != tickets::MessageId{} && (!since_ || entry.created >= *since_) &&
            written_.insert(entry.message).second) {
          write(reader, entry);
        }
      }
    });
  }
  std::size_t left_out() const { return left_out_; }

 private:
  void write(const store::Reader& reader, const tickets::Entry& entry) {
    std::string raw;
    if (!reader.read_raw(entry.message, [&](std::string_view piece) { raw += piece; })) {
      ++left_out_;
      return;
    }
    std::string sender = entry.sender;
    std::erase_if(sender,
                  [](char c) { return c == '<' || c == '>' || c == ' ' || static_cast<unsigned char>(c) < 32; });
    print(mbox_entry(sender, entry.created, trace_fields(entry, config_) + raw));
  }

  const store::Store& store_;
  const config::Config& config_;
  const std::optional<base::Time> since_;
  std::set<tickets::MessageId> written_;  // one mail may be in several tickets
  std::size_t left_out_ = 0;
};

void run_export(const Shared& shared, const ExportOptions& options) {
  const config::Config config = load_config(shared);
  store::ListQuery query;
  for (const std::string& queue : options.queues) {
    query.queues.push_back(find_queue(config, queue).name);
  }
  std::optional<base::Time> since;
  if (!options.since.empty()) {
    since = parse_time("--since", options.since, Direction::Past);
  }
  const auto store = open_store(config);
  Exporter exporter(*store, config, since);
  for (const TicketId id : find_ids(*store, query)) {
    exporter.take(id);
  }
  if (exporter.left_out() > 0) {
    fmt::print(stderr, "ticket: {} entries left out that were written at the desk, or have no raw message any more\n",
               exporter.left_out());
  }
}

}  // namespace

Run declare_export(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<ExportOptions>();
  app.add_flag("--mbox", options->mbox, "As an mbox, on standard output")->required();
  app.add_option("--since", options->since, "Only what came since then, or for so long")->type_name("TIME");
  app.add_option("--queue", options->queues, "Only tickets of these queues")->type_name("QUEUE,..")->delimiter(',');
  return [&shared, options] {
    run_export(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
