// SPDX-License-Identifier: MIT
// A mail of the journal, or of a mailbox, walks the path of every message once more, with the envelope it came with or might have come with. Somebody wants it on file, so nothing refuses it but that
// it is there already; what was tested then is tested again inside the transaction, as two may import at once.
#include <fmt/format.h>

#include "base/error.h"
#include "intake/intake.h"
#include "mail/parse.h"

namespace ticketmilter::intake {
namespace {

tickets::JournalEntry importable(const store::Reader& reader, std::uint64_t id) {
  auto entry = reader.find_journal(id);
  if (!entry) {
    throw base::Error(base::Kind::NotFound, fmt::format("the journal has no entry {}", id));
  }
  if (entry->imported != tickets::TicketId{}) {
    throw base::Error(base::Kind::Permanent, fmt::format("entry {} of the journal was imported before, as ticket {}",
                                                         id, number(entry->imported)));
  }
  if (entry->message == tickets::MessageId{} || entry->header_only) {
    const char* kept = entry->header_only ? "header" : "envelope";
    throw base::Error(base::Kind::Permanent,
                      fmt::format("of entry {} of the journal only the {} is kept, there is no mail to import ({})", id,
                                  kept, entry->reason));
  }
  return std::move(*entry);
}

mail::Envelope envelope_of(const tickets::JournalEntry& entry) {
  mail::Envelope envelope;
  envelope.sender = entry.sender;
  envelope.recipients = entry.recipients;
  envelope.client = entry.client;
  envelope.login = entry.login;
  envelope.mta_id = entry.mta_id;
  envelope.utf8 = entry.utf8;
  envelope.door = "ticket";
  return envelope;
}

void check_filed(const policy::Decision& decision) {
  if (decision.duplicate_of) {
    throw base::Error(base::Kind::Permanent,
                      fmt::format("this mail was filed before, on ticket {}", number(decision.duplicate_of->ticket)));
  }
  if (decision.outcome != policy::Outcome::Accept) {
    throw base::Error(base::Kind::Permanent, fmt::format("this mail cannot be filed: {}",
                                                         decision.refusal ? decision.refusal->reply.text
                                                                          : "none of its recipients is ours any more"));
  }
}

}  // namespace

// What is not as with a mail that comes by itself.
struct Intake::ByHand {
  std::string who;
  base::Time now{};
  bool notify = true;
  std::uint64_t journal_id = 0;  // 0 = not from the journal
};

std::vector<tickets::TicketId> Intake::import(const policy::Policy& policy, std::uint64_t journal_id,
                                              const std::string& who) {
  std::string raw;
  tickets::JournalEntry entry;
  store_.read([&](const store::Reader& reader) {
    entry = importable(reader, journal_id);
    reader.read_raw(entry.message, [&](std::string_view piece) { raw += piece; });
  });
  return import(policy, envelope_of(entry), raw, {who, base::now(), true, journal_id});
}

std::vector<tickets::TicketId> Intake::import(const policy::Policy& policy, const mail::Envelope& envelope,
                                              std::string_view raw, base::Time time, bool notify,
                                              const std::string& who) {
  return import(policy, envelope, raw, {who, time, notify, 0});
}

std::vector<tickets::TicketId> Intake::import(const policy::Policy& policy, const mail::Envelope& envelope,
                                              std::string_view raw, const ByHand& by_hand) {
  const mail::Facts facts = mail::parse(raw, parse_options(policy.config, envelope));
  policy::Case c = policy::make_case(policy, facts, envelope, by_hand.now);
  c.imported_by = by_hand.who;
  const auto message = store::pack(facts.text, raw);
  std::vector<tickets::TicketId> filed;
  store_.write([&](store::Writer& writer) {
    if (by_hand.journal_id != 0) {
      importable(writer, by_hand.journal_id);  // somebody else may have been faster
    }
    const tickets::View view = writer.view(policy::ask(c));
    const policy::Decision decision = policy::decide(c, view);
    check_filed(decision);
    policy::Plan plan = policy::plan(c, decision, view);
    for (tickets::Filing& filing : plan.intent.filings) {
      if (!by_hand.notify) {
        filing.notices.clear();
      }
    }
    settle_notices(policy, writer, plan.terms, plan.intent);
    plan.intent.message = message;
    plan.intent.journal.clear();
    plan.intent.imported = by_hand.journal_id;
    filed = writer.apply(plan.intent).tickets;
  });
  return filed;
}

}  // namespace ticketmilter::intake
