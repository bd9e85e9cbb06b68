// SPDX-License-Identifier: MIT
// The order of tests, as a list from top to bottom: what the address settles, what the class brings, the author, the message as a whole, then each
// target's ticket, duplicate and rights. The first that refuses answers.
#include "policy/decide.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "policy/apply_limits.h"
#include "policy/bind.h"

namespace ticketmilter::policy {
namespace {

using tickets::Kind;
using tickets::Status;
using tickets::Ticket;
using tickets::View;

Refusal refuse(int code, const char* enhanced, std::string text, const char* rule) {
  return {Outcome::Reject, {code, enhanced, std::move(text)}, rule};
}

// ---- what a class of machine mail brings when it belongs to no ticket

struct ClassRule {
  config::OnMachineMail outcome;
  int code;
  const char* enhanced;
  const char* text;
};

std::optional<ClassRule> class_rule(MailClass mail_class, const config::Automatic& automatic) {
  switch (mail_class) {
    case MailClass::OwnLoop: return ClassRule{automatic.own_loop, 554, "5.4.6", "mail loop"};
    case MailClass::Bounce: return ClassRule{automatic.bounce, 550, "5.7.1", "delivery report for no message of ours"};
    case MailClass::Feedback: return ClassRule{automatic.feedback, 550, "5.7.1", "feedback report not wanted here"};
    case MailClass::AutoReply: return ClassRule{automatic.auto_reply, 550, "5.7.1", "automatic reply not wanted here"};
    case MailClass::Challenge: return ClassRule{automatic.challenge, 550, "5.7.1", "challenges are not answered"};
    case MailClass::Machine: return ClassRule{automatic.machine, 550, "5.7.1", "automatic mail not wanted here"};
    case MailClass::List: return ClassRule{automatic.list, 550, "5.7.1", "list mail not wanted here"};
    case MailClass::Human: return {};
  }
  return {};
}

// Empty: filed like a person's.
std::optional<Refusal> by_class(const Case& c, MailClass mail_class, const std::string& by) {
  auto rule = class_rule(mail_class, c.policy.config.automatic);
  if (!rule) {
    return {};
  }
  Refusal refusal = refuse(rule->code, rule->enhanced, fmt::format("{} ({})", rule->text, by), by.c_str());
  switch (rule->outcome) {
    case config::OnMachineMail::File: return {};
    case config::OnMachineMail::Reject: break;
    case config::OnMachineMail::Discard: refusal.outcome = Outcome::Discard; break;
    case config::OnMachineMail::Journal: refusal.outcome = Outcome::Journal; break;
  }
  return refusal;
}

std::optional<Refusal> by_class(const Case& c) {
  return by_class(c, c.classification.mail_class, c.classification.rule);
}

constexpr const char* loop_7 = "loop-7";

// ---- filters

// From whom it is: anybody on file or among the agents exists; an agent's address without proof is an ordinary person's.
FilterPerson filter_person(const Case& c, const Route& route, bool bound, const View& view) {
  const Ticket* ticket = route.ticket ? view.survivor(*route.ticket) : nullptr;
  FilterPerson person;
  person.queue = route.queue.empty() && ticket != nullptr ? ticket->queue : route.queue;
  person.identified = true;
  person.known = c.author.agent != nullptr || view.find_person(c.author.address) != nullptr;
  person.agent = c.author.agent != nullptr && (c.author.proven || !c.policy.config.trust.agents_need_proof);
  person.token_or_bound = bound || carries_token(c, route, view);
  return person;
}

// Of the envelope alone. A token can be told from a wrong one only with the author, so it is given the benefit of the doubt; and what would
// get a 250 is told at the end of the message.
std::optional<Refusal> refuse_envelope(const Policy& policy, const Route& route, const Ticket* ticket,
                                       const FilterHits& hits) {
  FilterPerson person;
  person.queue = route.queue.empty() && ticket != nullptr ? ticket->queue : route.queue;
  person.token_or_bound = !route.mac.empty();
  auto refusal = policy.filters.judge(hits, person).refusal;
  const bool told = refusal && (refusal->outcome == Outcome::Reject || refusal->outcome == Outcome::Tempfail);
  return told ? refusal : std::nullopt;
}

// ---- the message as a whole

std::optional<Refusal> refuse_message(const Case& c) {
  const auto& milter = c.policy.config.milter;
  if (c.facts.raw_8bit_address) {
    return refuse(550, "5.6.0", "raw 8-bit characters in the author's address", "author-8bit");
  }
  if (c.author.address.empty()) {
    return refuse(550, "5.6.0", "no usable author address in From", "no-author");
  }
  if (milter.max_subject > 0 && milter.long_subject == config::LongSubject::Reject &&
      base::count_code_points(c.facts.subject) > milter.max_subject) {
    return refuse(550, "5.6.0", fmt::format("subject over {} characters", milter.max_subject), "long-subject");
  }
  if (!c.refused_parts.empty() && c.policy.config.attachment.on_refused == config::OnRefused::Reject) {
    return refuse(554, "5.7.1", "attachment not taken: " + c.refused_parts.front().reason, "attachment");
  }
  return {};
}

// ---- targets

const tickets::Duplicate* find_duplicate(const Case& c, const base::Digest& key, const View& view) {
  using namespace std::chrono_literals;
  const std::chrono::milliseconds window = c.weak_duplicate_key ? 1h : 24h * 7;
  for (const auto& duplicate : view.duplicates) {
    if (duplicate.key == key && c.now - duplicate.filed <= window) {
      return &duplicate;
    }
  }
  return nullptr;
}

// A closed ticket that may not be reopened by this mail is continued in a new one.
bool must_start_anew(const Case& c, const Ticket& ticket, const Target& target, const config::Queue& queue) {
  const bool closed = ticket.status == Status::Resolved || ticket.status == Status::Rejected;
  const bool speaks = std::count(target.actions.begin(), target.actions.end(), Action::Correspond) > 0;
  if (!closed || !speaks || target.agent || queue.reopen.always) {
    return false;
  }
  const auto since = ticket.resolved.value_or(ticket.updated);
  return !queue.reopen.within || c.now - since > *queue.reopen.within;
}

// Whether this mail may bring a closed ticket back.
bool reopens(const Case& c) {
  switch (c.classification.mail_class) {
    case MailClass::Human: return true;
    case MailClass::Machine: return !c.classification.auto_submitted;
    default: return false;
  }
}

void settle_ticket(const Case& c, const Route& route, const View& view, Target& target) {
  Binding found = bind(c, route, view);
  target.actions = route.actions.empty() ? std::vector{Action::Correspond} : route.actions;
  target.queue = route.queue.empty() ? c.policy.config.queues.front().name : route.queue;
  target.may_reopen = reopens(c);
  target.linked = found.linked;
  target.notes = found.notes;
  const auto* queue = found.ticket != nullptr ? c.policy.config.find_queue(found.ticket->queue) : nullptr;
  const Standing s = standing_of(c, queue != nullptr ? *queue : *c.policy.config.find_queue(target.queue), found.ticket,
                                 view, found.token);
  target.agent = s.agent;
  target.proven = s.proven;
  target.token = found.token;
  if (found.ticket == nullptr) {
    return;
  }
  if (queue != nullptr && must_start_anew(c, *found.ticket, target, *queue)) {
    target.token = false;
    target.linked.push_back(found.ticket->id);
    target.notes.push_back(fmt::format("{} is closed: a new ticket, linked", number(found.ticket->id)));
    return;
  }
  target.ticket = found.ticket->id;
  target.queue = found.ticket->queue;
}

// ---- rights, checked in sequence with the effect of the earlier actions

Right right_of(Action action, bool exists) {
  switch (action) {
    case Action::Correspond: return exists ? Right::Reply : Right::Create;
    case Action::Comment: return Right::Comment;
    case Action::Take: return Right::Own;
    case Action::Resolve: return Right::Modify;
  }
  return Right::Modify;
}

Refusal missing(Right right, const config::Queue& queue, const Ticket* ticket) {
  std::string where = fmt::format("queue {}", queue.name);
  if (ticket != nullptr) {
    where += fmt::format(", ticket {}", number(ticket->id));
  }
  const char* rules[] = {"right-create", "right-reply", "right-comment", "right-own", "right-modify"};
  return refuse(550, "5.7.1", fmt::format("no right to {} in {}", name(right), where),
                rules[static_cast<std::size_t>(right)]);
}

std::optional<Refusal> check_rights(const Case& c, const Target& target, const View& view) {
  const auto* queue = c.policy.config.find_queue(target.queue);
  if (queue == nullptr) {
    return refuse(550, "5.2.1", fmt::format("queue {} is gone", target.queue), "queue-gone");
  }
  const Ticket* ticket = target.ticket ? view.survivor(*target.ticket) : nullptr;
  const bool recording = std::any_of(target.actions.begin(), target.actions.end(), records);
  if (ticket == nullptr && !recording) {
    if (!target.linked.empty()) {  // it is named, but this author's word does not lead there
      return missing(right_of(target.actions.front(), true), *queue, view.survivor(target.linked.front()));
    }
    return refuse(550, "5.1.1", "the action needs a ticket, and none is named", "no-ticket");
  }
  Standing s = standing_of(c, *queue, ticket, view, target.token);
  bool exists = ticket != nullptr;
  for (Action action : target.actions) {
    if (!exists && !has_right(Right::Create, s, c.policy.config, *queue)) {
      return missing(Right::Create, *queue, ticket);
    }
    const Right right = right_of(action, exists);
    if (!has_right(right, s, c.policy.config, *queue)) {
      return missing(right, *queue, ticket);
    }
    if (!exists) {
      exists = s.participant = true;  // the author is the requestor now
    }
    s.owner = s.owner || action == Action::Take;
  }
  return {};
}

// ---- several recipients of ours

bool same_target(const Target& a, const Target& b) {
  return a.ticket == b.ticket && a.actions.empty() == b.actions.empty() && (a.ticket || a.queue == b.queue);
}

// Filed once: the first recording action stands, other actions are added.
void join(Target& into, const Target& target) {
  into.routes.insert(into.routes.end(), target.routes.begin(), target.routes.end());
  into.token |= target.token;
  into.proven |= target.proven;
  for (Action action : target.actions) {
    const bool has_recording = std::any_of(into.actions.begin(), into.actions.end(), records);
    if (std::count(into.actions.begin(), into.actions.end(), action) == 0 && !(records(action) && has_recording)) {
      into.actions.push_back(action);
    }
  }
}

// Leads to a queue and to no ticket of its own.
bool is_bare(const Target& target) {
  return target.filed() && !target.ticket && target.linked.empty() && !target.actions.empty();
}

// Who answers all may name the queue beside its ticket. That is one mail to one queue, by two addresses: filed once.
void join_bare(const Case& c, std::vector<Target>& targets) {
  const auto queue_of = [&](const Target& target) { return std::string_view(c.routes[target.routes.front()].queue); };
  for (auto bare = targets.begin(); bare != targets.end();) {
    const auto home = std::find_if(targets.begin(), targets.end(), [&](const Target& t) {
      return t.filed() && t.ticket && !t.actions.empty() && queue_of(t) == queue_of(*bare);
    });
    if (home == targets.end() || !is_bare(*bare)) {
      ++bare;
    } else {
      join(*home, *bare);
      bare = targets.erase(bare);
    }
  }
}

std::optional<Target> report_target(const Case& c, const Route& route, const View& view) {
  const auto mail_class = c.classification.mail_class;
  const Ticket* ticket = nullptr;
  if (mail_class == MailClass::Bounce || mail_class == MailClass::Feedback) {
    ticket = bind_report(c, route, view);
  } else if (mail_class == MailClass::AutoReply || c.classification.rule == "auto-14") {
    ticket = bind(c, route, view).ticket;  // auto-14, a null sender's mail, is an automatic reply where it binds
  }
  if (ticket == nullptr) {
    return {};
  }
  Target target;
  target.queue = ticket->queue;
  target.ticket = ticket->id;
  const bool report = mail_class == MailClass::Bounce || mail_class == MailClass::Feedback;
  target.kind = report ? Kind::Bounce : Kind::AutoReply;
  return target;
}

// What stands against filing it for this recipient, before any ticket is looked for.
std::optional<Refusal> refuse_early(const Case& c, std::size_t index, const View& view) {
  const Route& route = c.routes[index];
  auto refusal = refuse_recipient(c.policy, route, view, c.filter_trials[index].envelope);
  if (!refusal && c.too_large) {
    refusal = refuse_too_large(c.policy, c.relayed);
  }
  if (!refusal && c.classification.mail_class == MailClass::OwnLoop) {
    refusal = by_class(c);
  } else if (!refusal && is_repeated_answer(c, view) && find_duplicate(c, c.duplicate_keys[index], view) == nullptr) {
    refusal = by_class(c, MailClass::OwnLoop, loop_7);
  }
  return refusal;
}

// What stands against filing it, where it is no machine's mail on a ticket.
std::optional<Refusal> refuse_mail(const Case& c) {
  auto refusal = by_class(c);
  return refusal ? refusal : refuse_message(c);
}

Target make_target(const Case& c, std::size_t index, const View& view) {
  const Route& route = c.routes[index];
  Target target;
  target.queue = route.queue;
  const bool may_refuse = !c.imported() || route.to == Route::To::Bounce;  // a forged one leads nowhere
  if (!may_refuse || !(target.refusal = refuse_early(c, index, view))) {
    const auto report = report_target(c, route, view);
    const FilterPerson person = filter_person(c, route, report.has_value(), view);
    FilterVerdict filter = c.policy.filters.judge(c.filter_trials[index].message, person);
    if (filter.refusal && !c.imported()) {
      target.refusal = filter.refusal;
    } else if (report) {
      target = *report;
    } else if (c.imported() || !(target.refusal = refuse_mail(c))) {
      settle_ticket(c, route, view, target);
      target.queue = target.ticket || filter.set_queue.empty() ? target.queue : filter.set_queue;
    }
    target.filter = std::move(filter);
  }
  target.routes = {index};
  if (const auto* duplicate = target.refusal ? nullptr : find_duplicate(c, c.duplicate_keys[index], view)) {
    target.duplicate = *duplicate;
  } else if (view.message_id_seen) {
    target.notes.push_back("reused-id: other mail with this msg-id is on file");
  }
  return target;
}

// Who imports a mail wants it on file; what its author may not do is left undone.
void record_only(Target& target) {
  const bool comment = std::count(target.actions.begin(), target.actions.end(), Action::Comment) > 0;
  target.notes.push_back(fmt::format("recorded only: {}", target.refusal->reply.text));
  target.actions = {comment ? Action::Comment : Action::Correspond};
  target.refusal.reset();
}

std::vector<Target> make_targets(const Case& c, const View& view) {
  std::vector<Target> targets;
  for (std::size_t i = 0; i < c.routes.size(); ++i) {
    Target target = make_target(c, i, view);
    auto same = std::find_if(targets.begin(), targets.end(),
                             [&](const Target& t) { return !t.refusal && !target.refusal && same_target(t, target); });
    if (same == targets.end()) {
      targets.push_back(std::move(target));
    } else if (target.duplicate || !same->duplicate) {
      join(*same, target);
    } else {
      *same = std::move(target);  // the other recipient's copy was filed before, this one was not
    }
  }
  join_bare(c, targets);
  for (auto& target : targets) {
    if (!target.refusal && !target.duplicate && !target.actions.empty()) {
      target.refusal = check_rights(c, target, view);
    }
    if (target.refusal && c.imported() && c.policy.config.find_queue(target.queue) != nullptr) {
      record_only(target);
    }
  }
  if (!c.imported()) {
    apply_limits(c, view, targets);
  }
  return targets;
}

// A refusal that only journals or discards is no refusal to the client.
const Refusal* strongest(const std::vector<Target>& targets) {
  for (Outcome outcome : {Outcome::Tempfail, Outcome::Journal, Outcome::Discard, Outcome::Reject}) {
    for (const auto& target : targets) {
      if (target.refusal && target.refusal->outcome == outcome) {
        return &*target.refusal;
      }
    }
  }
  return nullptr;
}

// One that was never ours, or whose notice is so old that it is gone.
bool is_known_bounce_address(const Policy& policy, const Route& route, const View& view) {
  return policy.tokens.verify_bounce(*route.ticket, route.notice, route.mac) &&
         view.find_notice({*route.ticket, route.notice}) != nullptr;
}

std::optional<Refusal> refuse_address(const Policy& policy, const Route& route, const Ticket* ticket,
                                      const View& view) {
  if (route.refusal) {
    return route.refusal;
  }
  if (route.to == Route::To::Bounce) {
    if (ticket == nullptr || !is_known_bounce_address(policy, route, view)) {
      return refuse(550, "5.7.1", "not a bounce address of ours", "forged-bounce-address");
    }
    return {};
  }
  if (route.ticket && (ticket == nullptr || ticket->status == Status::Deleted)) {
    return refuse(550, "5.1.1", fmt::format("no ticket {}", number(*route.ticket)), "unknown-ticket");
  }
  const auto* queue = policy.config.find_queue(ticket != nullptr ? ticket->queue : route.queue);
  if (queue == nullptr) {
    return {};
  }
  const Right right = route.actions.front() == Action::Comment ? Right::Comment : Right::Reply;
  if (nobody_has(right, *queue) && (route.ticket || nobody_has(Right::Create, *queue))) {
    return missing(right, *queue, ticket);
  }
  return {};
}

}  // namespace

std::optional<Refusal> refuse_recipient(const Policy& policy, const Route& route, const View& view,
                                        const FilterHits& hits) {
  const Ticket* ticket = route.ticket ? view.survivor(*route.ticket) : nullptr;
  auto refusal = refuse_address(policy, route, ticket, view);
  return refusal ? refusal : refuse_envelope(policy, route, ticket, hits);
}

Refusal refuse_too_large(const Policy& policy, bool relayed) {
  auto refusal =
      refuse(552, "5.3.4", fmt::format("message over {} bytes", policy.config.milter.max_message), "too-large");
  if (relayed) {
    refusal.outcome = Outcome::Tempfail;
    refusal.reply.code = 452;
    refusal.reply.enhanced = "4.3.4";
  }
  return refusal;
}

Decision decide(const Case& c, const View& view) {
  Decision decision;
  decision.rule = c.classification.rule;
  decision.mail_class = c.classification.mail_class;
  if (c.routes.empty()) {
    return decision;
  }
  decision.targets = make_targets(c, view);
  const Refusal* refusal = strongest(decision.targets);
  const auto fileable = [](const Target& t) { return !t.refusal; };
  if (refusal != nullptr) {
    decision.refusal = *refusal;
    decision.rule = refusal->rule;
    decision.mail_class = refusal->rule == loop_7 ? MailClass::OwnLoop : decision.mail_class;
  }
  if (refusal != nullptr && refusal->outcome == Outcome::Tempfail) {
    decision.outcome = Outcome::Tempfail;
  } else if (auto first = std::find_if(decision.targets.begin(), decision.targets.end(), fileable);
             first != decision.targets.end()) {
    decision.outcome = Outcome::Accept;
    const bool all = std::all_of(decision.targets.begin(), decision.targets.end(),
                                 [](const Target& t) { return t.refusal || t.duplicate; });
    if (all) {
      decision.duplicate_of = first->duplicate;
      decision.rule = "duplicate";
    }
  } else {
    // A relay has taken the mail on: refused, it would go back to who may never have sent it.
    decision.outcome = c.relayed && refusal->outcome == Outcome::Reject ? Outcome::Journal : refusal->outcome;
  }
  return decision;
}

Reply finish_reply(const Policy& policy, const Reply& reply, const std::string& recipient) {
  constexpr std::size_t longest = 400;
  std::string text = recipient.empty() ? "" : base::for_log(recipient, longest) + ": ";
  text += base::for_log(reply.text, longest);
  if (!policy.config.site.support_contact.empty()) {
    text += "; help: " + base::for_log(policy.config.site.support_contact, longest);
  }
  return {reply.code, reply.enhanced, text};
}

}  // namespace ticketmilter::policy
