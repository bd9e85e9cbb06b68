// SPDX-License-Identifier: MIT
// Everything that came by mail passes safe_line or safe_text on its way into a line.
#include "cli/ticket_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "mail/body.h"

namespace ticketmilter::cli {
namespace {

using tickets::Entry;
using tickets::Ticket;

std::string field(const char* label, const std::string& value) {
  return value.empty() ? "" : fmt::format("{:<11}{}\n", label, safe_line(value));
}

std::string join_ids(const std::vector<tickets::TicketId>& ids) {
  std::vector<std::string> out;
  out.reserve(ids.size());
  for (tickets::TicketId id : ids) {
    out.push_back(std::to_string(number(id)));
  }
  return base::join(out, ", ");
}

std::string format_head(const Ticket& t, const Terminal& terminal) {
  std::string out = styled(fmt::format("#{} {}", number(t.id), safe_line(t.subject)), Style::Bold, terminal) + "\n";
  if (t.merged_into != tickets::TicketId{}) {
    out += fmt::format("Merged into ticket {0}: see ticket show {0}\n", number(t.merged_into));
  }
  out += field("Queue", t.queue) + field("Status", name(t.status)) + field("Owner", t.owner);
  out += field("Requestor", base::join(t.requestors, ", "));
  out += field("Cc", base::join(t.cc, ", ")) + field("Admin cc", base::join(t.admin_cc, ", "));
  out += field("Priority", t.priority == 0 ? "" : std::to_string(t.priority));
  out += field("Created", base::local_minute(t.created)) + field("Updated", base::local_minute(t.updated));
  out += field("Due", t.due ? base::local_minute(*t.due) : "") + field("Links", join_ids(t.links));
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

std::string format_attachment(const mail::Attachment& a, std::size_t n) {
  const std::string name = a.name.empty() ? "(no name)" : safe_line(a.name);
  return fmt::format("  attachment {}: {}, {}, {}\n", n, name, safe_line(a.type), human_size(a.size));
}

// What was said about one that has arrived tells nobody anything.
std::string format_told(const tickets::Notice& notice) {
  const bool arrived = notice.state == tickets::NoticeState::Sent;
  const std::string reply = arrived || notice.last_reply.empty() ? "" : ": " + notice.last_reply;
  return "  told: " +
         safe_line(fmt::format("{} ({}, {}{})", notice.to, notice.template_name, name(notice.state), reply)) + "\n";
}

std::string format_all_told(const std::vector<tickets::Notice>& notices, std::uint32_t entry) {
  std::string out;
  for (const tickets::Notice& notice : notices) {
    out += notice.entry == entry ? format_told(notice) : "";
  }
  return out;
}

std::string format_entry(const ShownTicket& ticket, const ShownEntry& shown, bool full, const Terminal& terminal) {
  const Entry& e = shown.entry;
  std::string out = "\n" + styled(fmt::format("-- {}  {}  {}  {}", e.id, base::local_minute(e.created), name(e.kind),
                                              safe_line(e.actor)),
                                  Style::Cyan, terminal);
  out += styled("  (" + safe_line(origin(e)) + ")", Style::Dim, terminal) + "\n";
  if (e.status_before != e.status_after) {
    out += fmt::format("  status: {} -> {}\n", name(e.status_before), name(e.status_after));
  }
  for (const std::string& note : e.notes) {
    out += "  " + safe_line(note) + "\n";
  }
  for (std::size_t i = 0; i < e.attachments.size(); ++i) {
    out += format_attachment(e.attachments[i], i + 1);
  }
  out += format_all_told(ticket.notices, e.id);
  if (!shown.text.empty()) {
    const std::string text = safe_text(full ? shown.text : mail::fold_quotes(shown.text));
    out += "\n" + text + (text.ends_with('\n') ? "" : "\n");
  }
  return out;
}

}  // namespace

std::string format_ticket(const ShownTicket& shown, bool full, const Terminal& terminal) {
  std::string out = format_head(shown.ticket, terminal);
  for (const ShownEntry& entry : shown.history) {
    out += format_entry(shown, entry, full, terminal);
  }
  return out;
}

}  // namespace ticketmilter::cli
