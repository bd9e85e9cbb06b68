// SPDX-License-Identifier: MIT
// All that one message, or one command, changes in the store. It is applied whole in one transaction, or not at all.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "tickets/notice.h"
#include "tickets/tally.h"
#include "tickets/ticket.h"

namespace ticketmilter::tickets {

// The text of a message and its raw bytes, compressed together and cut so that each chunk fills one page; made before the transaction.
struct PackedMessage {
  std::vector<std::string> chunks;
  std::uint64_t text_size = 0;  // UTF-8 text, which comes first
  std::uint64_t raw_size = 0;   // raw bytes behind it, 0 = none
};

// One ticket, made or changed, and what is added to its history. Entry ids are given out by the store.
struct Filing {
  Ticket ticket;                             // as it is to be; id 0 = a new one
  std::vector<Entry> entries;                // in order; message is set by the store where has_message
  std::vector<bool> has_message;             // one per entry: the packed message belongs to it
  std::vector<std::size_t> linked;           // other filings of this intent to link with, both ways
  std::vector<TicketId> linked_ids;          // tickets to link with, both ways
  std::vector<base::Digest> duplicate_keys;  // what makes the same mail known when it comes again
  std::vector<Notice> notices;               // new ones; ticket and entry (the last one) are set by the store
};

struct JournalEntry {
  std::uint64_t id = 0;  // 1 and up, given out by the store
  base::Time time{};
  std::string rule;
  std::string mail_class;
  std::string verdict;  // "reject", "discard", "journal", "duplicate"
  std::string sender;
  std::vector<std::string> recipients;
  std::string author;
  std::string subject;
  std::string message_id;
  std::uint64_t size = 0;
  MessageId message{};  // the whole mail; none: only the fields here are kept
  std::string mta_id;
  std::string reason;  // the text of the answer
  std::string client;  // of the dialogue, as in mail::Envelope
  std::string login;
  bool utf8 = false;
  bool refused = false;       // the client saw the refusal, so this may go when there is too much of it
  bool shared = false;        // message is a ticket's, too; set by the store
  std::uint64_t content = 0;  // bytes that message takes, where it may go; set by the store
  TicketId imported{};        // the ticket it was filed in after all
  bool header_only = false;   // message is no more than the mail's header

  bool operator==(const JournalEntry&) const = default;
};

// How often a mail was decided so.
struct Decided {
  std::string verdict;  // "accept", "tempfail", or as in the journal
  std::string rule;     // of a long one the first 100 bytes count
  std::string mail_class;
  std::uint64_t mails = 0;
};

struct Intent {
  base::Time now{};
  std::shared_ptr<const PackedMessage> message;  // stored once, if any filing or the journal takes it
  std::string message_id;                        // indexed for every filing that has the message; "" = not indexed
  bool keyed_by_message_id = true;               // false: the duplicate keys have to be found without message_id
  std::vector<Filing> filings;
  std::vector<Person> people;  // those not on file yet are made
  std::vector<JournalEntry> journal;
  bool journal_has_message = false;
  std::vector<Notice> notices;   // that are no filing's: changed ones, or new ones with ticket and entry as given
  std::vector<Tally> tallies;    // as they are to be: along with what they count, or set right by hand
  std::uint64_t imported = 0;    // the journal entry that the first filing is made of; its own copy of the mail goes
  std::vector<Decided> decided;  // to be counted: mail of which nothing is written; the rest counts itself

  bool empty() const {
    return filings.empty() && journal.empty() && people.empty() && notices.empty() && tallies.empty() &&
           decided.empty();
  }
};

// What became of an Intent.
struct Applied {
  std::vector<TicketId> tickets;            // one per filing
  std::vector<std::uint32_t> last_entries;  // one per filing: its last entry's id
  std::vector<std::uint64_t> journal;       // one per journal entry
};

}  // namespace ticketmilter::tickets
