// SPDX-License-Identifier: MIT
// What of a ticket can be found, and how the text of a query is made comparable with it. A help desk has mail in many languages, so words are taken as they are
// written, but for case and accents. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "tickets/ticket.h"

namespace ticketmilter::search {

enum class Field { Subject, From, To, Owner, Attachment, Text };

struct Piece {
  Field field = Field::Text;
  std::string text;  // folded

  bool operator==(const Piece&) const = default;
};

struct Document {
  tickets::TicketId id{};
  std::string queue;   // folded
  std::string status;  // its name
  base::Time updated{};
  std::vector<Piece> pieces;
};

// At most so many bytes of one entry's text, and of all text of a ticket.
constexpr std::size_t max_entry_text = 64 << 10;
constexpr std::size_t max_ticket_text = 1 << 20;

// The text of an entry, and the name of a person, "" = none is known.
struct Lookups {
  std::function<std::string(const tickets::Entry& entry)> text;
  std::function<std::string(const std::string& address)> name;
};
Document make_document(const tickets::Ticket& ticket, const std::vector<tickets::Entry>& entries,
                       const Lookups& lookups);

// The query folded as documents are; AND, OR and NOT stay as they are.
std::string fold_query(std::string_view query);

// "2026", "2026-10" or "2026-10-03": its begin in UTC.
std::optional<base::Time> parse_begin(std::string_view text);

}  // namespace ticketmilter::search
