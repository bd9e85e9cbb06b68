// SPDX-License-Identifier: MIT
// Options and exit status; the rest is in serve().
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "base/log.h"
#include "base/run.h"
#include "config.h"
#include "notify/daemon.h"

namespace {

int run(int argc, char** argv) {
  std::string file = "/etc/ticket-milter/ticket-milter.toml";
  bool foreground = false;
  CLI::App app("Sends what people are to hear of their tickets, see ticket-notify(8).", "ticket-notify");
  app.add_option("-c", file, "The configuration")->type_name("FILE")->capture_default_str();
  app.add_flag("-f", foreground, "Log to standard error as well");
  app.set_version_flag("--version", "ticket-notify " PACKAGE_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? EX_OK : EX_USAGE;
  }
  ticketmilter::base::open_log("ticket-notify", foreground);
  return ticketmilter::notify::serve(file);
}

}  // namespace

int main(int argc, char** argv) {
  return ticketmilter::base::run_main("ticket-notify", [&] { return run(argc, argv); });
}
