// SPDX-License-Identifier: MIT
// What a ticket is: plain values, the same in the store, in a decision and in what the desk prints. No behaviour but names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "mail/facts.h"

namespace ticketmilter::tickets {

// 1 and up, never reused. 0 = not yet given out.
enum class TicketId : std::uint64_t {};
enum class MessageId : std::uint64_t {};  // our number of a stored raw message, not its msg-id; 0 = none
constexpr std::uint64_t number(TicketId id) {
  return static_cast<std::uint64_t>(id);
}
constexpr std::uint64_t number(MessageId id) {
  return static_cast<std::uint64_t>(id);
}

// The values are stored: never renumber.
enum class Status : std::uint8_t { New = 0, Open = 1, Stalled = 2, Resolved = 3, Rejected = 4, Deleted = 5 };
constexpr int status_count = 6;
std::vector<Status> all_statuses();
const char* name(Status status);
std::optional<Status> parse_status(std::string_view text);

enum class Kind : std::uint8_t {
  Create = 0,
  Correspond = 1,
  Comment = 2,
  Take = 3,
  Assign = 4,
  Resolve = 5,
  Status = 6,
  Set = 7,
  Watch = 8,
  Bounce = 9,
  AutoReply = 10,
  Note = 11,
};
const char* name(Kind kind);
std::optional<Kind> parse_kind(std::string_view text);

// Addresses are case-folded addr-specs throughout.
struct Ticket {
  TicketId id{};
  std::string queue;
  std::string subject;
  Status status = Status::New;
  std::string owner;  // "" = nobody
  std::vector<std::string> requestors;
  std::vector<std::string> cc;
  std::vector<std::string> admin_cc;
  std::int32_t priority = 0;
  base::Time created{};
  base::Time updated{};
  std::optional<base::Time> due;
  TicketId merged_into{};
  std::vector<TicketId> links;
  std::uint32_t entries = 0;           // number of the last entry
  std::optional<base::Time> resolved;  // when it last became resolved, for reopen = "30d"
  std::vector<std::string> squelched;

  bool operator==(const Ticket&) const = default;
};

// A line of a ticket's history. Entries count from 1 in each ticket.
struct Entry {
  std::uint32_t id = 0;
  Kind kind = Kind::Note;
  std::string actor;    // address, or "login:ann" for a local user without one
  bool proven = false;  // the actor is who it says
  base::Time created{};
  std::string message_id;  // of the mail, without <>, "" = none
  std::string subject;     // of the mail
  std::string mail_class;  // "human", "bounce", ... as policy names them; "" = no mail
  std::string rule;        // what made the class: "auto-1", "" = none
  std::string door;        // "milter", "ticket"
  std::string extension;   // of the address, as written
  std::string recipient;   // of the envelope, as written
  std::string sender;      // of the envelope, "<>" = null
  std::string reply_to;    // where the actor wants answers; "" = at the actor's address
  std::string mta_id;
  Status status_before = Status::New;
  Status status_after = Status::New;
  MessageId message{};         // its bytes and text; none for an action by itself
  std::uint64_t raw_size = 0;  // 0 = no raw message (written at the desk), or no more
  std::vector<mail::Attachment> attachments;
  std::vector<std::string>
      notes;  // short sentences: how the ticket was found, defects, unproven author, "owner: ann@example.com"

  bool operator==(const Entry&) const = default;
};

// Someone we had accepted mail from, or know from the desk.
struct Person {
  std::string address;
  std::string name;
  base::Time first_seen{};

  bool operator==(const Person&) const = default;
};

}  // namespace ticketmilter::tickets
