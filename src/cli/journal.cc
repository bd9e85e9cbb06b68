// SPDX-License-Identifier: MIT
// What came and is in no ticket: to look through it, to read one, and to file after all what should have passed.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "cli/clerk.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/journal_text.h"
#include "cli/json.h"
#include "cli/pager.h"
#include "cli/user.h"
#include "intake/intake.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;

struct JournalOptions {
  std::vector<std::string> what;  // [N], show N, import N
  std::string mail_class;
  std::string since;
  std::uint64_t limit = 1000;
  bool raw = false;
  bool full = false;
};

std::uint64_t parse_number(const std::string& text) {
  const auto number = base::parse_number(std::string_view(text).substr(text.starts_with('#') ? 1 : 0));
  if (!number || *number == 0) {
    throw Error(Kind::Usage, fmt::format("\"{}\" is no number of a journal entry", text));
  }
  return *number;
}

void run_list(const Shared& shared, const JournalOptions& options) {
  store::JournalQuery query;
  query.mail_class = options.mail_class;
  query.limit = options.limit;
  if (!options.since.empty()) {
    query.since = parse_time("--since", options.since, Direction::Past);
  }
  const config::Config config = load_config(shared);
  std::vector<tickets::JournalEntry> entries;
  open_store(config)->read([&](const store::Reader& reader) { entries = reader.journal(query); });
  if (!shared.json) {
    const Terminal terminal = find_terminal(STDOUT_FILENO);
    return page(shared, format_journal(entries, terminal), terminal);
  }
  for (const auto& entry : entries) {
    print(json_line(to_json(entry)));
  }
}

struct Shown {
  tickets::JournalEntry entry;
  std::string bytes;  // the text, or the raw message
};

Shown read_entry(const store::Store& store, std::uint64_t id, bool raw) {
  Shown shown;
  store.read([&](const store::Reader& reader) {
    auto entry = reader.find_journal(id);
    if (!entry) {
      throw Error(Kind::NotFound, fmt::format("the journal has no entry {}", id));
    }
    shown.entry = std::move(*entry);
    if (!raw) {
      shown.bytes = read_text(reader, shown.entry.message);
    } else if (shown.entry.message == tickets::MessageId{} ||
               !reader.read_raw(shown.entry.message, [&](std::string_view piece) { shown.bytes += piece; })) {
      throw Error(Kind::Permanent, fmt::format("the mail of entry {} of the journal is not kept", id));
    }
  });
  return shown;
}

void run_show(const Shared& shared, const JournalOptions& options, std::uint64_t id) {
  const config::Config config = load_config(shared);
  const Shown shown = read_entry(*open_store(config), id, options.raw);
  if (options.raw) {
    return print(shown.bytes);
  }
  if (shared.json) {
    return print(json_line(to_json(shown.entry, shown.bytes)));
  }
  const Terminal terminal = find_terminal(STDOUT_FILENO);
  page(shared, format_journal_entry(shown.entry, shown.bytes, options.full, terminal), terminal);
}

void run_import(const Shared& shared, std::uint64_t id) {
  const policy::PolicyPtr policy = load_policy(shared);
  const auto store = open_store(policy->config);
  const Clerk clerk = clerk_at_desk(policy->config);
  for (const auto ticket : intake::Intake(*store, nullptr).import(*policy, id, clerk.name)) {
    tickets::Ticket filed;
    store->read([&](const store::Reader& reader) { filed = find_ticket(reader, ticket); });
    print(shared.json ? json_line(to_json(filed)) : fmt::format("ticket {}\n", number(ticket)));
  }
}

void run_journal(const Shared& shared, const JournalOptions& options) {
  const auto& what = options.what;
  if (what.empty()) {
    return run_list(shared, options);
  }
  const bool import = what.front() == "import";
  const bool named = import || what.front() == "show";
  if (what.size() != (named ? 2 : 1)) {
    throw Error(Kind::Usage, "journal: wanted is nothing, N, show N or import N");
  }
  const std::uint64_t id = parse_number(what.back());
  import ? run_import(shared, id) : run_show(shared, options, id);
}

}  // namespace

Run declare_journal(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<JournalOptions>();
  app.add_option("WHAT", options->what,
                 "An entry's number, or \"show N\", to show it; \"import N\" to file it after all")
      ->expected(0, 2);
  app.add_option("--class", options->mail_class, "Only mail of this class")->type_name("CLASS");
  app.add_option("--since", options->since, "Only since then, or for so long")->type_name("TIME");
  app.add_option("--limit", options->limit, "At most so many, the newest")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--raw", options->raw, "Of an entry only the message, byte for byte");
  app.add_flag("--full", options->full, "Of an entry quoted text and signatures, too");
  return [&shared, options] {
    run_journal(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
