// SPDX-License-Identifier: MIT
// The desk. This file knows the shared options and the table of subcommands; what each does is in the file of its name.
#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>

#include "base/error.h"
#include "base/run.h"
#include "cli/command.h"
#include "config.h"

namespace ticketmilter::cli {
namespace {

struct Subcommand {
  const char* name;
  const char* summary;
  Declare declare;
};

constexpr Subcommand subcommands[] = {
    {"init", "Make secret, store and folders", declare_init},
    {"check", "Say what is wrong with configuration, store, socket and relay", declare_check},
    {"addresses", "List every address that is ours", declare_addresses},
    {"list", "List tickets, newest first", declare_list},
    {"search", "Find tickets by what is said in them", declare_search},
    {"show", "Show a ticket, or a message or attachment of it", declare_show},
    {"explain", "Decide about the message on standard input, and write nothing", declare_explain},
    {"create", "File a ticket with the text on standard input", declare_create},
    {"reply", "Answer a ticket: requestors, cc and agents hear of it", declare_reply},
    {"comment", "Say something that only agents read", declare_comment},
    {"take", "Make tickets yours", declare_take},
    {"assign", "Give tickets to an agent, or to nobody", declare_assign},
    {"resolve", "Resolve tickets", declare_resolve},
    {"open", "Open tickets, closed or deleted ones, too", declare_open},
    {"stall", "Put tickets aside until something happens", declare_stall},
    {"reject", "Close tickets that are none", declare_reject},
    {"delete", "Delete tickets", declare_delete},
    {"set", "Set subject, queue, priority or due date", declare_set},
    {"watch", "Let somebody hear of a ticket", declare_watch},
    {"unwatch", "Let somebody hear of it no more", declare_unwatch},
    {"squelch", "Send nothing about a ticket to an address", declare_squelch},
    {"unsquelch", "Send it there again", declare_unsquelch},
    {"merge", "Make two tickets one", declare_merge},
    {"link", "Link two tickets", declare_link},
    {"journal", "List, show or file what was refused, discarded or known already", declare_journal},
    {"outbox", "List notices that are not sent, try them again, or cancel them", declare_outbox},
    {"person", "Show who is known, and stop mail to an address or let it go there again", declare_person},
    {"dump", "Print the whole store as JSON Lines", declare_dump},
    {"restore", "Fill an empty store from a dump on standard input", declare_restore},
    {"export", "Print the raw mail of tickets as an mbox", declare_export},
    {"import", "File the mails of a mailbox", declare_import},
    {"backup", "Copy the store, whatever goes on in it", declare_backup},
    {"stats", "Count tickets by queue, status and day, and notices by state", declare_stats},
    {"complete", "Say what may stand next on a command line", declare_complete},
};

void flush_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw base::system_error(base::Kind::Io, "write to standard output", errno);
  }
}

int run(int argc, char** argv) {
  CLI::App app(
      "The desk of ticket-milter: lists, shows and files tickets, explains decisions.\n"
      "Without a command: your tickets, and what waits longest.",
      "ticket");
  Shared shared;
  Run chosen;
  app.fallthrough();             // so that shared options may stand behind the subcommand, too
  app.require_subcommand(0, 1);  // none is asked for the overview; an unknown name is a mistake
  app.set_version_flag("--version", "ticket " PACKAGE_VERSION);
  app.add_option("-c", shared.config_file, "Configuration file")->type_name("FILE")->take_last()->capture_default_str();
  app.add_flag("--json", shared.json, "One JSON object a line");
  app.add_flag("--no-pager", shared.no_pager, "Print what is longer than the screen as it is");
  app.add_flag("--absolute", shared.absolute, "Times by the calendar, also on a terminal");
  for (const Subcommand& s : subcommands) {
    CLI::App* sub = app.add_subcommand(s.name, s.summary);
    sub->callback([&chosen, run = s.declare(*sub, shared)] { chosen = run; });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      return app.exit(e);  // --help and --version
    }
    throw base::Error(base::Kind::Usage, e.what() + std::string("\nTry ticket --help."));
  }
  const int status = chosen ? chosen() : run_overview(shared);
  flush_output();
  return status;
}

}  // namespace
}  // namespace ticketmilter::cli

int main(int argc, char** argv) {
  return ticketmilter::base::run_main("ticket", [&] { return ticketmilter::cli::run(argc, argv); });
}
