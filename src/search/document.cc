// SPDX-License-Identifier: MIT
// Limits stand here: one ticket with a gigabyte of history must not fill the index or the memory.
#include "search/document.h"

#include "base/text.h"

namespace ticketmilter::search {
namespace {

class Pieces {
 public:
  explicit Pieces(std::vector<Piece>& pieces) : pieces_(pieces) {}
  void add(Field field, std::string_view text) {
    text = text.substr(0, std::min(room_, max_entry_text));
    room_ -= text.size();
    std::string folded = base::fold_for_match(base::to_valid_utf8(text));
    if (!folded.empty()) {
      pieces_.push_back({field, std::move(folded)});
    }
  }

 private:
  std::vector<Piece>& pieces_;
  std::size_t room_ = max_ticket_text;
};

std::string with_name(const std::string& address, const Lookups& lookups) {
  return address.empty() ? "" : address + " " + lookups.name(address);
}

bool is_operator(std::string_view word) {
  while (word.starts_with('(')) {
    word.remove_prefix(1);
  }
  return word == "AND" || word == "OR" || word == "NOT";
}

}  // namespace

Document make_document(const tickets::Ticket& ticket, const std::vector<tickets::Entry>& entries,
                       const Lookups& lookups) {
  Document document{ticket.id, base::fold_for_match(ticket.queue), tickets::name(ticket.status), ticket.updated, {}};
  Pieces pieces(document.pieces);
  pieces.add(Field::Subject, ticket.subject);
  for (const std::string& address : ticket.requestors) {
    pieces.add(Field::From, with_name(address, lookups));
  }
  for (const auto* people : {&ticket.cc, &ticket.admin_cc}) {
    for (const std::string& address : *people) {
      pieces.add(Field::To, with_name(address, lookups));
    }
  }
  pieces.add(Field::Owner, ticket.owner.empty() ? "nobody" : with_name(ticket.owner, lookups));
  for (const tickets::Entry& entry : entries) {
    pieces.add(Field::From, with_name(entry.actor, lookups));
    pieces.add(Field::To, entry.recipient);
    if (entry.subject != ticket.subject) {
      pieces.add(Field::Subject, entry.subject);
    }
    for (const mail::Attachment& attachment : entry.attachments) {
      pieces.add(Field::Attachment, attachment.name);
    }
    pieces.add(Field::Text, lookups.text(entry));
  }
  return document;
}

std::string fold_query(std::string_view query) {
  std::string out;
  for (const std::string_view word : base::split(query, ' ')) {
    const std::string folded = is_operator(word) ? std::string(word) : base::fold_for_match(base::to_valid_utf8(word));
    out += (out.empty() || folded.empty() ? "" : " ") + folded;
  }
  return out;
}

std::optional<base::Time> parse_begin(std::string_view text) {
  const std::string date(text);
  const std::string_view rest[] = {"-01-01", "-01", ""};
  const std::size_t sizes[] = {4, 7, 10};
  for (std::size_t i = 0; i < 3; ++i) {
    if (date.size() == sizes[i]) {
      return base::parse_rfc3339(date + std::string(rest[i]));
    }
  }
  return std::nullopt;
}

}  // namespace ticketmilter::search
