// SPDX-License-Identifier: MIT
// Every address that is ours, so that the MTA's recipient maps need no second list. Extensions are not listed: Postfix strips them by
// recipient_delimiter when it looks an address up.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "policy/route.h"

namespace ticketmilter::cli {
namespace {

void print_addresses(const Shared& shared, bool postmap) {
  const config::Config config = load_config(shared);
  auto addresses = policy::Router(config).addresses();
  if (!config.address.default_queue.empty()) {
    addresses.emplace_back("@" + config.site.domain, config.address.default_queue);
  }
  for (const auto& [address, queue] : addresses) {
    if (shared.json) {
      print(json_line({{"address", address}, {"queue", queue}}));
    } else {
      print(address + (postmap ? "\tOK\n" : "\n"));
    }
  }
}

}  // namespace

Run declare_addresses(CLI::App& app, const Shared& shared) {
  auto postmap = std::make_shared<bool>(false);
  app.add_flag("--postmap", *postmap, "As a recipient map for postmap(1)");
  return [&shared, postmap] {
    print_addresses(shared, *postmap);
    return 0;
  };
}

}  // namespace ticketmilter::cli
