// SPDX-License-Identifier: MIT
// Options and exit status; the rest is in serve().
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "base/run.h"
#include "config.h"
#include "milter/daemon.h"

namespace {

int run(int argc, char** argv) {
  std::string file = "/etc/ticket-milter/ticket-milter.toml";
  bool foreground = false;
  CLI::App app("Turns mail into tickets in the SMTP dialogue, see ticket-milter(8).", "ticket-milter");
  app.add_option("-c", file, "The configuration")->type_name("FILE")->capture_default_str();
  app.add_flag("-f", foreground, "Log to standard error as well");
  app.set_version_flag("--version", PACKAGE_STRING);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? EX_OK : EX_USAGE;
  }
  ticketmilter::base::open_log("ticket-milter", foreground);
  return ticketmilter::milter::serve(file);
}

}  // namespace

int main(int argc, char** argv) {
  return ticketmilter::base::run_main("ticket-milter", [&] { return run(argc, argv); });
}
