// SPDX-License-Identifier: MIT
// Who hears of a ticket: watch, unwatch, squelch, unsquelch.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "base/error.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/sitting.h"

namespace ticketmilter::cli {
namespace {

using tickets::Filing;
using tickets::Ticket;

struct WatchOptions {
  std::string id, address, role, as;

  Whom whom() const { return {{id}, as}; }
};

std::shared_ptr<WatchOptions> add_options(CLI::App& app, bool with_role) {
  auto options = std::make_shared<WatchOptions>();
  app.add_option("ID", options->id, "Number of the ticket")->required();
  app.add_option("ADDRESS", options->address, "Whom it is about")->required();
  if (with_role) {
    app.add_option("--role", options->role, "requestor, cc or admin_cc")->type_name("ROLE");
  }
  add_as(app, options->as);
  return options;
}

std::optional<Role> parse_role(const std::string& text) {
  if (text.empty()) {
    return std::nullopt;
  }
  for (const Role role : {Role::Requestor, Role::Cc, Role::AdminCc}) {
    if (text == name(role)) {
      return role;
    }
  }
  throw base::Error(base::Kind::Usage, fmt::format("--role: \"{}\" is none of requestor, cc, admin_cc", text));
}

using ChangeRole = Filing (*)(const Terms& terms, const Ticket& ticket, const std::string& address,
                              std::optional<Role> role);

Run declare_role(CLI::App& app, const Shared& shared, ChangeRole change_role) {
  auto options = add_options(app, true);
  return [&shared, options, change_role] {
    const std::string address = parse_address(options->address);
    const auto role = parse_role(options->role);
    run_change(shared, options->whom(), [&](const Terms& terms, const store::Reader&, const Ticket& ticket) {
      return std::vector{change_role(terms, ticket, address, role)};
    });
    return 0;
  };
}

Run declare_squelched(CLI::App& app, const Shared& shared, bool squelched) {
  auto options = add_options(app, false);
  return [&shared, options, squelched] {
    const std::string address = parse_address(options->address);
    run_change(shared, options->whom(), [&](const Terms& terms, const store::Reader&, const Ticket& ticket) {
      return std::vector{squelch(terms, ticket, address, squelched)};
    });
    return 0;
  };
}

}  // namespace

Run declare_watch(CLI::App& app, const Shared& shared) {
  return declare_role(app, shared, watch);
}
Run declare_unwatch(CLI::App& app, const Shared& shared) {
  return declare_role(app, shared, unwatch);
}
Run declare_squelch(CLI::App& app, const Shared& shared) {
  return declare_squelched(app, shared, true);
}
Run declare_unsquelch(CLI::App& app, const Shared& shared) {
  return declare_squelched(app, shared, false);
}

}  // namespace ticketmilter::cli
