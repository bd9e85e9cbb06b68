// SPDX-License-Identifier: MIT
// What a subcommand is: it declares its options, and gives back what runs it. main.cc holds the table; the rest of a subcommand is its own file.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace ticketmilter::cli {

// The options that all subcommands share.
struct Shared {
  std::string config_file = "/etc/ticket-milter/ticket-milter.toml";
  bool json = false;
  bool no_pager = false;
  bool absolute = false;  // times by the calendar, also on a terminal
};

// Runs a subcommand whose options have been read; the exit code comes back.
using Run = std::function<int()>;

// Adds the options to the subcommand's App. shared outlives what is returned, and is filled in when that runs.
using Declare = Run (*)(CLI::App& app, const Shared& shared);

Run declare_init(CLI::App& app, const Shared& shared);
Run declare_check(CLI::App& app, const Shared& shared);
Run declare_addresses(CLI::App& app, const Shared& shared);
Run declare_list(CLI::App& app, const Shared& shared);
Run declare_search(CLI::App& app, const Shared& shared);
Run declare_show(CLI::App& app, const Shared& shared);
Run declare_explain(CLI::App& app, const Shared& shared);
Run declare_create(CLI::App& app, const Shared& shared);
Run declare_reply(CLI::App& app, const Shared& shared);
Run declare_comment(CLI::App& app, const Shared& shared);
Run declare_take(CLI::App& app, const Shared& shared);
Run declare_assign(CLI::App& app, const Shared& shared);
Run declare_resolve(CLI::App& app, const Shared& shared);
Run declare_open(CLI::App& app, const Shared& shared);
Run declare_stall(CLI::App& app, const Shared& shared);
Run declare_reject(CLI::App& app, const Shared& shared);
Run declare_delete(CLI::App& app, const Shared& shared);
Run declare_set(CLI::App& app, const Shared& shared);
Run declare_watch(CLI::App& app, const Shared& shared);
Run declare_unwatch(CLI::App& app, const Shared& shared);
Run declare_squelch(CLI::App& app, const Shared& shared);
Run declare_unsquelch(CLI::App& app, const Shared& shared);
Run declare_merge(CLI::App& app, const Shared& shared);
Run declare_link(CLI::App& app, const Shared& shared);
Run declare_journal(CLI::App& app, const Shared& shared);
Run declare_outbox(CLI::App& app, const Shared& shared);
Run declare_person(CLI::App& app, const Shared& shared);
Run declare_dump(CLI::App& app, const Shared& shared);
Run declare_restore(CLI::App& app, const Shared& shared);
Run declare_export(CLI::App& app, const Shared& shared);
Run declare_import(CLI::App& app, const Shared& shared);
Run declare_backup(CLI::App& app, const Shared& shared);
Run declare_complete(CLI::App& app, const Shared& shared);
Run declare_stats(CLI::App& app, const Shared& shared);

// What is done when no subcommand is named.
int run_overview(const Shared& shared);

}  // namespace ticketmilter::cli
