// SPDX-License-Identifier: MIT
// What of a ticket is indexed, and queries made comparable with it.
#include <doctest/doctest.h>

#include <algorithm>

#include "search/document.h"

using namespace ticketmilter;
using search::Field;
using search::Piece;

namespace {

const search::Lookups lookups{[](const tickets::Entry& entry) { return "text of " + std::to_string(entry.id); },
                              [](const std::string& address) {
                                return address == "rita@remote.example" ? std::string("R\xC3\xADta") : std::string();
                              }};

tickets::Ticket a_ticket() {
  tickets::Ticket ticket;
  ticket.id = tickets::TicketId{7};
  ticket.queue = "Help";
  ticket.subject = "Caf\xC3\xA9  machine";
  ticket.status = tickets::Status::Open;
  ticket.requestors = {"rita@remote.example"};
  ticket.cc = {"bob@remote.example"};
  return ticket;
}

}  // namespace

TEST_CASE("a document has all by which a ticket is looked for") {
  tickets::Entry entry;
  entry.id = 1;
  entry.actor = "rita@remote.example";
  entry.subject = "another";
  entry.recipient = "<help+1@tickets.example>";
  entry.attachments.emplace_back().name = "Rechnung.PDF";
  const auto document = search::make_document(a_ticket(), {entry}, lookups);
  CHECK(document.id == tickets::TicketId{7});
  CHECK(document.queue == "help");
  CHECK(document.status == "open");
  const std::vector<Piece> want = {{Field::Subject, "cafe machine"},
                                   {Field::From, "rita@remote.example rita"},
                                   {Field::To, "bob@remote.example"},
                                   {Field::Owner, "nobody"},
                                   {Field::From, "rita@remote.example rita"},
                                   {Field::To, "<help+1@tickets.example>"},
                                   {Field::Subject, "another"},
                                   {Field::Attachment, "rechnung.pdf"},
                                   {Field::Text, "text of 1"}};
  CHECK(document.pieces == want);
}

TEST_CASE("a document is bounded, however long the history") {
  const search::Lookups endless{[](const tickets::Entry&) { return std::string(2 * search::max_entry_text, 'x'); },
                                [](const std::string&) { return std::string(); }};
  const auto document = search::make_document(a_ticket(), std::vector<tickets::Entry>(100), endless);
  std::size_t size = 0;
  for (const Piece& piece : document.pieces) {
    CHECK(piece.text.size() <= search::max_entry_text);
    size += piece.text.size();
  }
  CHECK(size <= search::max_ticket_text);
  CHECK(size > search::max_ticket_text / 2);
}

TEST_CASE("a query is folded, its operators are not") {
  CHECK(search::fold_query("Caf\xC3\xA9 AND NOT M\xC3\xBCLL") == "cafe AND NOT mull");
  CHECK(search::fold_query("(NOT Subject:\"A  B\" OR and)") == "(NOT subject:\"a b\" OR and)");
  CHECK(search::fold_query("  NEAR   x ") == "near x");
  CHECK(search::fold_query("").empty());
  CHECK(search::fold_query("\xFF") == "\xEF\xBF\xBD");
}

TEST_CASE("dates begin in UTC") {
  CHECK(search::parse_begin("2026") == base::parse_rfc3339("2026-01-01T00:00:00Z"));
  CHECK(search::parse_begin("2026-10") == base::parse_rfc3339("2026-10-01T00:00:00Z"));
  CHECK(search::parse_begin("2026-10-03") == base::parse_rfc3339("2026-10-03T00:00:00Z"));
  for (const char* text : {"", "26", "2026-13", "2026-1", "2026-10-32", "yesterday", "2026-10-03t00:00:00z"}) {
    CAPTURE(text);
    CHECK_FALSE(search::parse_begin(text));
  }
}
