// SPDX-License-Identifier: MIT
// The heart: facts, envelope and View in, a decision with its reasons out. Pure; nothing is looked up.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "mail/dsn.h"
#include "mail/envelope.h"
#include "mail/facts.h"
#include "policy/attachments.h"
#include "policy/classify.h"
#include "policy/filters.h"
#include "policy/limits.h"
#include "policy/policy.h"
#include "policy/rights.h"
#include "policy/verdict.h"
#include "tickets/view.h"

namespace ticketmilter::policy {

// What the filters' terms found for one recipient: of the envelope alone, as at RCPT, and of the whole message.
struct FilterTrial {
  FilterHits envelope;
  FilterHits message;
};

// A message as a door hands it in, with what was found out about it before any transaction.
struct Case {
  const Policy& policy;
  const mail::Facts& facts;
  const mail::Envelope envelope;  // its client is the one before our relays
  bool relayed = false;           // came by a relay of ours, or by a door behind the MTA
  std::vector<Route> routes{};    // of the recipients that are ours
  bool others = false;            // there are recipients that are not
  bool too_large = false;         // over max_message: facts are of its beginning only
  Classification classification{};
  Author author{};
  Sender sender{};
  std::optional<tickets::TicketId> tag{};      // in the subject, or in the text where a queue reads it there
  std::vector<OwnMessageId> own_references{};  // in In-Reply-To and References, newest first
  std::vector<OwnMessageId> returned{};        // of our mails in a delivery report
  mail::DeliveryReport report{};               // what a bounce says
  std::vector<base::Digest> duplicate_keys{};  // one per route
  bool weak_duplicate_key = false;             // without a msg-id to rest on: the key counts for an hour only
  base::Time now{};
  std::vector<RefusedPart> refused_parts{};     // that [attachment] forbids
  std::vector<FilterTrial> filter_trials = {};  // one per route
  std::string imported_by = {};  // filed by hand from the journal: only a duplicate is refused. "" = it comes by itself
  bool imported() const { return !imported_by.empty(); }
};
// arrived: as the MTA tells it; relays of ours are still in it.
Case make_case(const Policy& policy, const mail::Facts& facts, const mail::Envelope& arrived, base::Time now);

// What decide() will want to know of the store.
tickets::Question ask(const Case& c);

// What a person's mail brings back to open.
inline bool can_be_reopened(tickets::Status status) {
  using enum tickets::Status;
  return status == Resolved || status == Rejected || status == Stalled;
}

// What happens for one ticket, old or new.
struct Target {
  std::vector<std::size_t> routes;           // indexes into Case::routes that led here; never empty
  std::string queue;                         // of the ticket
  std::optional<tickets::TicketId> ticket;   // empty = a new one
  std::vector<Action> actions;               // empty: kind is recorded as it stands
  tickets::Kind kind = tickets::Kind::Note;  // Bounce or AutoReply, with no actions
  std::vector<tickets::TicketId> linked;     // tickets to link the new one with
  std::vector<std::string> notes;            // how it was found, what was set aside
  bool proven = false;                       // the author is who it says, for this ticket
  bool agent = false;                        // and acts as an agent of the queue
  bool token = false;                        // names the ticket by a reply address made for the author
  FilterVerdict filter;                      // its settings are those of a new ticket
  bool may_reopen = false;                   // bring a closed ticket back
  bool no_ack = false;                       // nobody hears an acknowledgement, whatever the class says
  std::optional<Refusal> refusal;            // of this target alone
  std::optional<tickets::Duplicate> duplicate;
  bool filed() const { return !refusal && !duplicate; }
};

struct Decision {
  Outcome outcome = Outcome::Pass;  // for all of ours together
  std::optional<Refusal> refusal;  // with Reject and Tempfail; with Accept and others aboard the first that was refused
  std::string rule;                // what decided: a refusal's rule or the class's
  MailClass mail_class = MailClass::Human;         // the message's, or own_loop where only the View tells so
  std::vector<Target> targets;                     // in the order of the recipients
  std::optional<tickets::Duplicate> duplicate_of;  // all that could be filed was here before
};

// What the envelope alone settles for one recipient of ours. ticket: what the store has under the number in the address, after merges; nullptr
// when nothing. hits: of the envelope.
std::optional<Refusal> refuse_recipient(const Policy& policy, const Route& route, const tickets::View& view,
                                        const FilterHits& hits);
// What it has to see of the store.
void ask_about_route(const Route& route, tickets::Question& question);

// Of a message over max_message. What is not here whole cannot be journaled, so a relay of ours has to keep it: 452, not a 250 for the beginning.
Refusal refuse_too_large(const Policy& policy, bool relayed);

Decision decide(const Case& c, const tickets::View& view);

// The reply as the client is to see it: one line of ASCII that names the recipient ("" = none) and the site's contact.
Reply finish_reply(const Policy& policy, const Reply& reply, const std::string& recipient);

}  // namespace ticketmilter::policy
