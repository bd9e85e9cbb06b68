// SPDX-License-Identifier: MIT
// The one way by which the desk changes tickets.
#include "cli/sitting.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "intake/intake.h"

namespace ticketmilter::cli {
namespace {

using tickets::Ticket;
using tickets::TicketId;

bool changes(const tickets::Filing& filing) {
  return !filing.entries.empty();
}

// Two numbers may lead to one ticket.
std::vector<Ticket> find_survivors(const store::Reader& reader, const std::vector<TicketId>& ids) {
  std::vector<Ticket> found;
  for (const TicketId id : ids) {
    Ticket ticket = find_survivor(reader, id);
    if (std::ranges::none_of(found, [&](const Ticket& t) { return t.id == ticket.id; })) {
      found.push_back(std::move(ticket));
    }
  }
  return found;
}

// Who asks for something is on file.
void add_people(const Ticket& before, tickets::Intent& intent) {
  for (const tickets::Filing& filing : intent.filings) {
    for (const std::string& address : filing.ticket.requestors) {
      if (filing.ticket.id == before.id && std::ranges::find(before.requestors, address) == before.requestors.end()) {
        intent.people.push_back({address, "", intent.now});
      }
    }
  }
}

tickets::Intent make_intent(const Terms& terms, const store::Reader& reader, const std::vector<Ticket>& meant,
                            const MakeFilings& make) {
  tickets::Intent intent;
  intent.now = terms.now;
  for (const Ticket& ticket : meant) {
    auto filings = make(terms, reader, ticket);
    std::erase_if(filings, [](const auto& filing) { return !changes(filing); });
    std::ranges::move(filings, std::back_inserter(intent.filings));
    add_people(ticket, intent);
  }
  return intent;
}

tickets::Applied apply(const policy::Policy& policy, store::Writer& writer, tickets::Intent& intent) {
  policy::NoticeTerms terms;
  terms.held = policy.config.milter.mode != config::Mode::On;
  intake::settle_notices(policy, writer, terms, intent);
  return writer.apply(intent);
}

}  // namespace

Terms Sitting::terms() const {
  return {*policy, clerk, base::now()};
}

Sitting sit_down(const Shared& shared, const std::string& as) {
  Sitting sitting;
  sitting.policy = load_policy(shared);
  sitting.clerk = clerk_at_desk(sitting.policy->config, as);
  sitting.store = open_store(sitting.policy->config);
  return sitting;
}

std::vector<Ticket> change(const Sitting& sitting, const std::vector<TicketId>& ids, const MakeFilings& make,
                           std::shared_ptr<const tickets::PackedMessage> message) {
  std::vector<Ticket> changed;
  const Terms terms = sitting.terms();
  sitting.store->write([&](store::Writer& writer) {
    const std::vector<Ticket> meant = find_survivors(writer, ids);
    tickets::Intent intent = make_intent(terms, writer, meant, make);
    intent.message = message;
    apply(*sitting.policy, writer, intent);
    changed.clear();
    for (const Ticket& ticket : meant) {
      changed.push_back(find_ticket(writer, ticket.id));
    }
  });
  return changed;
}

Ticket file(const Sitting& sitting, const tickets::Filing& filing,
            std::shared_ptr<const tickets::PackedMessage> message) {
  Ticket filed;
  sitting.store->write([&](store::Writer& writer) {
    tickets::Intent intent;
    intent.now = filing.ticket.updated;
    intent.filings = {filing};
    intent.message = message;
    add_people({}, intent);
    filed = find_ticket(writer, apply(*sitting.policy, writer, intent).tickets.at(0));
  });
  return filed;
}

Ticket find_survivor(const store::Reader& reader, TicketId id) {
  find_ticket(reader, id);
  tickets::Question question;
  question.tickets = {id};
  const tickets::View view = reader.view(question);
  const Ticket* survivor = view.survivor(id);
  if (survivor == nullptr) {
    throw base::Error(base::Kind::NotFound, fmt::format("ticket {} was merged into one that is gone", number(id)));
  }
  if (survivor->id != id) {
    fmt::print(stderr, "ticket {} was merged into {}\n", number(id), number(survivor->id));
  }
  return *survivor;
}

void add_as(CLI::App& app, std::string& as) {
  app.add_option("--as", as, "Act for this agent, not for the one whose login it is")->type_name("ADDRESS");
}

void add_ids(CLI::App& app, Whom& whom) {
  app.add_option("ID", whom.ids, "Numbers of tickets")->required();
  add_as(app, whom.as);
}

std::vector<TicketId> parse_ids(const std::vector<std::string>& texts) {
  std::vector<TicketId> ids;
  ids.reserve(texts.size());
  for (const std::string& text : texts) {
    ids.push_back(parse_ticket_id(text));
  }
  return ids;
}

void run_change(const Shared& shared, const Whom& whom, const MakeFilings& make) {
  const auto ids = parse_ids(whom.ids);
  const Sitting sitting = sit_down(shared, whom.as);
  for (const Ticket& ticket : change(sitting, ids, make)) {
    if (shared.json) {
      print(json_line(to_json(ticket)));
    }
  }
}

}  // namespace ticketmilter::cli
