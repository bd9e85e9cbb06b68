// SPDX-License-Identifier: MIT
// Everything that came by mail passes safe_line or safe_text on its way into a line. Only the desk writes at the left edge: what is known of an entry stands two
// columns in, what was said four, so that no mail can pass for a history.
#include "cli/ticket_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/list_text.h"
#include "cli/wrap.h"
#include "mail/body.h"

namespace ticketmilter::cli {
namespace {

using tickets::Entry;
using tickets::Ticket;

constexpr const char* of_entry = "  ";
constexpr const char* of_text = "    ";
constexpr std::size_t label_width = 11;

// text: safe. What is too long for the line goes on below, as far in as the lead is long.
std::string led(const std::string& lead, const std::string& text, const Terminal& terminal) {
  const std::string margin(base::display_width(lead), ' ');
  return lead + framed(text, margin, terminal).substr(margin.size());
}

std::string field(const char* label, const std::string& value, const Terminal& terminal) {
  return value.empty() ? "" : led(fmt::format("{:<{}}", label, label_width), safe_line(value), terminal);
}

// Of an entry.
std::string detail(const std::string& text, const Terminal& terminal) {
  return framed(safe_line(text), of_entry, terminal);
}

std::string join_ids(const std::vector<tickets::TicketId>& ids) {
  std::vector<std::string> out;
  out.reserve(ids.size());
  for (tickets::TicketId id : ids) {
    out.push_back(std::to_string(number(id)));
  }
  return base::join(out, ", ");
}

std::string format_head(const Ticket& t, const Look& look) {
  const Terminal& terminal = look.terminal;
  const auto add = [&](const char* label, const std::string& value) { return field(label, value, terminal); };
  std::string out =
      styled(cut(fmt::format("#{} {}", number(t.id), safe_line(t.subject)), terminal.interactive ? terminal.width : 0),
             Style::Bold, terminal) +
      "\n";
  if (t.merged_into != tickets::TicketId{}) {
    out += fmt::format("Merged into ticket {0}: see ticket show {0}\n", number(t.merged_into));
  }
  out += add("Queue", t.queue);
  out += fmt::format("{:<{}}", "Status", label_width) + styled(name(t.status), style_of(t.status), terminal) + "\n";
  out += add("Owner", t.owner) + add("Requestor", base::join(t.requestors, ", "));
  out += add("Cc", base::join(t.cc, ", ")) + add("Admin cc", base::join(t.admin_cc, ", "));
  out += add("Priority", t.priority == 0 ? "" : std::to_string(t.priority));
  out += add("Created", long_moment_text(t.created, look.clock));
  out += add("Updated", long_moment_text(t.updated, look.clock));
  out += add("Due", t.due ? long_moment_text(*t.due, look.clock) : "") + add("Links", join_ids(t.links));
  return out;
}

// "human by rule human, came by milter as 4XyZ for support+42": how the entry got here.
std::string origin(const Entry& e) {
  std::vector<std::string> parts;
  if (!e.mail_class.empty()) {
    parts.push_back(e.rule.empty() || e.rule == e.mail_class ? e.mail_class : e.mail_class + " by rule " + e.rule);
  }
  parts.push_back("through " + e.door);
  if (!e.mta_id.empty()) {
    parts.push_back("as " + e.mta_id);
  }
  if (!e.extension.empty()) {
    parts.push_back("extension " + e.extension);
  }
  return base::join(parts, ", ");
}

std::string describe(const mail::Attachment& a, std::size_t n, bool kept) {
  return fmt::format("attachment {}: {}, {}, {}{}", n, a.name.empty() ? "(no name)" : a.name, a.type,
                     human_size(a.size), kept ? "" : ", no longer kept");
}

// What was said about one that has arrived tells nobody anything.
std::string describe(const tickets::Notice& notice) {
  const bool arrived = notice.state == tickets::NoticeState::Sent;
  const std::string reply = arrived || notice.last_reply.empty() ? "" : ": " + notice.last_reply;
  return fmt::format("told: {} ({}, {}{})", notice.to, notice.template_name, name(notice.state), reply);
}

// "-- 3  2026-11-21 04:53 (2 h ago)  correspond  rita@remote.example  (human, through milter, as 4XyZ)", on a terminal that is too narrow on more lines.
std::string format_heading(const Entry& e, const Look& look) {
  const Terminal& terminal = look.terminal;
  const std::string what =
      fmt::format("{}  {}  {}  {}", e.id, long_moment_text(e.created, look.clock), name(e.kind), safe_line(e.actor));
  std::string heading = led("-- ", what, terminal);
  heading.pop_back();
  const std::string from = fmt::format("({})", safe_line(origin(e)));
  const bool fits = !terminal.interactive || terminal.width == 0 ||
                    base::display_width(heading) + 2 + base::display_width(from) <= terminal.width;
  return "\n" + styled(heading, Style::Cyan, terminal) + (fits ? "  " : "\n") +
         styled(fits ? from : framed(from, of_entry, terminal), Style::Dim, terminal) + (fits ? "\n" : "");
}

std::string format_entry(const ShownTicket& ticket, const ShownEntry& shown, const Look& look) {
  const Entry& e = shown.entry;
  const Terminal& terminal = look.terminal;
  std::string out = format_heading(e, look);
  if (e.status_before != e.status_after) {
    out += detail(fmt::format("status: {} -> {}", name(e.status_before), name(e.status_after)), terminal);
  }
  for (const std::string& note : e.notes) {
    out += detail(note, terminal);
  }
  for (std::size_t i = 0; i < e.attachments.size(); ++i) {
    out += detail(describe(e.attachments[i], i + 1, e.raw_size > 0), terminal);
  }
  for (const tickets::Notice& notice : ticket.notices) {
    out += notice.entry == e.id ? detail(describe(notice), terminal) : "";
  }
  if (!shown.text.empty()) {
    const std::string text = safe_text(look.full ? shown.text : mail::fold_quotes(shown.text));
    out += "\n" + framed(text, of_text, terminal);
  }
  return out;
}

}  // namespace

std::string format_ticket(const ShownTicket& shown, const Look& look) {
  std::string out = format_head(shown.ticket, look);
  for (const ShownEntry& entry : shown.history) {
    out += format_entry(shown, entry, look);
  }
  return out;
}

}  // namespace ticketmilter::cli
