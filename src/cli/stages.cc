// SPDX-License-Identifier: MIT
// The order here is that of policy/decide. A test that was not reached is not named.
#include "cli/stages.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/terminal.h"

namespace ticketmilter::cli {
namespace {

using policy::Target;

enum class Stage : std::uint8_t { Recipient, Size, Filters, Class, Author, Message, Ticket, Duplicate, Rights, Limits };

const char* name(Stage stage) {
  constexpr const char* names[] = {"recipient", "size",   "filters",   "class",  "author",
                                   "message",   "ticket", "duplicate", "rights", "limits"};
  return names[static_cast<std::size_t>(stage)];
}

bool is_filter(const policy::Case& c, const std::string& rule) {
  const auto filters = c.policy.filters.inbound_rules();
  return std::find(filters.begin(), filters.end(), rule) != filters.end();
}

// Where a refusal by this rule is made. What is not named here is settled by the address.
Stage stage_of(const policy::Case& c, const std::string& rule) {
  constexpr std::pair<std::string_view, Stage> stages[] = {
      {"too-large", Stage::Size},     {"loop-", Stage::Class},          {"no-author", Stage::Author},
      {"author-8bit", Stage::Author}, {"long-subject", Stage::Message}, {"attachment", Stage::Message},
      {"no-ticket", Stage::Rights},   {"queue-gone", Stage::Rights},    {"right-", Stage::Rights},
      {"limit-", Stage::Limits},
  };
  if (is_filter(c, rule)) {
    return Stage::Filters;
  }
  if (rule == c.classification.rule) {
    return Stage::Class;
  }
  for (const auto& [beginning, stage] : stages) {
    if (rule.starts_with(beginning)) {
      return stage;
    }
  }
  return Stage::Recipient;
}

void add_filters(const policy::Case& c, const Target& target, std::vector<StageLine>& lines) {
  const auto tried = c.policy.filters.inbound_rules();
  const bool none = target.filter.fired.empty() && !target.filter.refusal;
  lines.push_back({"filters", tried.empty() ? "there are none"
                                            : "tried " + base::join(tried, ", ") + (none ? ": none holds" : "")});
  for (const policy::FiredFilter& fired : target.filter.fired) {
    lines.push_back({"  holds", describe(fired)});
  }
}

void add_ticket(const Target& target, std::vector<StageLine>& lines) {
  const std::string actions = base::join(action_names(target), ", ");
  lines.push_back({"ticket", fmt::format("{} in {}: {}", ticket_text(target.ticket), target.queue, actions)});
  for (const std::string& note : target.notes) {
    lines.push_back({"  note", note});
  }
  for (tickets::TicketId id : target.linked) {
    lines.push_back({"  link", fmt::format("ticket {}", number(id))});
  }
}

// Of a stage that let the mail go on. A machine's mail that is recorded on its ticket is not asked for everything.
void add_passed(const policy::Case& c, const Target& target, Stage stage, std::vector<StageLine>& lines) {
  const bool recorded = target.actions.empty() && !target.refusal;
  const auto add = [&](const std::string& text) { lines.push_back({name(stage), text}); };
  switch (stage) {
    case Stage::Recipient: return add("ours, and nothing wrong with the address");
    case Stage::Size: return add("within " + human_size(c.policy.config.milter.max_message));
    case Stage::Filters: return add_filters(c, target, lines);
    case Stage::Class:
      return add(fmt::format("{}, by rule {}", name(c.classification.mail_class), c.classification.rule));
    case Stage::Author: return add(recorded ? "" : c.author.address + (c.author.proven ? ", proven" : ", not proven"));
    case Stage::Message: return add(recorded ? "" : "subject and attachments are taken");
    case Stage::Ticket: return add_ticket(target, lines);
    case Stage::Duplicate: return add("not filed before");
    case Stage::Rights:
      return add(recorded ? ""
                          : fmt::format("to {} in {}{}", base::join(action_names(target), ", "), target.queue,
                                        target.agent ? ", as an agent" : ""));
    case Stage::Limits: return add(recorded ? "" : "none is reached");
  }
}

}  // namespace

std::vector<StageLine> stages_of(const policy::Case& c, const Target& target) {
  const auto last = target.refusal     ? stage_of(c, target.refusal->rule)
                    : target.duplicate ? Stage::Duplicate
                                       : Stage::Limits;
  std::vector<StageLine> lines;
  for (int i = 0; i < static_cast<int>(last); ++i) {
    add_passed(c, target, static_cast<Stage>(i), lines);
  }
  if (target.refusal) {
    if (last == Stage::Filters) {
      add_filters(c, target, lines);
    }
    const bool early = last == Stage::Recipient || (last == Stage::Filters && target.filter.fired.empty());
    lines.push_back({last == Stage::Filters ? "  decides" : name(last),
                     (early ? "refused at RCPT: " : "refused: ") + refusal_text(*target.refusal)});
  } else if (target.duplicate) {
    const auto& of = *target.duplicate;
    lines.push_back({name(last), fmt::format("filed before: ticket {}, entry {}", number(of.ticket), of.entry)});
  } else {
    add_passed(c, target, last, lines);
  }
  return lines;
}

std::vector<std::string> fired_rules(const policy::Case& c, const Target& target) {
  std::vector<std::string> rules;
  for (const policy::FiredFilter& fired : target.filter.fired) {
    rules.push_back(fired.rule);
  }
  if (rules.empty() && target.refusal && is_filter(c, target.refusal->rule)) {
    rules.push_back(target.refusal->rule);  // by the envelope alone
  }
  return rules;
}

std::string ticket_text(const std::optional<tickets::TicketId>& id) {
  return id ? fmt::format("ticket {}", number(*id)) : "a new ticket";
}

std::vector<std::string> action_names(const Target& target) {
  std::vector<std::string> names;
  for (policy::Action action : target.actions) {
    names.emplace_back(policy::name(action));
  }
  if (names.empty() && !target.refusal) {
    names.emplace_back(tickets::name(target.kind));  // bounce, auto_reply: recorded, and nothing else
  }
  return names;
}

std::string reply_text(const policy::Reply& reply) {
  return fmt::format("{} {} {}", reply.code, reply.enhanced, reply.text);
}

std::string refusal_text(const policy::Refusal& refusal) {
  return fmt::format("{} (rule {})", reply_text(refusal.reply), refusal.rule);
}

}  // namespace ticketmilter::cli
