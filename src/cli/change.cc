// SPDX-License-Identifier: MIT
// A change is a copy of the ticket, the entries that tell of it, and the event from which policy/notices knows who hears.
#include "cli/change.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "policy/decide.h"
#include "policy/notices.h"
#include "policy/plan.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;
using policy::Right;
using tickets::Filing;
using tickets::Status;
using tickets::Ticket;
using tickets::TicketId;
using EntryKind = tickets::Kind;
using Addresses = std::vector<std::string>;

const config::Queue& queue_of(const Terms& terms, const Ticket& ticket) {
  const config::Queue* queue = terms.policy.config.find_queue(ticket.queue);
  if (queue == nullptr) {
    throw Error(Kind::Config, fmt::format("the configuration has no queue \"{}\"", ticket.queue));
  }
  return *queue;
}

// A change of one ticket while it is made.
class Change {
 public:
  Change(const Terms& terms, const Ticket& before)
      : terms_(terms),
        before_(before),
        queue_(queue_of(terms, before)),
        event_{.ticket = filing_.ticket, .queue = queue_, .actor = {}} {
    if (before.merged_into != TicketId{}) {
      throw Error(Kind::Permanent,
                  fmt::format("ticket {} was merged into {}", number(before.id), number(before.merged_into)));
    }
    filing_.ticket = before;
  }

  Ticket& ticket() { return filing_.ticket; }
  policy::Event& event() { return event_; }
  void need(Right right) const { check_right(right, terms_.clerk, terms_.policy.config, queue_, &filing_.ticket); }
  void refuse_deleted() const {
    if (before_.status == Status::Deleted) {
      throw Error(Kind::Permanent,
                  fmt::format("ticket {0} is deleted; \"ticket open {0}\" brings it back", number(before_.id)));
    }
  }

  void set_status(Status status) { policy::set_status(filing_.ticket, status, terms_.now); }

  // status_before: of what the entry tells.
  tickets::Entry& add_entry(EntryKind kind, Status status_before, std::vector<std::string> notes = {}) {
    tickets::Entry entry;
    entry.kind = kind;
    entry.actor = terms_.clerk.name;
    entry.proven = true;
    entry.created = terms_.now;
    entry.door = "ticket";
    entry.status_before = status_before;
    entry.status_after = filing_.ticket.status;
    entry.notes = std::move(notes);
    filing_.entries.push_back(std::move(entry));
    filing_.has_message.push_back(false);
    return filing_.entries.back();
  }
  void add_words(EntryKind kind, Status status_before, const std::vector<mail::Attachment>& attachments) {
    add_entry(kind, status_before).attachments = attachments;
    filing_.has_message.back() = true;
  }

  Filing take() {
    if (!filing_.entries.empty()) {
      filing_.ticket.updated = terms_.now;
      event_.actor = terms_.clerk.agent == nullptr ? "" : terms_.clerk.name;
      event_.now = terms_.now;
      filing_.notices = policy::notices_for(event_, terms_.policy);
    }
    return std::move(filing_);
  }

 private:
  const Terms& terms_;
  const Ticket& before_;
  const config::Queue& queue_;
  Filing filing_;
  policy::Event event_;
};

// True when the owner is another one now.
bool change_owner(Change& change, const std::string& owner) {
  Ticket& ticket = change.ticket();
  if (ticket.owner == owner) {
    return false;
  }
  ticket.owner = owner;
  if (ticket.status == Status::New && !owner.empty()) {
    change.set_status(Status::Open);
  }
  change.event().assigned = !owner.empty();
  return true;
}

void take_over(Change& change, const Terms& terms) {
  change.refuse_deleted();
  change.need(Right::Own);
  if (terms.clerk.agent == nullptr) {
    throw Error(Kind::NoPermission, fmt::format("{} is no agent and cannot own a ticket", terms.clerk.name));
  }
  const Status before = change.ticket().status;
  if (change_owner(change, terms.clerk.name)) {
    change.add_entry(EntryKind::Take, before);
  }
}

bool resolve(Change& change) {
  change.need(Right::Modify);
  if (change.ticket().status == Status::Resolved) {
    return false;
  }
  change.set_status(Status::Resolved);
  change.event().resolved = true;
  return true;
}

// Who owns tickets of a queue is somebody who may take them.
void check_owner(const Terms& terms, const Ticket& ticket, const std::string& owner) {
  const config::Config& config = terms.policy.config;
  const config::Queue& queue = queue_of(terms, ticket);
  const config::Agent* agent = config.find_agent(owner);
  if (agent != nullptr &&
      policy::has_right(Right::Own, standing({agent, owner}, config, queue, &ticket), config, queue)) {
    return;
  }
  throw Error(Kind::Permanent, fmt::format("{} cannot own tickets in queue {}", owner, queue.name));
}

// "subject: old -> new"; nothing where both are the same.
void note_change(std::vector<std::string>& notes, const char* field, const std::string& from, const std::string& to) {
  if (from != to) {
    notes.push_back(fmt::format("{}: {} -> {}", field, from.empty() ? "none" : from, to.empty() ? "none" : to));
  }
}

std::string shown(const std::optional<base::Time>& time) {
  return time ? base::rfc3339(*time) : "";
}

std::string checked_subject(const config::Config& config, const std::string& typed) {
  const std::string subject = base::one_line(base::to_valid_utf8(typed));
  const std::uint64_t most = config.milter.max_subject;
  if (most > 0 && base::count_code_points(subject) > most) {
    throw Error(Kind::Permanent, fmt::format("the subject is longer than {} characters (milter.max_subject)", most));
  }
  return subject.empty() ? "(no subject)" : subject;
}

Addresses& list_of(Ticket& ticket, Role role) {
  switch (role) {
    case Role::Requestor: return ticket.requestors;
    case Role::Cc: return ticket.cc;
    case Role::AdminCc: return ticket.admin_cc;
  }
  return ticket.cc;
}

constexpr Role roles[] = {Role::Requestor, Role::Cc, Role::AdminCc};

Role usual_role(const config::Config& config, const std::string& address) {
  return config.find_agent(address) != nullptr ? Role::AdminCc : Role::Cc;
}

void refuse_own(const Terms& terms, const std::string& address) {
  if (terms.policy.router.is_ours(address)) {
    throw Error(Kind::Permanent, fmt::format("{} is one of our own addresses", address));
  }
}

void add_all(Addresses& list, const Addresses& more) {
  for (const std::string& address : more) {
    if (!base::contains(list, address)) {
      list.push_back(address);
    }
  }
}

// Whoever heard of the one hears of the other, in the highest of the roles.
void add_people(Ticket& into, const Ticket& from) {
  add_all(into.requestors, from.requestors);
  add_all(into.admin_cc, from.admin_cc);
  add_all(into.cc, from.cc);
  std::erase_if(into.cc, [&](const auto& address) { return base::contains(into.requestors, address); });
  add_all(into.squelched, from.squelched);
  if (into.owner.empty()) {
    into.owner = from.owner;
  }
}

void unlink(Ticket& ticket, TicketId other) {
  std::erase(ticket.links, other);
}

}  // namespace

Filing create(const Terms& terms, const config::Queue& queue, const NewTicket& asked) {
  Ticket ticket;
  ticket.queue = queue.name;
  ticket.created = terms.now;
  Change change(terms, ticket);
  change.need(Right::Create);
  refuse_own(terms, asked.requestor);
  change.ticket().requestors = {asked.requestor};
  change.ticket().subject = checked_subject(terms.policy.config, asked.subject);
  change.event().fresh = change.event().correspond = true;
  change.event().acknowledge = queue.acknowledge != config::Acknowledge::Never;
  if (asked.has_words) {
    change.add_words(EntryKind::Create, Status::New, asked.attachments);
  } else {
    change.add_entry(EntryKind::Create, Status::New);
  }
  Filing filing = change.take();
  filing.entries.back().subject = base::one_line(base::to_valid_utf8(asked.subject));
  return filing;
}

Filing say(const Terms& terms, const Ticket& ticket, const Words& words) {
  Change change(terms, ticket);
  change.refuse_deleted();
  if (words.take) {
    take_over(change, terms);
  }
  change.need(words.comment ? Right::Comment : Right::Reply);
  const Status before = ticket.status;  // the entry tells of all that came with the words
  if (!words.comment && (policy::can_be_reopened(before) || before == Status::New)) {
    change.set_status(Status::Open);
  }
  if (words.resolve) {
    resolve(change);
  }
  change.event().comment = words.comment;
  change.event().correspond = !words.comment;
  change.add_words(words.comment ? EntryKind::Comment : EntryKind::Correspond, before, words.attachments);
  return change.take();
}

Filing take(const Terms& terms, const Ticket& ticket) {
  Change change(terms, ticket);
  take_over(change, terms);
  return change.take();
}

Filing assign(const Terms& terms, const Ticket& ticket, const std::string& owner) {
  Change change(terms, ticket);
  change.refuse_deleted();
  change.need(Right::Modify);
  if (!owner.empty()) {
    check_owner(terms, ticket, owner);
  }
  const Status before = ticket.status;
  if (change_owner(change, owner)) {
    std::vector<std::string> notes;
    note_change(notes, "owner", ticket.owner, owner);
    change.add_entry(EntryKind::Assign, before, std::move(notes));
  }
  return change.take();
}

Filing set_status(const Terms& terms, const Ticket& ticket, Status status) {
  Change change(terms, ticket);
  const Status before = ticket.status;
  if (status == Status::Resolved) {
    change.refuse_deleted();
    if (resolve(change)) {
      change.add_entry(EntryKind::Resolve, before);
    }
    return change.take();
  }
  change.need(Right::Modify);
  if (before != status) {
    change.set_status(status);
    change.add_entry(EntryKind::Status, before);
  }
  return change.take();
}

Filing set_fields(const Terms& terms, const Ticket& ticket, const Fields& fields) {
  Change change(terms, ticket);
  change.refuse_deleted();
  change.need(Right::Modify);
  Ticket& t = change.ticket();
  t.subject = fields.subject ? checked_subject(terms.policy.config, *fields.subject) : t.subject;
  t.queue = fields.queue.value_or(t.queue);
  t.priority = fields.priority.value_or(t.priority);
  t.due = fields.due.value_or(t.due);
  if (t.queue != ticket.queue) {
    check_right(Right::Create, terms.clerk, terms.policy.config, queue_of(terms, t));
  }
  std::vector<std::string> notes;
  note_change(notes, "subject", ticket.subject, t.subject);
  note_change(notes, "queue", ticket.queue, t.queue);
  note_change(notes, "priority", std::to_string(ticket.priority), std::to_string(t.priority));
  note_change(notes, "due", shown(ticket.due), shown(t.due));
  if (!notes.empty()) {
    change.add_entry(EntryKind::Set, ticket.status, std::move(notes));
  }
  return change.take();
}

const char* name(Role role) {
  switch (role) {
    case Role::Requestor: return "requestor";
    case Role::Cc: return "cc";
    case Role::AdminCc: return "admin_cc";
  }
  return "";
}

Filing watch(const Terms& terms, const Ticket& ticket, const std::string& address, std::optional<Role> role) {
  Change change(terms, ticket);
  change.refuse_deleted();
  change.need(Right::Modify);
  refuse_own(terms, address);
  const Role as = role.value_or(usual_role(terms.policy.config, address));
  Addresses& list = list_of(change.ticket(), as);
  if (!base::contains(list, address)) {
    list.push_back(address);
    change.add_entry(EntryKind::Watch, ticket.status, {fmt::format("{}: {} added", name(as), address)});
  }
  return change.take();
}

Filing unwatch(const Terms& terms, const Ticket& ticket, const std::string& address, std::optional<Role> role) {
  Change change(terms, ticket);
  change.refuse_deleted();
  change.need(Right::Modify);
  std::vector<std::string> notes;
  for (const Role r : roles) {
    if ((!role || *role == r) && std::erase(list_of(change.ticket(), r), address) > 0) {
      notes.push_back(fmt::format("{}: {} removed", name(r), address));
    }
  }
  if (notes.empty()) {
    throw Error(Kind::NotFound, fmt::format("{} is not{}{} on ticket {}", address, role ? " " : "",
                                            role ? name(*role) : "", number(ticket.id)));
  }
  change.add_entry(EntryKind::Watch, ticket.status, std::move(notes));
  return change.take();
}

Filing squelch(const Terms& terms, const Ticket& ticket, const std::string& address, bool squelched) {
  Change change(terms, ticket);
  change.refuse_deleted();
  change.need(Right::Modify);
  Addresses& list = change.ticket().squelched;
  if (base::contains(list, address) == squelched) {
    return change.take();
  }
  std::erase(list, address);
  if (squelched) {
    list.push_back(address);
  }
  change.add_entry(EntryKind::Watch, ticket.status,
                   {fmt::format("{}: {}", squelched ? "squelched" : "unsquelched", address)});
  return change.take();
}

std::vector<Filing> merge(const Terms& terms, const Ticket& ticket, const Ticket& into) {
  if (ticket.id == into.id) {
    throw Error(Kind::Permanent, fmt::format("ticket {} cannot be merged into itself", number(ticket.id)));
  }
  Change gone(terms, ticket);
  Change survivor(terms, into);
  for (Change* change : {&gone, &survivor}) {
    change->refuse_deleted();
    change->need(Right::Modify);
  }
  gone.ticket().merged_into = into.id;
  if (ticket.status != Status::Resolved && ticket.status != Status::Rejected) {
    gone.set_status(Status::Resolved);
  }
  gone.add_entry(EntryKind::Note, ticket.status, {fmt::format("merged into {}", number(into.id))});
  add_people(survivor.ticket(), ticket);
  survivor.add_entry(EntryKind::Note, into.status, {fmt::format("{} merged into this one", number(ticket.id))});
  std::vector<Filing> filings = {gone.take(), survivor.take()};
  filings[1].linked = {0};
  return filings;
}

std::vector<Filing> link(const Terms& terms, const Ticket& ticket, const Ticket& other, bool linked) {
  if (ticket.id == other.id) {
    throw Error(Kind::Permanent, fmt::format("ticket {} cannot be linked with itself", number(ticket.id)));
  }
  Change one(terms, ticket);
  Change two(terms, other);
  for (Change* change : {&one, &two}) {
    change->refuse_deleted();
    change->need(Right::Modify);
  }
  const bool are = std::ranges::find(ticket.links, other.id) != ticket.links.end();
  if (are == linked) {
    return {};
  }
  unlink(one.ticket(), other.id);
  unlink(two.ticket(), ticket.id);
  const char* what = linked ? "linked with" : "no longer linked with";
  one.add_entry(EntryKind::Note, ticket.status, {fmt::format("{} {}", what, number(other.id))});
  two.add_entry(EntryKind::Note, other.status, {fmt::format("{} {}", what, number(ticket.id))});
  std::vector<Filing> filings = {one.take(), two.take()};
  if (linked) {
    filings[1].linked = {0};
  }
  return filings;
}

}  // namespace ticketmilter::cli
