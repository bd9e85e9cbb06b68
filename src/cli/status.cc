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

// Merges are not followed: what is meant to go is the ticket of that number.
void purge(const Shared& shared, const Whom& whom) {
  const auto ids = parse_ids(whom.ids);
  const Sitting sitting = sit_down(shared, whom.as);
  const config::Config& config = sitting.policy->config;
  sitting.store->write([&](store::Writer& writer) {
    for (const auto id : ids) {
      const tickets::Ticket ticket = find_ticket(writer, id);
      check_right(policy::Right::Modify, sitting.clerk, config, find_queue(config, ticket.queue), &ticket);
      writer.purge(id);
    }
  });
  unindex(config, ids);
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
  struct DeleteOptions {
    Whom whom;
    bool purge = false;
    bool yes = false;
  };
  auto options = std::make_shared<DeleteOptions>();
  add_ids(app, options->whom);
  app.add_flag("--purge", options->purge, "Take them away for good, with all that was written");
  app.add_flag("--yes", options->yes, "Purge without asking");
  return [&shared, options] {
    if (options->purge) {
      confirm("What is in these tickets will be gone for good.", options->yes);
      purge(shared, options->whom);
      return 0;
    }
    run_change(shared, options->whom, [](const Terms& terms, const store::Reader&, const tickets::Ticket& ticket) {
      return std::vector{set_status(terms, ticket, Status::Deleted)};
    });
    return 0;
  };
}

}  // namespace ticketmilter::cli
