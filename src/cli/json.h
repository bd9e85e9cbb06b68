// SPDX-License-Identifier: MIT
// Tickets as JSON: the fields of ticket(1), in that order. Text that is missing is "", a missing owner, date or ticket is null; times are RFC 3339 in UTC.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/time.h"
#include "store/store.h"
#include "tickets/intent.h"
#include "tickets/notice.h"
#include "tickets/ticket.h"

namespace ticketmilter::cli {

using Json = nlohmann::ordered_json;

Json to_json(const store::Row& row);
Json to_json(const tickets::Ticket& ticket);
// text: all that the entry says, "" = nothing.
Json to_json(const tickets::Entry& entry, const std::string& text);

// The fields of a list, and with show also what else there is to know.
Json to_json(const tickets::JournalEntry& entry);
Json to_json(const tickets::JournalEntry& entry, const std::string& text);

// A row of the outbox, and what a ticket tells of it.
Json to_json(const tickets::Notice& notice);
Json notice_of_ticket(const tickets::Notice& notice);

// "" = null.
Json or_null(const std::string& text);
// 0 = null.
Json or_null(tickets::TicketId id);

// The object on a line of its own: valid UTF-8 whatever it holds, and no control character outside of an escape.
std::string json_line(const Json& json);

}  // namespace ticketmilter::cli
