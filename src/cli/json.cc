// SPDX-License-Identifier: MIT
// A row of a list and a whole ticket have the same fields, so one template writes both.
#include "cli/json.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "mail/address.h"

namespace ticketmilter::cli {
namespace {

Json ids(const std::vector<tickets::TicketId>& list) {
  Json out = Json::array();
  for (tickets::TicketId id : list) {
    out.push_back(number(id));
  }
  return out;
}

template <class T>
Json ticket_fields(const T& t) {
  return {
      {"id", number(t.id)},
      {"queue", t.queue},
      {"subject", t.subject},
      {"status", name(t.status)},
      {"owner", or_null(t.owner)},
      {"requestors", t.requestors},
      {"cc", t.cc},
      {"admin_cc", t.admin_cc},
      {"priority", t.priority},
      {"created", base::rfc3339(t.created)},
      {"updated", base::rfc3339(t.updated)},
      {"due", t.due ? Json(base::rfc3339(*t.due)) : Json(nullptr)},
      {"merged_into", or_null(t.merged_into)},
      {"links", ids(t.links)},
  };
}

// An address as all addresses are printed: folded, without <>; the null sender stays "<>".
std::string address_text(const std::string& path) {
  if (path.empty() || mail::is_null_path(path)) {
    return path;
  }
  const auto address = mail::parse_path(path, true);
  return address ? address->folded() : path;
}

Json attachment_fields(const mail::Attachment& a) {
  return {{"name", a.name}, {"type", a.type}, {"size", a.size}, {"sha256", base::hex(a.sha256)}};
}

Json entry_or_null(const tickets::Notice& notice) {
  return notice.entry == 0 ? Json(nullptr) : Json(notice.entry);
}

}  // namespace

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json or_null(tickets::TicketId id) {
  return id == tickets::TicketId{} ? Json(nullptr) : Json(number(id));
}

Json to_json(const store::Row& row) {
  return ticket_fields(row);
}

Json to_json(const tickets::Ticket& ticket) {
  return ticket_fields(ticket);
}

Json to_json(const tickets::Entry& entry, const std::string& text) {
  Json attachments = Json::array();
  for (const mail::Attachment& a : entry.attachments) {
    attachments.push_back(attachment_fields(a));
  }
  return {
      {"id", entry.id},
      {"kind", name(entry.kind)},
      {"actor", entry.actor},
      {"created", base::rfc3339(entry.created)},
      {"message_id", entry.message_id},
      {"subject", entry.subject},
      {"text", text},
      {"class", entry.mail_class},
      {"rule", entry.rule},
      {"door", entry.door},
      {"extension", entry.extension},
      {"sender", address_text(entry.sender)},
      {"mta_id", entry.mta_id},
      {"status_before", name(entry.status_before)},
      {"status_after", name(entry.status_after)},
      {"attachments", std::move(attachments)},
  };
}

Json to_json(const tickets::JournalEntry& entry) {
  Json recipients = Json::array();
  for (const std::string& recipient : entry.recipients) {
    recipients.push_back(address_text(recipient));
  }
  return {
      {"id", entry.id},
      {"time", base::rfc3339(entry.time)},
      {"rule", entry.rule},
      {"class", entry.mail_class},
      {"verdict", entry.verdict},
      {"sender", address_text(entry.sender)},
      {"recipients", std::move(recipients)},
      {"author", entry.author},
      {"subject", entry.subject},
      {"message_id", entry.message_id},
      {"size", entry.size},
  };
}

Json to_json(const tickets::JournalEntry& entry, const std::string& text) {
  Json json = to_json(entry);
  json["reason"] = entry.reason;
  json["client"] = entry.client;
  json["login"] = entry.login;
  json["mta_id"] = entry.mta_id;
  json["kept"] = entry.message != tickets::MessageId{} && !entry.header_only;
  json["imported"] = or_null(entry.imported);
  json["text"] = text;
  return json;
}

Json to_json(const tickets::Notice& notice) {
  return {
      {"id", notice.id},
      {"ticket", or_null(notice.ticket)},
      {"entry", entry_or_null(notice)},
      {"template", notice.template_name},
      {"to", notice.to},
      {"state", name(notice.state)},
      {"attempts", notice.attempts},
      {"next_try", notice.waits() ? Json(base::rfc3339(notice.next_try)) : Json(nullptr)},
      {"last_reply", notice.last_reply},
  };
}

Json notice_of_ticket(const tickets::Notice& notice) {
  return {
      {"id", notice.id}, {"entry", entry_or_null(notice)}, {"template", notice.template_name},
      {"to", notice.to}, {"state", name(notice.state)},    {"last_reply", notice.last_reply},
  };
}

std::string json_line(const Json& json) {
  const std::string dumped = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string out;
  out.reserve(dumped.size() + 1);
  for (std::size_t i = 0; i < dumped.size(); ++i) {
    const auto c = static_cast<unsigned char>(dumped[i]);
    const auto next = static_cast<unsigned char>(i + 1 < dumped.size() ? dumped[i + 1] : 0);
    if (c == 0x7F) {
      out += "\\u007f";
    } else if (c == 0xC2 && next >= 0x80 && next < 0xA0) {  // C1, which the library leaves as it is
      out += fmt::format("\\u{:04x}", next);
      ++i;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + "\n";
}

}  // namespace ticketmilter::cli
