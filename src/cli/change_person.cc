// SPDX-License-Identifier: MIT
// Who is concerned is found by reading; each ticket is read again in the transaction that changes it.
#include "cli/change_person.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "cli/desk.h"
#include "cli/people_file.h"
#include "cli/personal_data.h"
#include "cli/sitting.h"
#include "cli/terminal.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;
using store::StoredTicket;
using tickets::TicketId;

constexpr std::size_t portion = 100;

std::vector<TicketId> all_tickets(const store::Store& store) {
  std::vector<TicketId> ids;
  store::ListQuery query;
  query.statuses = tickets::all_statuses();
  query.matches = [&](const store::Row& row) {
    ids.push_back(row.id);
    return false;
  };
  store.read([&](const store::Reader& reader) { reader.list(query); });
  return ids;
}

StoredTicket read_ticket(const store::Reader& reader, TicketId id) {
  return {find_ticket(reader, id), reader.entries(id)};
}

// Tickets for which concerns() is true, by number.
template <class Concerns>
std::vector<TicketId> find_concerned(const store::Store& store, const Concerns& concerns) {
  const auto ids = all_tickets(store);
  std::vector<TicketId> concerned;
  for (std::size_t i = 0; i < ids.size(); i += portion) {
    store.read([&](const store::Reader& reader) {
      for (std::size_t j = i; j < std::min(i + portion, ids.size()); ++j) {
        if (concerns(reader, ids[j])) {
          concerned.push_back(ids[j]);
        }
      }
    });
  }
  std::sort(concerned.begin(), concerned.end());
  return concerned;
}

// People are everybody's, so whoever changes them is an agent, or root.
void check_agent(const Clerk& clerk) {
  if (clerk.agent == nullptr && !clerk.may_all) {
    throw Error(Kind::NoPermission, fmt::format("{} is no agent", clerk.name));
  }
}

std::vector<ListedPerson> read_file(const std::string& file, bool skip) {
  constexpr std::size_t most = 256 << 20;
  PeopleFile read = read_people(file == "-" ? base::read_all(STDIN_FILENO, most) : base::read_file(file, most));
  for (const std::string& complaint : read.complaints) {
    fmt::print(stderr, "{}: {}\n", safe_line(file), safe_line(complaint));
  }
  if (!read.complaints.empty() && !skip) {
    throw Error(Kind::Permanent, "nothing is imported, see above");
  }
  return std::move(read.people);
}

// A history line on each ticket where it changes something.
tickets::Filing replaced(const Terms& terms, const tickets::Ticket& before, const std::string& from,
                         const std::string& to) {
  tickets::Filing filing;
  filing.ticket = before;
  replace_roles(filing.ticket, from, to);
  if (filing.ticket == before) {
    return filing;
  }
  filing.ticket.updated = terms.now;
  tickets::Entry entry;
  entry.kind = tickets::Kind::Watch;
  entry.actor = terms.clerk.name;
  entry.proven = true;
  entry.created = terms.now;
  entry.door = "ticket";
  entry.status_before = entry.status_after = before.status;
  entry.notes = {fmt::format("{} is {} now", from, to)};
  filing.entries = {std::move(entry)};
  filing.has_message = {false};
  return filing;
}

void forget_in_ticket(store::Writer& writer, TicketId id, const std::string& address, const std::string& pseudonym) {
  StoredTicket stored = read_ticket(writer, id);
  forget(stored, address, pseudonym);
  writer.rewrite(stored);
  tickets::Intent intent;
  for (const tickets::Notice& notice : writer.notices_of(id)) {
    if (notice.to == address) {
      intent.notices.push_back(forget(notice, pseudonym));
    }
  }
  writer.apply(intent);
}

bool has_notice_to(const store::Reader& reader, TicketId id, const std::string& address) {
  const auto notices = reader.notices_of(id);
  return std::ranges::any_of(notices, [&](const tickets::Notice& notice) { return notice.to == address; });
}

std::size_t forget_in_journal(store::Store& store, const std::string& address) {
  std::vector<std::uint64_t> ids;
  store.read([&](const store::Reader& reader) {
    for (const auto& entry : reader.journal({"", {}, SIZE_MAX})) {
      if (entry.author == address || entry.sender == "<" + address + ">") {
        ids.push_back(entry.id);
      }
    }
  });
  for (std::size_t i = 0; i < ids.size(); i += portion) {
    store.write([&](store::Writer& writer) {
      for (std::size_t j = i; j < std::min(i + portion, ids.size()); ++j) {
        writer.remove_journal(ids[j]);
      }
    });
  }
  return ids.size();
}

}  // namespace

void import_people(const Shared& shared, const std::string& file, bool skip) {
  const Sitting sitting = sit_down(shared, "");
  check_agent(sitting.clerk);
  const auto people = read_file(file, skip);
  const base::Time now = base::now();
  for (std::size_t i = 0; i < people.size(); i += portion) {
    sitting.store->write([&](store::Writer& writer) {
      for (std::size_t j = i; j < std::min(i + portion, people.size()); ++j) {
        auto person = writer.find_person(people[j].address).value_or(tickets::Person{people[j].address, "", now});
        person.name = people[j].name.empty() ? person.name : people[j].name;
        writer.put_person(person);
      }
    });
  }
}

void set_address(const Shared& shared, const std::string& old_address, const std::string& new_address) {
  const Sitting sitting = sit_down(shared, "");
  check_agent(sitting.clerk);
  if (sitting.policy->router.is_ours(new_address)) {
    throw Error(Kind::Permanent, fmt::format("{} is one of our own addresses", new_address));
  }
  const auto concerned = find_concerned(*sitting.store, [&](const store::Reader& reader, TicketId id) {
    return is_on(find_ticket(reader, id), old_address);
  });
  bool known = !concerned.empty();
  sitting.store->write([&](store::Writer& writer) {
    if (auto person = writer.find_person(old_address)) {
      known = true;
      person->address = new_address;
      writer.put_person(*person);
      writer.remove_person(old_address);
    }
  });
  if (!known) {
    throw Error(Kind::NotFound, fmt::format("nothing is known of {}", old_address));
  }
  for (const TicketId id : concerned) {
    sitting.store->write([&](store::Writer& writer) {
      tickets::Intent intent;
      intent.filings = {replaced(sitting.terms(), find_ticket(writer, id), old_address, new_address)};
      if (intent.filings[0].entries.empty()) {
        return;
      }
      for (tickets::Notice& notice : writer.notices_of(id)) {
        if (notice.waits() && notice.to == old_address) {
          notice.to = new_address;
          intent.notices.push_back(std::move(notice));
        }
      }
      writer.apply(intent);
    });
  }
}

void forget_person(const Shared& shared, const std::string& address) {
  const Sitting sitting = sit_down(shared, "");
  check_agent(sitting.clerk);
  const std::string pseudonym =
      fmt::format("forgotten-{}@forgotten.invalid", base::base32(base::sha256(base::random_bytes(32)), 8));
  const auto concerned = find_concerned(*sitting.store, [&](const store::Reader& reader, TicketId id) {
    return is_in(read_ticket(reader, id), address) || has_notice_to(reader, id, address);
  });
  for (const TicketId id : concerned) {
    sitting.store->write([&](store::Writer& writer) { forget_in_ticket(writer, id, address, pseudonym); });
  }
  unindex(sitting.policy->config, {concerned.begin(), concerned.end()});
  const std::size_t journaled = forget_in_journal(*sitting.store, address);
  sitting.store->write([&](store::Writer& writer) {
    writer.remove_person(address);
    writer.remove_tallies(address);
  });
  fmt::print(stderr, "{} is forgotten: {} tickets changed, {} entries of the journal removed\n", address,
             concerned.size(), journaled);
}

}  // namespace ticketmilter::cli
