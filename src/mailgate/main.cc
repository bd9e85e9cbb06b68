// SPDX-License-Identifier: MIT
// The pipe door: what reaches the desk's machine beside the milter, by an alias, a .forward file or a transport. The MTA has answered for this mail, so nothing is
// refused any more, as a refusal would become a bounce to an address that may be forged: what is not filed goes to the journal. Every trouble, a mistake on the
// command line too, leaves the mail with the MTA.
#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>

#include "base/account.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/run.h"
#include "config.h"
#include "intake/intake.h"
#include "mailgate/handed_over.h"
#include "policy/load_policy.h"
#include "store/filer.h"
#include "store/store.h"

namespace ticketmilter::mailgate {
namespace {

using base::Error;
using base::Kind;

struct Options {
  std::string config_file = "/etc/ticket-milter/ticket-milter.toml";
  Wanted wanted;
  unsigned timeout = 180;  // seconds, 0 = none
  bool debug = false;
};

policy::PolicyPtr load_policy(const Options& options) {
  policy::PolicyPtr policy = policy::load_policy(
      options.config_file, [](const std::string& line) { base::log_error(line); },
      [&](config::Config& config) { adapt(config, options.wanted); });
  if (!policy) {
    throw Error(Kind::Config, options.config_file + ": not usable as it is");
  }
  return policy;
}

void become_user(const std::string& user) {
  if (base::is_root()) {
    base::become(base::find_account(user));
  }
}

// What did not come by an MTA that tells in the environment is known by its header alone.
std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int take(const Options& options) {
  const policy::PolicyPtr policy = load_policy(options);
  const Handed handed = read_handed(base::read_all(STDIN_FILENO, policy->config.milter.max_message), environment,
                                    options.wanted, policy->config);
  become_user(policy->config.milter.user);
  store::Store store(intake::store_options(policy->config.store));
  store::Filer filer(store);
  intake::Intake intake(store, &filer);
  const intake::Result result = intake.take(*policy, handed.envelope, handed.message, false);
  base::log_info(result.log);
  if (result.disposal == intake::Disposal::Tempfail) {
    throw Error(Kind::Temporary, result.reply.text);
  }
  return EX_OK;
}

extern "C" void give_up(int /*signal*/) {
  constexpr std::string_view words = "ticket-mailgate: no answer from the store in time\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, words.data(), words.size());
  _exit(EX_TEMPFAIL);
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("Files the mail on standard input, for an alias or a transport of the MTA, see ticket-mailgate(1).",
               "ticket-mailgate");
  app.add_option("-c", options.config_file, "The configuration")->type_name("FILE")->capture_default_str();
  app.add_option("--queue", options.wanted.queue, "Queue the mail is for")->type_name("QUEUE")->required();
  app.add_option("--action", options.wanted.action, "What is done with it, as in an address extension")
      ->type_name("ACTION[-..]")
      ->capture_default_str();
  app.add_option("--extension", options.wanted.extension, "What $EXTENSION is: ticket, queue, action or auto")
      ->type_name("KIND")
      ->check(CLI::IsMember({"ticket", "queue", "action", "auto"}));
  app.add_option("--timeout", options.timeout, "Leave the mail with the MTA after so many seconds, 0 = never")
      ->type_name("SECONDS")
      ->capture_default_str();
  app.add_flag("--debug", options.debug, "Log to standard error as well");
  app.set_version_flag("--version", PACKAGE_STRING);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? EX_OK : EX_TEMPFAIL;
  }
  base::open_log("ticket-mailgate", options.debug);
  std::signal(SIGALRM, give_up);
  ::alarm(options.timeout);
  return take(options);
}

}  // namespace
}  // namespace ticketmilter::mailgate

int main(int argc, char** argv) {
  const int status =
      ticketmilter::base::run_main("ticket-mailgate", [&] { return ticketmilter::mailgate::run(argc, argv); });
  return status == EX_OK ? EX_OK : EX_TEMPFAIL;
}
