// SPDX-License-Identifier: MIT
// Nearly all of it is a stranger's: the table makes its cells safe, the rest passes safe_line or safe_text.
#include "cli/journal_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/table.h"
#include "mail/body.h"

namespace ticketmilter::cli {
namespace {

using tickets::JournalEntry;

// Paths as people write them, less the angle brackets; the null sender keeps them.
std::string bare(const std::string& path) {
  return path.size() > 2 && path.starts_with('<') && path.ends_with('>') ? path.substr(1, path.size() - 2) : path;
}

std::string recipients_of(const JournalEntry& entry) {
  std::vector<std::string> out;
  out.reserve(entry.recipients.size());
  for (const std::string& recipient : entry.recipients) {
    out.push_back(bare(recipient));
  }
  return base::join(out, ", ");
}

Style style_of(const JournalEntry& entry) {
  return entry.imported != tickets::TicketId{} ? Style::Dim : entry.verdict == "reject" ? Style::Red : Style::Yellow;
}

std::string field(const char* label, const std::string& value) {
  return value.empty() ? "" : fmt::format("{:<11}{}\n", label, safe_line(value));
}

// Whether and where the mail itself is.
std::string whereabouts(const JournalEntry& entry) {
  if (entry.imported != tickets::TicketId{}) {
    return fmt::format("imported, see ticket show {}", number(entry.imported));
  }
  if (entry.message == tickets::MessageId{}) {
    return "not kept";
  }
  return entry.header_only ? fmt::format("not kept, but for its header: ticket journal {} --raw", entry.id)
                           : fmt::format("kept, ticket journal import {} files it", entry.id);
}

}  // namespace

std::string format_journal(const std::vector<JournalEntry>& entries, const Terminal& terminal) {
  std::vector<TableRow> rows;
  rows.reserve(entries.size());
  for (const JournalEntry& entry : entries) {
    rows.push_back({std::to_string(entry.id),
                    {base::local_minute(entry.time), Style::Dim},
                    {entry.verdict, style_of(entry)},
                    entry.mail_class,
                    entry.rule,
                    bare(entry.sender),
                    recipients_of(entry),
                    entry.subject});
  }
  return format_table({{"ID", 0, true},
                       {"TIME"},
                       {"VERDICT"},
                       {"CLASS"},
                       {"RULE", 6},
                       {"SENDER", 6},
                       {"RECIPIENTS", 6},
                       {"SUBJECT", 6}},
                      std::move(rows), terminal);
}

std::string format_journal_entry(const JournalEntry& entry, const std::string& text, bool full,
                                 const Terminal& terminal) {
  const std::string subject = entry.subject.empty() ? "(no subject)" : safe_line(entry.subject);
  std::string out = styled(fmt::format("Journal entry {}: {}", entry.id, subject), Style::Bold, terminal) + "\n";
  out += field("Time", base::local_minute(entry.time)) + field("Verdict", entry.verdict) + field("Rule", entry.rule);
  out += field("Reason", entry.reason) + field("Class", entry.mail_class) + field("Sender", bare(entry.sender));
  out += field("Recipients", recipients_of(entry)) + field("Author", entry.author);
  out += field("Message-ID", entry.message_id) + field("Client", entry.client) + field("Login", entry.login);
  out += field("MTA's id", entry.mta_id) + field("Size", entry.size == 0 ? "" : human_size(entry.size));
  out += field("Mail", whereabouts(entry));
  if (!text.empty()) {
    const std::string shown = safe_text(full ? text : mail::fold_quotes(text));
    out += "\n" + shown + (shown.ends_with('\n') ? "" : "\n");
  }
  return out;
}

}  // namespace ticketmilter::cli
