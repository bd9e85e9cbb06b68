// SPDX-License-Identifier: MIT
// What nearly all subcommands begin with: the configuration, the store, the ticket that is meant.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/terminal.h"
#include "cli/when.h"
#include "config/config.h"
#include "policy/policy.h"
#include "store/store.h"
#include "tickets/ticket.h"

namespace ticketmilter::cli {

// Prints all complaints on standard error, one a line, and throws Config, if there are any.
config::Config load_config(const Shared& shared);

// Throws NoPermission when they are not for us to read, Config when they are not good.
config::Secrets load_secrets(const config::Config& config);
// The configuration with its secrets. Throws as above.
policy::PolicyPtr load_policy(const Shared& shared);

// Never makes a store. Throws Config when there is none, NoPermission when its folder is closed to us.
std::unique_ptr<store::Store> open_store(const config::Config& config);

// "42" or "#42". Throws Usage.
tickets::TicketId parse_ticket_id(const std::string& text);

// Throws NotFound.
tickets::Ticket find_ticket(const store::Reader& reader, tickets::TicketId id);
// By name in any case. Throws NotFound.
const config::Queue& find_queue(const config::Config& config, const std::string& name);

// An address as it is compared and stored. Throws Usage.
std::string parse_address(const std::string& text);

// What "2d" means: so long ago, or from now on.
enum class Direction { Past, Future };
// A time of RFC 3339, a date, or a duration. Throws Usage, which names the option.
base::Time parse_time(const std::string& option, const std::string& text, Direction direction);

// Now, and whether times are to be told by how far off they are: on a terminal, unless Shared says otherwise.
Clock find_clock(const Shared& shared, const Terminal& terminal);

// All that a sink of store.h is handed.
std::string read_text(const store::Reader& reader, tickets::MessageId id);

// What these tickets say leaves the index of search: it was purged or changed.
void unindex(const config::Config& config, const std::vector<tickets::TicketId>& ids);

// Asks on the terminal whether that is wanted, unless yes. Throws Usage where nobody can be asked, Permanent where the answer is no.
void confirm(const std::string& what, bool yes);

// All bytes to standard output, or an Error.
void print(const std::string& bytes);

}  // namespace ticketmilter::cli
