// SPDX-License-Identifier: MIT
// From a ticket, the entry that caused a notice and the one person to tell, to the message. Pure: marks that only the policy can make (msg-ids,
// reply address, loop mark) come in as strings, the time and the files' contents as values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "config/config.h"
#include "mail/write.h"
#include "notify/kinds.h"
#include "notify/templates.h"
#include "tickets/ticket.h"

namespace ticketmilter::notify {

// The marks of one notice; msg-ids without <>.
struct Marks {
  std::string message_id;               // the notice's own, stable over retries
  std::string ticket_id;                // the ticket's pseudo-id that heads all References
  std::vector<std::string> references;  // what the ticket's mails went by before, oldest first
  std::string reply_address;            // with token; "" = no Reply-To
  std::string loop;                     // "example.com MAC"
};

struct Notice {
  const Kind& kind;
  const tickets::Ticket& ticket;          // id 0: about none, as a digest is
  const tickets::Entry& entry;            // what happened
  std::string to;                         // the recipient's address
  std::string actor_name;                 // display name of who did it, "" = not known
  std::string text;                       // what was said; for a digest the list
  std::string failed;                     // the address that could not be reached, "" = none
  std::vector<mail::OutgoingFile> files;  // the contents of passed_on(), in that order
  Marks marks;
};

// The attachments of an entry that go along: those that fit, in order, within limit bytes in all. The others are named.
std::vector<mail::Attachment> passed_on(const std::vector<mail::Attachment>& attachments, std::uint64_t limit);

// The queue is the ticket's, or the first one for a notice about none. An address that no header field can hold is an Error of kind Permanent.
mail::Outgoing compose(const Notice& notice, const config::Config& config, const config::Queue& queue,
                       const Templates& templates, base::Time now);

// "[example.com #42] subject", without any other mention of that very tag; tags of other systems stay.
std::string tagged_subject(const std::string& subject, tickets::TicketId id, const std::string& tag,
                           const std::vector<std::string>& other_names);

// The ticket's pseudo-id, the chain, the cause, each once; of more than ten the first four and the last six.
std::vector<std::string> shortened_references(const std::string& first, const std::vector<std::string>& chain,
                                              const std::string& cause);

}  // namespace ticketmilter::notify
