// SPDX-License-Identifier: MIT
// The one path that every message takes: parse, facts, begin, view, decide, plan, apply, commit. Doors call it and translate what comes back; they
// decide nothing. Safe on any thread; a call blocks until the answer is durable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/journal.h"
#include "mail/envelope.h"
#include "mail/parse.h"
#include "policy/decide.h"
#include "policy/plan.h"
#include "store/filer.h"
#include "store/store.h"

namespace ticketmilter::intake {

// What the door does with the mail as a whole.
enum class Disposal {
  Continue,    // let it go on untouched
  Discard,     // answer 250 and deliver nothing
  RemoveOurs,  // take our recipients out, deliver to the rest
  Reject,      // refuse with the reply
  Tempfail,    // likewise
};

struct Result {
  Disposal disposal = Disposal::Continue;
  policy::Reply reply;           // with Reject and Tempfail
  std::vector<mail::Path> ours;  // the recipients to take out, as in RCPT
  std::string log;               // "mta_id=... sender=... author=... rule=... verdict=... ticket=..." without ms=
};

// How a recipient is answered at RCPT.
struct RecipientResult {
  bool ours = false;
  std::optional<policy::Reply> refusal;
  std::string rule;  // of the refusal
};

// A decision with all its reasons, and nothing written.
struct Explanation {
  policy::Decision decision;
  policy::Case c;
  policy::Plan plan;
};

class Intake {
 public:
  // Without a filer nothing can be filed: for explain. Without a journal, what the client sees refused is not kept.
  Intake(store::Store& store, store::Filer* filer, Journal* journal = nullptr);
  ~Intake();

  // At RCPT. envelope: what is known so far. declared_size: by SIZE=, 0 = not said. Never refuses in modes observe and copy, nor where refusing
  // would block a local submission (envelope.local); those are answered at the end of the message.
  RecipientResult recipient(const policy::Policy& policy, const mail::Envelope& envelope, const mail::Path& recipient,
                            std::uint64_t declared_size) const;

  // A message of ours is on its way: to be kept until take() is called for it, or it does not come.
  std::shared_ptr<const void> expect() const;

  // At the end of the message. raw: header fields and body with CRLF, as the MTA handed them over; may be a map of a file. too_large: raw is not the
  // whole message, as it is over max_message. Never throws: trouble of ours becomes Tempfail.
  Result take(const policy::Policy& policy, const mail::Envelope& envelope, std::string_view raw,
              bool too_large) noexcept;

  // The same path, stopped before apply. policy, envelope and facts must outlive the result.
  Explanation explain(const policy::Policy& policy, const mail::Envelope& envelope, const mail::Facts& facts) const;

  // Files a mail of the journal after all, on the word of `who`: nothing refuses it but that it is there already. Throws NotFound and Permanent when
  // it cannot be filed. The tickets it went to come back.
  std::vector<tickets::TicketId> import(const policy::Policy& policy, std::uint64_t journal_id, const std::string& who);

  // Likewise a mail out of a mailbox, as of the time it was written. notify: people hear of it as of one that has just come.
  std::vector<tickets::TicketId> import(const policy::Policy& policy, const mail::Envelope& envelope,
                                        std::string_view raw, base::Time time, bool notify, const std::string& who);

 private:
  struct ByHand;
  std::vector<tickets::TicketId> import(const policy::Policy& policy, const mail::Envelope& envelope,
                                        std::string_view raw, const ByHand& by_hand);
  class Budget;
  Result try_take(const policy::Policy& policy, const mail::Envelope& envelope, std::string_view raw, bool too_large);

  store::Store& store_;
  store::Filer* filer_;
  Journal* journal_;
  std::unique_ptr<Budget> budget_;  // bytes of messages that are being read and packed at once
};

// How messages are parsed under a configuration.
mail::ParseOptions parse_options(const config::Config& config, const mail::Envelope& envelope);
// The second step of planning notices, with what the store knows of the people.
void settle_notices(const policy::Policy& policy, const store::Reader& reader, const policy::NoticeTerms& terms,
                    tickets::Intent& intent);
// How the store is opened.
store::Options store_options(const config::Store& store);

}  // namespace ticketmilter::intake
