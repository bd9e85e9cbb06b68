// SPDX-License-Identifier: MIT
// All that a decision may know of the store, fetched in one go by whoever walks the path. A decision looks nothing up, so a test can spell out
// any case as a value.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "tickets/notice.h"
#include "tickets/tally.h"
#include "tickets/ticket.h"

namespace ticketmilter::tickets {

struct NoticeName {
  TicketId ticket{};
  std::uint64_t notice = 0;
};

// What is asked of the store for one message; made from facts and envelope, before any transaction.
struct Question {
  std::vector<TicketId> tickets;             // named by extensions, tokens, own msg-ids, subject tags
  std::vector<std::string> message_ids;      // In-Reply-To and References, newest first, without <>
  std::vector<std::string> people;           // author and others, case-folded
  std::vector<base::Digest> duplicate_keys;  // see Intent::duplicate_keys
  std::string own_message_id;                // of the message itself, "" = none
  bool keyed_by_message_id = true;           // the duplicate keys are found through own_message_id; false: without it
  std::vector<TallyId> tallies;
  std::vector<NoticeName> notices;
};

// A ticket to which a mail with that msg-id belongs.
struct KnownMessage {
  std::string message_id;
  TicketId ticket{};
};

// A filing made before under the same duplicate key.
struct Duplicate {
  base::Digest key{};
  TicketId ticket{};
  std::uint32_t entry = 0;
  base::Time filed{};
};

struct View {
  // Those that were asked for and exist, with the survivors of merges and the tickets of known_messages; by id.
  std::map<TicketId, Ticket> tickets;
  std::vector<KnownMessage> known_messages;  // in the order of the question's message_ids, then newest ticket first
  std::vector<Person> people;                // those that were asked for and are on file
  std::vector<Duplicate> duplicates;         // of any age; the decision looks at their time
  bool message_id_seen = false;              // own_message_id is on file
  std::vector<Tally> tallies;                // those that were asked for and are kept, of any age

  std::vector<Notice> notices;  // those that were asked for and are still known

  // The ticket a number leads to, through merges (at most 100 steps); nullptr if there is none.
  const Ticket* survivor(TicketId id) const;
  // As it is kept, or an empty one.
  Tally tally(const TallyId& id) const;
  const Person* find_person(const std::string& address) const;  // nullptr if there is none, likewise below
  const Notice* find_notice(const NoticeName& name) const;
};

}  // namespace ticketmilter::tickets
