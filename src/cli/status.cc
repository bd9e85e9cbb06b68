// SPDX-License-Identifier: MIT
// Whose a ticket is, and how far it is: take, assign, and a command for each status.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/sitting.h"

namespace ticketmilter::cli {
namespace {

using tickets::Status;

Run declare_status(CLI::App& app, const Shared& shared, Status status) {
  auto whom = std::make_shared<Whom>();
  add_ids(app, *whom);
  return [&shared, whom, status] {
    run_change(shared, *whom, [status](const Terms& terms, const store::Reader&, const tickets::Ticket& ticket) {
      return std::vector{set_status(terms, ticket, status)};
    });
    return 0;
  };
}

}  // namespace

Run declare_take(CLI::App& app, const Shared& shared) {
  auto whom = std::make_shared<Whom>();
  add_ids(app, *whom);
  return [&shared, whom] {
    run_change(shared, *whom, [](const Terms& terms, const store::Reader&, const tickets::Ticket& ticket) {
      return std::vector{take(terms, ticket)};
    });
    return 0;
  };
}

Run declare_assign(CLI::App& app, const Shared& shared) {
  auto whom = std::make_shared<Whom>();
  app.add_option("ID", whom->ids, "Numbers of tickets, then the new owner's address, or \"nobody\"")
      ->type_name("... OWNER")
      ->expected(2, CLI::detail::expected_max_vector_size)
      ->required();
  add_as(app, whom->as);
  return [&shared, whom] {
    const std::string last = whom->ids.back();
    whom->ids.pop_back();
    const std::string owner = last == "nobody" ? "" : parse_address(last);
    run_change(shared, *whom, [&owner](const Terms& terms, const store::Reader&, const tickets::Ticket& ticket) {
      return std::vector{assign(terms, ticket, owner)};
    });
    return 0;
  };
}

Run declare_resolve(CLI::App& app, const Shared& shared) {
  return declare_status(app, shared, Status::Resolved);
}
Run declare_open(CLI::App& app, const Shared& shared) {
  return declare_status(app, shared, Status::Open);
}
Run declare_stall(CLI::App& app, const Shared& shared) {
  return declare_status(app, shared, Status::Stalled);
}
Run declare_reject(CLI::App& app, const Shared& shared) {
  return declare_status(app, shared, Status::Rejected);
}

Run declare_delete(CLI::App& app, const Shared& shared) {
  return declare_status(app, shared, Status::Deleted);
}

}  // namespace ticketmilter::cli
