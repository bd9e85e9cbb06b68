// SPDX-License-Identifier: MIT
// Two tickets: one goes into the other, or both are linked.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"
#include "cli/desk.h"
#include "cli/sitting.h"

namespace ticketmilter::cli {
namespace {

using tickets::Ticket;

struct Pair {
  std::string id, other, as;
  bool remove = false;

  Whom whom() const { return {{id}, as}; }
};

}  // namespace

Run declare_merge(CLI::App& app, const Shared& shared) {
  auto pair = std::make_shared<Pair>();
  app.add_option("ID", pair->id, "Number of the ticket that goes")->required();
  app.add_option("INTO", pair->other, "Number of the ticket that stays")->required();
  add_as(app, pair->as);
  return [&shared, pair] {
    const auto into = parse_ticket_id(pair->other);
    run_change(shared, pair->whom(), [into](const Terms& terms, const store::Reader& reader, const Ticket& ticket) {
      return merge(terms, ticket, find_survivor(reader, into));
    });
    return 0;
  };
}

Run declare_link(CLI::App& app, const Shared& shared) {
  auto pair = std::make_shared<Pair>();
  app.add_option("ID", pair->id, "Number of a ticket")->required();
  app.add_option("OTHER", pair->other, "Number of the other one")->required();
  app.add_flag("--remove", pair->remove, "They are linked no more");
  add_as(app, pair->as);
  return [&shared, pair] {
    const auto other = parse_ticket_id(pair->other);
    run_change(shared, pair->whom(), [&](const Terms& terms, const store::Reader& reader, const Ticket& ticket) {
      return link(terms, ticket, find_survivor(reader, other), !pair->remove);
    });
    return 0;
  };
}

}  // namespace ticketmilter::cli
