// SPDX-License-Identifier: MIT
#include "cli/personal_data.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "policy/rights.h"

namespace ticketmilter::cli {
namespace {

using tickets::Entry;

void replace(std::vector<std::string>& list, const std::string& from, const std::string& to) {
  const auto place = std::ranges::find(list, from);
  if (place == list.end()) {
    return;
  }
  if (base::contains(list, to)) {
    list.erase(place);
  } else {
    *place = to;
  }
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = base::ascii_lower(text).find(from); at != std::string::npos;
       at = base::ascii_lower(text).find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// Notes, and paths as they were typed, name it inside of other text.
std::vector<std::string*> texts_of(Entry& entry) {
  std::vector<std::string*> texts = {&entry.actor, &entry.sender, &entry.reply_to};
  for (std::string& note : entry.notes) {
    texts.push_back(&note);
  }
  return texts;
}

bool names(const Entry& entry, const std::string& address) {
  Entry copy = entry;
  return std::ranges::any_of(texts_of(copy), [&](const std::string* text) {
    return base::ascii_lower(*text).find(address) != std::string::npos;
  });
}

}  // namespace

bool is_on(const tickets::Ticket& ticket, const std::string& address) {
  return policy::takes_part(ticket, address) || base::contains(ticket.squelched, address);
}

bool is_in(const store::StoredTicket& stored, const std::string& address) {
  return is_on(stored.ticket, address) ||
         std::ranges::any_of(stored.entries, [&](const Entry& entry) { return names(entry, address); });
}

void replace_roles(tickets::Ticket& ticket, const std::string& from, const std::string& to) {
  for (auto* list : {&ticket.requestors, &ticket.cc, &ticket.admin_cc, &ticket.squelched}) {
    replace(*list, from, to);
  }
  if (ticket.owner == from) {
    ticket.owner = to;
  }
}

void forget(store::StoredTicket& stored, const std::string& address, const std::string& pseudonym) {
  if (is_on(stored.ticket, address)) {
    replace_roles(stored.ticket, address, pseudonym);
    if (!base::contains(stored.ticket.squelched, pseudonym)) {
      stored.ticket.squelched.push_back(pseudonym);
    }
  }
  for (Entry& entry : stored.entries) {
    if (entry.actor == address) {
      entry.message = {};
      entry.raw_size = 0;
      entry.subject.clear();
      entry.attachments.clear();
      entry.notes.emplace_back("what was written here was removed");
    }
    for (std::string* text : texts_of(entry)) {
      replace_all(*text, address, pseudonym);
    }
  }
}

tickets::Notice forget(tickets::Notice notice, const std::string& pseudonym) {
  notice.to = pseudonym;
  notice.last_reply.clear();
  if (notice.waits() || notice.state == tickets::NoticeState::Held) {
    notice.state = tickets::NoticeState::Dropped;
    notice.last_reply = "forgotten";
  }
  return notice;
}

}  // namespace ticketmilter::cli
