// SPDX-License-Identifier: MIT
// The text goes the way the message went: what is known of it, then for each recipient the tests in their order, up to the one that decides.
#include "cli/explanation.h"

#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "cli/stages.h"
#include "mail/dsn.h"

namespace ticketmilter::cli {
namespace {

using policy::Outcome;
using policy::Target;

// The first recipient that led to the target, as all addresses are printed.
std::string recipient_of(const policy::Case& c, const Target& target) {
  return target.routes.empty() ? "" : c.routes.at(target.routes.front()).spec;
}

std::vector<std::string> specs(const std::vector<mail::Mailbox>& mailboxes) {
  std::vector<std::string> out;
  out.reserve(mailboxes.size());
  for (const mail::Mailbox& mailbox : mailboxes) {
    out.push_back(mailbox.address.folded());
  }
  return out;
}

// "a new ticket in support", "duplicate of ticket 4": what a 250 stands for.
std::string accepted_text(const policy::Decision& decision) {
  if (decision.duplicate_of) {
    return fmt::format("duplicate of ticket {}", number(decision.duplicate_of->ticket));
  }
  std::vector<std::string> parts;
  for (const Target& target : decision.targets) {
    if (!target.refusal) {
      parts.push_back(fmt::format("{} in {}", ticket_text(target.ticket), target.queue));
    }
  }
  return parts.empty() ? "accepted" : base::join(parts, ", ");
}

// What a bounce says of whom.
Json deliveries_json(const policy::Case& c) {
  Json deliveries = Json::array();
  if (c.classification.mail_class == policy::MailClass::Bounce) {
    for (const mail::Delivery& d : mail::read_bounce(c.facts).deliveries) {
      deliveries.push_back({{"recipient", d.recipient}, {"status", d.status}, {"permanent", d.permanent()}});
    }
  }
  return deliveries;
}

Json facts_json(const policy::Case& c) {
  const mail::Facts& f = c.facts;
  Json attachments = Json::array();
  for (const mail::Attachment& a : f.attachments) {
    attachments.push_back({{"name", a.name}, {"type", a.type}, {"size", a.size}});
  }
  return {
      {"size", f.size},
      {"from", specs(f.from)},
      {"sender", specs(f.sender)},
      {"reply_to", specs(f.reply_to)},
      {"to", specs(f.to)},
      {"cc", specs(f.cc)},
      {"subject", f.subject},
      {"message_id", f.message_id},
      {"in_reply_to", f.in_reply_to},
      {"references", f.references},
      {"content_type", f.content_type},
      {"attachments", std::move(attachments)},
      {"deliveries", deliveries_json(c)},
      {"defects", f.defects},
      {"class_rule", c.classification.rule},
      {"proof", c.author.proof},
      {"marks", c.classification.marks},
      {"no_ack", c.classification.no_ack},
      {"others", c.others},
  };
}

Json target_json(const policy::Case& c, const Target& target) {
  return {{"recipient", recipient_of(c, target)},
          {"queue", target.queue},
          {"actions", action_names(target)},
          {"ticket", or_null(target.ticket.value_or(tickets::TicketId{}))}};
}

// Lines of "label  value", under a heading.
class Lines {
 public:
  explicit Lines(const Terminal& terminal) : terminal_(terminal) {}
  void heading(const char* text) { out_ += styled(text, Style::Bold, terminal_) + "\n"; }
  void add(const char* label, const std::string& value) {
    if (!value.empty()) {
      out_ += fmt::format("  {:<12}{}\n", label, safe_line(value));
    }
  }
  void add(const char* label, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      add(label, value);
    }
  }
  const std::string& text() const { return out_; }

 private:
  const Terminal& terminal_;
  std::string out_;
};

void add_envelope(Lines& lines, const policy::Case& c) {
  lines.heading("Envelope");
  lines.add("sender", c.envelope.sender);
  lines.add("recipient", c.envelope.recipients);
  lines.add("client", c.envelope.client.empty() ? "unknown, so not trusted" : c.envelope.client);
  lines.add("login", c.envelope.login);
  for (const policy::Route& route : c.routes) {
    lines.add("ours", route.refusal ? fmt::format("{}: {}", route.spec, refusal_text(*route.refusal)) : route.spec);
  }
  if (c.routes.empty()) {
    lines.add("ours", "no recipient");
  }
}

void add_message(Lines& lines, const policy::Case& c) {
  const mail::Facts& f = c.facts;
  lines.heading("Message");
  lines.add("subject", f.subject);
  lines.add("message-id", f.message_id);
  lines.add("size", fmt::format("{}, {}, {} attachments", human_size(f.size), f.content_type, f.attachments.size()));
  lines.add("defect", f.defects);
  lines.heading("Class");
  lines.add("class", fmt::format("{} (rule {})", name(c.classification.mail_class), c.classification.rule));
  lines.add("mark", c.classification.marks);
  lines.add("no ack", c.classification.no_ack ? "nobody hears an acknowledgement" : "");
}

void add_author(Lines& lines, const policy::Author& author) {
  lines.heading("Author");
  lines.add("address", author.address.empty() ? "none that is usable" : author.address);
  lines.add("name", author.name);
  lines.add("proof", author.proven ? author.proof : "none");
  if (author.agent != nullptr) {
    lines.add("agent", author.agent->name);
  }
}

void add_target(Lines& lines, const policy::Case& c, const Target& target) {
  for (std::size_t route : target.routes) {
    lines.add("for", c.routes.at(route).spec);
  }
  for (const StageLine& line : stages_of(c, target)) {
    lines.add(line.label, line.text);
  }
}

}  // namespace

policy::Reply answer(const intake::Explanation& e) {
  const policy::Decision& decision = e.decision;
  const bool told = decision.outcome == Outcome::Reject || decision.outcome == Outcome::Tempfail;
  if (decision.refusal && told) {
    const std::string recipient = e.c.routes.size() == 1 ? e.c.routes.front().recipient : "";
    return policy::finish_reply(e.c.policy, decision.refusal->reply, recipient);
  }
  switch (decision.outcome) {
    case Outcome::Accept: return {250, "2.0.0", accepted_text(decision)};
    case Outcome::Discard: return {250, "2.0.0", "accepted, thrown away with an entry in the journal"};
    case Outcome::Journal: return {250, "2.0.0", "accepted, kept in the journal"};
    case Outcome::Pass: return {250, "2.0.0", "not for us, goes on untouched"};
    case Outcome::Reject: return {550, "5.7.1", ""};
    case Outcome::Tempfail: return {451, "4.3.0", ""};
  }
  return {451, "4.3.0", ""};
}

Json to_json(const intake::Explanation& e) {
  const policy::Reply reply = answer(e);
  Json targets = Json::array();
  for (const Target& target : e.decision.targets) {
    targets.push_back(target_json(e.c, target));
  }
  Json notices = Json::array();
  for (const tickets::Notice& notice : e.plan.notices()) {
    notices.push_back({{"to", notice.to}, {"template", notice.template_name}});
  }
  std::set<std::string> filters;
  for (const Target& target : e.decision.targets) {
    for (const std::string& rule : fired_rules(e.c, target)) {
      filters.insert(rule);
    }
  }
  const auto& duplicate = e.decision.duplicate_of;
  return {
      {"verdict", name(e.decision.outcome)},
      {"code", reply.code},
      {"enhanced", reply.enhanced},
      {"text", reply.text},
      {"rule", e.decision.rule},
      {"class", name(e.decision.mail_class)},
      {"author", or_null(e.c.author.address)},
      {"proven", e.c.author.proven},
      {"duplicate_of", or_null(duplicate ? duplicate->ticket : tickets::TicketId{})},
      {"filters", filters},
      {"targets", std::move(targets)},
      {"notices", std::move(notices)},
      {"facts", facts_json(e.c)},
  };
}

std::string format_explanation(const intake::Explanation& e, const Terminal& terminal) {
  Lines lines(terminal);
  add_envelope(lines, e.c);
  add_message(lines, e.c);
  add_author(lines, e.c.author);
  lines.heading("Decision");
  for (const Target& target : e.decision.targets) {
    add_target(lines, e.c, target);
  }
  lines.add("ticket", e.decision.targets.empty() ? "none: no recipient is ours" : "");
  for (const tickets::Notice& notice : e.plan.notices()) {
    lines.add("notice", fmt::format("to {}: {}", notice.to, notice.template_name));
  }
  lines.heading("Answer");
  lines.add("verdict", name(e.decision.outcome));
  lines.add("rule", e.decision.rule);
  lines.add("reply", reply_text(answer(e)));
  return lines.text();
}

}  // namespace ticketmilter::cli
