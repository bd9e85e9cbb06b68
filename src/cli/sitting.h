// SPDX-License-Identifier: MIT
// Changes of tickets by somebody at the desk, each command one transaction: all of its tickets change, or none.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/change.h"
#include "cli/command.h"
#include "store/store.h"

namespace ticketmilter::cli {

// Configuration, store and clerk, as nearly every change needs them.
struct Sitting {
  policy::PolicyPtr policy;
  Clerk clerk;
  std::unique_ptr<store::Store> store;

  Terms terms() const;  // now
};
// as: see clerk_at_desk.
Sitting sit_down(const Shared& shared, const std::string& as);

// What is filed for a ticket. Called inside the transaction, with the ticket as it is then.
using MakeFilings = std::function<std::vector<tickets::Filing>(const Terms& terms, const store::Reader& reader,
                                                               const tickets::Ticket& ticket)>;
// message: what the filings say that have one, null = nothing. The tickets come back as they are now, merged ones as those they were merged into.
std::vector<tickets::Ticket> change(const Sitting& sitting, const std::vector<tickets::TicketId>& ids,
                                    const MakeFilings& make,
                                    std::shared_ptr<const tickets::PackedMessage> message = nullptr);

// A new ticket, as it is now.
tickets::Ticket file(const Sitting& sitting, const tickets::Filing& filing,
                     std::shared_ptr<const tickets::PackedMessage> message);

// The ticket a number leads to, through merges, which is told on standard error. Throws NotFound.
tickets::Ticket find_survivor(const store::Reader& reader, tickets::TicketId id);

// ID ... and --as, which most changes take.
struct Whom {
  std::vector<std::string> ids;
  std::string as;
};
void add_as(CLI::App& app, std::string& as);
void add_ids(CLI::App& app, Whom& whom);
// Throws Usage.
std::vector<tickets::TicketId> parse_ids(const std::vector<std::string>& texts);

// A whole command: with --json the changed tickets are printed.
void run_change(const Shared& shared, const Whom& whom, const MakeFilings& make);

}  // namespace ticketmilter::cli
