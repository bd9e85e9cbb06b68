// SPDX-License-Identifier: MIT
// What a decision changes. The message's own entry is the last it makes in a ticket; the status it leaves stands inside that entry.
#include "policy/plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "policy/apply_limits.h"
#include "policy/plan_notices.h"

namespace ticketmilter::policy {
namespace {

using tickets::Entry;
using tickets::Filing;
using tickets::Kind;
using tickets::Status;
using tickets::Ticket;
using tickets::View;

std::string subject_of(const Case& c) {
  std::string subject = strip_tags(c.facts.subject, c.policy.tags);
  const auto& milter = c.policy.config.milter;
  return milter.max_subject > 0 ? base::first_code_points(subject, milter.max_subject) : subject;
}

// The author; for mail that claims to come from ourselves, as web forms write it, who is to be answered.
std::string requestor_of(const Case& c) {
  if (!c.policy.router.is_ours(c.author.address)) {
    return c.author.address;
  }
  for (const auto& m : c.facts.reply_to) {
    if (std::string address = m.address.folded(); !c.policy.router.is_ours(address)) {
      return address;
    }
  }
  return "";
}

// Reply-To is where answers go; who wrote is another matter. "" = to the author.
std::string reply_to_of(const Case& c) {
  for (const auto& m : c.facts.reply_to) {
    if (std::string address = m.address.folded(); !c.policy.router.is_ours(address)) {
      return address == c.author.address ? "" : address;
    }
  }
  return "";
}

void add_cc_from_headers(const Case& c, Ticket& ticket) {
  constexpr std::size_t most = 100;
  for (const auto* list : {&c.facts.to, &c.facts.cc}) {
    for (const auto& m : *list) {
      std::string address = m.address.folded();
      if (address != c.author.address && !takes_part(ticket, address) && !c.policy.router.is_ours(address) &&
          ticket.cc.size() < most) {
        ticket.cc.push_back(std::move(address));
      }
    }
  }
}

Ticket new_ticket(const Case& c, const config::Queue& queue, const FilterVerdict& filter) {
  Ticket ticket;
  ticket.queue = queue.name;
  ticket.subject = subject_of(c);
  if (std::string requestor = requestor_of(c); !requestor.empty()) {
    ticket.requestors.push_back(std::move(requestor));
  }
  ticket.created = c.now;
  ticket.priority = filter.set_priority.value_or(0);
  if (queue.cc_from_headers) {
    add_cc_from_headers(c, ticket);
  }
  return ticket;
}

Entry bare_entry(const Case& c, Kind kind, const Target& target) {
  Entry entry;
  entry.kind = kind;
  entry.actor = c.author.address;
  entry.proven = target.proven;
  entry.created = c.now;
  entry.door = c.envelope.door;
  return entry;
}

// Less what is refused; the raw message has it all.
void add_attachments(const Case& c, Entry& entry) {
  constexpr std::size_t most_notes = 20;
  const std::size_t noted = std::min(c.refused_parts.size(), most_notes);
  for (std::size_t i = 0; i < noted; ++i) {
    entry.notes.push_back("left out: " + c.refused_parts[i].reason);
  }
  if (noted < c.refused_parts.size()) {
    entry.notes.push_back(fmt::format("left out: {} more", c.refused_parts.size() - noted));
  }
  for (const auto& attachment : c.facts.attachments) {
    const bool refused = std::any_of(c.refused_parts.begin(), c.refused_parts.end(),
                                     [&](const RefusedPart& r) { return r.part == attachment.part; });
    if (!refused) {
      entry.attachments.push_back(attachment);
    }
  }
}

Entry message_entry(const Case& c, Kind kind, const Target& target) {
  const Route& route = c.routes[target.routes.front()];
  Entry entry = bare_entry(c, kind, target);
  entry.message_id = c.facts.message_id;
  entry.subject = c.facts.subject;
  entry.mail_class = name(target.kind == Kind::AutoReply ? MailClass::AutoReply : c.classification.mail_class);
  entry.rule = c.classification.rule;
  entry.extension = route.extension;
  entry.recipient = route.recipient;
  entry.sender = c.envelope.sender;
  entry.reply_to = reply_to_of(c);
  entry.mta_id = c.envelope.mta_id;
  entry.raw_size = c.facts.size;
  entry.notes = target.notes;
  add_attachments(c, entry);
  if (c.imported()) {
    const bool mailbox = c.envelope.door == "import";
    entry.notes.push_back(fmt::format("imported from {} by {}", mailbox ? "a mailbox" : "the journal", c.imported_by));
  }
  for (const FiredFilter& fired : target.filter.fired) {
    if (fired.effect != FilterEffect::Set || !target.ticket) {  // of a new ticket only
      entry.notes.push_back("filter " + describe(fired));
    }
  }
  entry.notes.insert(entry.notes.end(), c.facts.defects.begin(), c.facts.defects.end());
  if (c.author.agent != nullptr && !target.proven && c.policy.config.trust.agents_need_proof) {
    entry.notes.push_back("unproven: an agent's address without proof");
  }
  return entry;
}

// Of a mail whose actions are all there is to it: where it came from is kept, what it says is not.
Entry command_entry(const Case& c, Kind kind, const Target& target) {
  Entry entry = message_entry(c, kind, target);
  entry.raw_size = 0;
  entry.attachments.clear();
  return entry;
}

void correspond(const Case& c, const Target& target, Ticket& ticket) {
  if ((can_be_reopened(ticket.status) && target.may_reopen) || (ticket.status == Status::New && target.agent)) {
    set_status(ticket, Status::Open, c.now);
  }
}

// Runs the actions on the ticket; take and resolve make entries of their own where the message itself is not recorded, take also before a
// recorded message.
void act(const Case& c, const Target& target, bool fresh, Filing& filing) {
  const bool recorded = std::any_of(target.actions.begin(), target.actions.end(), records);
  Ticket& ticket = filing.ticket;
  for (Action action : target.actions) {
    const Status before = ticket.status;
    bool changed = false;
    if (action == Action::Correspond && !fresh) {
      correspond(c, target, ticket);
    } else if (action == Action::Take && ticket.owner != c.author.address) {
      ticket.owner = c.author.address;
      if (ticket.status == Status::New) {
        set_status(ticket, Status::Open, c.now);
      }
      changed = !fresh;
    } else if (action == Action::Resolve && ticket.status != Status::Resolved) {
      set_status(ticket, Status::Resolved, c.now);
      changed = !recorded;
    }
    if (changed) {
      const Kind kind = action == Action::Take ? Kind::Take : Kind::Resolve;
      Entry entry = recorded ? bare_entry(c, kind, target) : command_entry(c, kind, target);
      entry.status_before = before;
      entry.status_after = ticket.status;
      filing.entries.push_back(std::move(entry));
      filing.has_message.push_back(false);
    }
  }
}

void add_message_entry(const Case& c, const Target& target, Kind kind, Status before, Filing& filing) {
  Entry entry = message_entry(c, kind, target);
  entry.status_before = before;
  entry.status_after = filing.ticket.status;
  filing.entries.push_back(std::move(entry));
  filing.has_message.push_back(true);
}

// A comment that opens a ticket: the ticket is public, the text is not.
void add_creation(const Case& c, const Target& target, Filing& filing) {
  Entry entry = bare_entry(c, Kind::Create, target);
  entry.subject = c.facts.subject;
  filing.entries.push_back(std::move(entry));
  filing.has_message.push_back(false);
}

void record(const Case& c, const Target& target, bool fresh, Filing& filing) {
  const auto recording = std::find_if(target.actions.begin(), target.actions.end(), records);
  const bool comment = recording != target.actions.end() && *recording == Action::Comment;
  if (fresh && comment) {
    add_creation(c, target, filing);
  }
  const Status before = filing.ticket.status;
  act(c, target, fresh, filing);
  if (recording != target.actions.end()) {
    add_message_entry(c, target, comment ? Kind::Comment : fresh ? Kind::Create : Kind::Correspond, before, filing);
  }
}

Filing make_filing(const Case& c, const Target& target, const View& view) {
  Filing filing;
  const Ticket* old = target.ticket ? view.survivor(*target.ticket) : nullptr;
  const auto& queue = *c.policy.config.find_queue(target.queue);
  filing.ticket = old != nullptr ? *old : new_ticket(c, queue, target.filter);
  filing.linked_ids = target.linked;
  for (auto route : target.routes) {
    filing.duplicate_keys.push_back(c.duplicate_keys[route]);
  }
  if (target.actions.empty()) {
    add_message_entry(c, target, target.kind, filing.ticket.status, filing);
  } else {
    if (old != nullptr && queue.cc_from_headers && takes_part(*old, c.author.address)) {
      add_cc_from_headers(c, filing.ticket);
    }
    record(c, target, old == nullptr, filing);
  }
  filing.ticket.updated = c.now;
  return filing;
}

tickets::JournalEntry journal_entry(const Case& c, MailClass mail_class, const std::string& verdict,
                                    const std::string& rule, const std::string& reason) {
  tickets::JournalEntry entry;
  entry.time = c.now;
  entry.rule = rule;
  entry.mail_class = name(mail_class);
  entry.verdict = verdict;
  entry.sender = c.envelope.sender;
  entry.author = c.author.address;
  entry.subject = c.facts.subject;
  entry.message_id = c.facts.message_id;
  entry.size = c.facts.size;
  entry.mta_id = c.envelope.mta_id;
  entry.reason = reason;
  entry.client = c.envelope.client;
  entry.login = c.envelope.login;
  entry.utf8 = c.envelope.utf8;
  return entry;
}

std::vector<std::string> recipients_of(const Case& c, const Target& target) {
  std::vector<std::string> recipients;
  for (auto route : target.routes) {
    recipients.push_back(c.routes[route].recipient);
  }
  return recipients;
}

// What gets a 250 without being filed is kept whole; a duplicate's mail is in its ticket.
void plan_journal(const Case& c, const Decision& decision, Plan& plan) {
  const bool seen = decision.outcome == Outcome::Reject && !c.others;
  auto& journal = seen ? plan.refused : plan.intent.journal;
  for (const auto& target : decision.targets) {
    if (target.duplicate) {
      journal.push_back(journal_entry(c, decision.mail_class, "duplicate", "duplicate",
                                      fmt::format("filed before on ticket {}", number(target.duplicate->ticket))));
    } else if (target.refusal) {
      journal.push_back(journal_entry(c, decision.mail_class, name(target.refusal->outcome), target.refusal->rule,
                                      target.refusal->reply.text));
      plan.intent.journal_has_message = plan.intent.journal_has_message || !seen;
    } else {
      continue;
    }
    journal.back().recipients = recipients_of(c, target);
    journal.back().refused = seen;
  }
}

// Known before today: who writes for the first time, and then again, may be a forger's victim.
bool is_verified(const Case& c, const View& view) {
  const auto* person = view.find_person(c.author.address);
  return c.classification.mail_class == MailClass::Human &&
         (c.author.proven || (person != nullptr && c.now - person->first_seen >= std::chrono::hours(24)));
}

// A mail to several queues is acknowledged once.
void drop_second_acknowledgements(std::vector<Filing>& filings) {
  std::vector<std::string> told;
  for (auto& filing : filings) {
    std::erase_if(filing.notices, [&](const tickets::Notice& notice) {
      const bool acknowledges = notice.template_name == "acknowledge";
      const bool again = acknowledges && base::contains(told, notice.to);
      if (acknowledges) {
        told.push_back(notice.to);
      }
      return again;
    });
  }
}

void plan_filings(const Case& c, const Decision& decision, const View& view, Plan& plan) {
  std::vector<std::size_t> fresh;
  for (const auto& target : decision.targets) {
    if (!target.filed()) {
      continue;
    }
    Filing filing = make_filing(c, target, view);
    plan_notices(c, target, view, filing, plan.terms);
    if (filing.ticket.id == tickets::TicketId{}) {
      filing.linked = fresh;
      fresh.push_back(plan.intent.filings.size());
    }
    plan.intent.filings.push_back(std::move(filing));
  }
  drop_second_acknowledgements(plan.intent.filings);
  const bool person = !plan.intent.filings.empty() && c.classification.mail_class != MailClass::Bounce &&
                      c.classification.mail_class != MailClass::AutoReply && !c.author.address.empty();
  if (person && view.find_person(c.author.address) == nullptr && !c.policy.router.is_ours(c.author.address)) {
    plan.intent.people.push_back({c.author.address, c.author.name, c.now});
  }
}

}  // namespace

Plan plan(const Case& c, const Decision& decision, const View& view) {
  Plan plan;
  plan.intent.now = c.now;
  plan.intent.message_id = c.facts.message_id;
  plan.intent.keyed_by_message_id = !c.weak_duplicate_key;
  plan.terms.held = c.policy.config.milter.mode == config::Mode::Copy;
  plan.terms.verified = is_verified(c, view);
  if (decision.outcome == Outcome::Accept) {
    plan_filings(c, decision, view, plan);
    if (!c.imported()) {
      charge_limits(c, decision, view, plan.intent);
    }
  }
  if (decision.outcome != Outcome::Pass && decision.outcome != Outcome::Tempfail) {
    plan_journal(c, decision, plan);
  }
  return plan;
}

void set_status(Ticket& ticket, Status status, base::Time now) {
  if (status == Status::Resolved && ticket.status != Status::Resolved) {
    ticket.resolved = now;
  } else if (status != Status::Resolved) {
    ticket.resolved.reset();
  }
  ticket.status = status;
}

std::vector<tickets::Notice> Plan::notices() const {
  std::vector<tickets::Notice> all;
  for (const auto& filing : intent.filings) {
    all.insert(all.end(), filing.notices.begin(), filing.notices.end());
  }
  return all;
}

}  // namespace ticketmilter::policy
