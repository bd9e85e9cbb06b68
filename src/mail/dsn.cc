// SPDX-License-Identifier: MIT
// The machine-readable reports. All three are blocks of header-like fields, divided by empty lines; one reader serves them.
#include "mail/dsn.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "mail/address.h"
#include "mail/msgid.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t kRecipients = 50;
constexpr std::size_t kLines = 20000;
constexpr std::size_t kDiagnostic = 2000;  // bytes kept of one

// One block: names in lower case, values on one line.
using Block = std::vector<std::pair<std::string, std::string>>;

std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}

// Empty blocks are skipped, so that a doubled empty line divides but once.
std::vector<Block> read_blocks(std::string_view content) {
  std::vector<Block> blocks(1);
  for (std::size_t n = 0; !content.empty() && n < kLines; ++n) {
    const std::string_view line = next_line(content);
    if (base::trim(line).empty()) {
      if (!blocks.back().empty()) {
        if (blocks.size() > kRecipients) {
          break;
        }
        blocks.emplace_back();
      }
    } else if (line.front() == ' ' || line.front() == '\t') {
      if (!blocks.back().empty() && blocks.back().back().second.size() < kDiagnostic) {
        blocks.back().back().second.append(" ").append(base::trim(line));
      }
    } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
      blocks.back().emplace_back(base::ascii_lower(base::trim(line.substr(0, colon))),
                                 std::string(base::trim(line.substr(colon + 1))));
    }
  }
  return blocks;
}

std::string_view find(const Block& block, std::string_view name) {
  const auto found = std::ranges::find(block, name, &Block::value_type::first);
  return found == block.end() ? std::string_view() : std::string_view(found->second);
}

// "rfc822; <User@Example.org>" as "user@example.org". Comments behind the address, and types that are no mail address, are left out.
std::string read_address(std::string_view value) {
  if (const auto semicolon = value.find(';'); semicolon != std::string_view::npos) {
    value.remove_prefix(semicolon + 1);
  }
  if (const auto open = value.find('<'); open != std::string_view::npos) {
    value = value.substr(open + 1, value.find('>', open) - open - 1);
  }
  value = base::trim(value);
  auto address = parse_addr_spec(value, true);
  if (!address) {
    address = parse_addr_spec(value.substr(0, value.find_first_of(" \t(")), true);
  }
  return address && !address->domain.empty() ? address->folded() : std::string();
}

DeliveryAction read_action(std::string_view value) {
  constexpr std::array<std::pair<std::string_view, DeliveryAction>, 6> kActions = {{
      {"failed", DeliveryAction::Failed},
      {"failure", DeliveryAction::Failed},
      {"delayed", DeliveryAction::Delayed},
      {"delivered", DeliveryAction::Delivered},
      {"relayed", DeliveryAction::Relayed},
      {"expanded", DeliveryAction::Expanded},
  }};
  for (const auto& [word, action] : kActions) {
    if (base::ascii_istarts_with(value, word)) {
      return action;
    }
  }
  return DeliveryAction::Unknown;
}

// "5.1.1 (bad address)" as "5.1.1"; what is no status is none.
std::string read_status(std::string_view value) {
  const std::string_view status = value.substr(0, value.find_first_not_of("0123456789."));
  const auto parts = base::split(status, '.');
  const bool valid = parts.size() == 3 && (parts[0] == "2" || parts[0] == "4" || parts[0] == "5") &&
                     std::ranges::all_of(parts, [](auto part) { return !part.empty() && part.size() <= 3; });
  return valid ? std::string(status) : std::string();
}

std::string read_diagnostic(std::string_view value) {
  const auto semicolon = value.find(';');
  const std::string_view text = semicolon == std::string_view::npos ? value : value.substr(semicolon + 1);
  return base::one_line(base::to_valid_utf8(text.substr(0, kDiagnostic)));
}

Delivery read_delivery(const Block& block) {
  Delivery delivery;
  delivery.original = read_address(find(block, "original-recipient"));
  delivery.recipient = read_address(find(block, "final-recipient"));
  if (delivery.recipient.empty()) {
    delivery.recipient = delivery.original;
  }
  delivery.action = read_action(find(block, "action"));
  delivery.status = read_status(find(block, "status"));
  delivery.diagnostic = read_diagnostic(find(block, "diagnostic-code"));
  return delivery;
}

void append(DeliveryReport& report, DeliveryReport more) {
  report.envelope_id = more.envelope_id.empty() ? report.envelope_id : more.envelope_id;
  for (Delivery& delivery : more.deliveries) {
    if (report.deliveries.size() < kRecipients) {
      report.deliveries.push_back(std::move(delivery));
    }
  }
}

bool is_complete(const Delivery& delivery) {
  return !delivery.recipient.empty() && (delivery.action != DeliveryAction::Unknown || !delivery.status.empty());
}

std::vector<std::string> failed_recipients(const Facts& facts) {
  std::vector<std::string> addresses;
  for (const std::string_view value : facts.all("X-Failed-Recipients")) {
    for (const Mailbox& mailbox : parse_address_field(value, true).mailboxes) {
      if (addresses.size() < kRecipients) {
        addresses.push_back(mailbox.address.folded());
      }
    }
  }
  return addresses;
}

// The field names who failed, the report why: what names nobody, or somebody else than the field does, is about the field's addresses.
void name_recipients(DeliveryReport& report, const std::vector<std::string>& addresses) {
  const auto known = [&](const std::string& address) {
    return std::ranges::find(report.deliveries, address, &Delivery::recipient) != report.deliveries.end();
  };
  for (const std::string& address : addresses) {
    if (known(address) || report.deliveries.size() == kRecipients) {
      continue;
    }
    const auto nameless = std::ranges::find(report.deliveries, "", &Delivery::recipient);
    if (nameless != report.deliveries.end()) {
      nameless->recipient = address;
    } else {
      Delivery delivery = report.deliveries.empty() ? Delivery() : report.deliveries.front();
      delivery.recipient = address;
      delivery.original.clear();
      report.deliveries.push_back(std::move(delivery));
    }
  }
  if (!addresses.empty()) {
    std::erase_if(report.deliveries, [&](const Delivery& delivery) {
      return std::ranges::find(addresses, delivery.recipient) == addresses.end();
    });
  }
}

// To whom the returned message was written, where that was one person.
std::string returned_to(const Facts& facts) {
  for (const ReportPart& part : facts.reports) {
    if (part.type == "message/rfc822" || part.type == "text/rfc822-headers") {
      const auto to = parse_address_field(find(read_blocks(part.content).front(), "to"), true).mailboxes;
      return to.size() == 1 ? to.front().address.folded() : std::string();
    }
  }
  return {};
}

void fill_up(Delivery& delivery, const DeliveryReport& text, const Facts& facts) {
  if (delivery.recipient.empty() && !text.deliveries.empty()) {
    delivery.recipient = text.deliveries.front().recipient;
  }
  if (delivery.recipient.empty()) {
    delivery.recipient = returned_to(facts);
  }
  if (delivery.status.empty() && delivery.action == DeliveryAction::Unknown && !text.deliveries.empty()) {
    delivery.status = text.deliveries.front().status;
    delivery.action = text.deliveries.front().action;
  }
  if (delivery.action == DeliveryAction::Unknown && delivery.status.empty()) {
    delivery.action = DeliveryAction::Failed;
  }
}

}  // namespace

bool Delivery::permanent() const {
  switch (action) {
    case DeliveryAction::Delayed:
    case DeliveryAction::Delivered:
    case DeliveryAction::Relayed:
    case DeliveryAction::Expanded: return false;
    case DeliveryAction::Failed: return !status.starts_with('4') && !status.starts_with('2');
    case DeliveryAction::Unknown: return status.starts_with('5');
  }
  return false;
}

bool Delivery::failed() const {
  return action == DeliveryAction::Failed || (action == DeliveryAction::Unknown && status.starts_with('5'));
}

bool DeliveryReport::permanent() const {
  return std::ranges::any_of(deliveries, &Delivery::permanent);
}

DeliveryReport parse_delivery_status(std::string_view content) {
  DeliveryReport report;
  for (const Block& block : read_blocks(content)) {
    if (const auto id = find(block, "original-envelope-id"); !id.empty()) {
      report.envelope_id = base::one_line(base::to_valid_utf8(id));
    }
    const Delivery delivery = read_delivery(block);
    const bool says =
        !delivery.recipient.empty() || delivery.action != DeliveryAction::Unknown || !delivery.status.empty();
    if (says && report.deliveries.size() < kRecipients) {
      report.deliveries.push_back(delivery);
    }
  }
  return report;
}

// What the parts do not say, the header field of Exim and Gmail may, and else the text, and else the returned message.
DeliveryReport read_bounce(const Facts& facts) {
  DeliveryReport report;
  for (const ReportPart& part : facts.reports) {
    if (part.type == "message/delivery-status" || part.type == "message/global-delivery-status") {
      append(report, parse_delivery_status(part.content));
    }
  }
  if (!report.deliveries.empty() && std::ranges::all_of(report.deliveries, is_complete)) {
    return report;
  }
  const DeliveryReport text = parse_bounce_text(facts.text);
  if (report.deliveries.empty()) {
    report.deliveries = text.deliveries;
  }
  name_recipients(report, failed_recipients(facts));
  for (Delivery& delivery : report.deliveries) {
    fill_up(delivery, text, facts);
  }
  return report;
}

Disposition parse_disposition(std::string_view content) {
  Disposition disposition;
  for (const Block& block : read_blocks(content)) {
    for (const std::string_view name : {"final-recipient", "original-recipient"}) {
      if (disposition.recipient.empty()) {
        disposition.recipient = read_address(find(block, name));
      }
    }
    if (const auto ids = parse_msgids(find(block, "original-message-id"), 1); !ids.empty()) {
      disposition.original_message_id = ids.front();
    }
    // "automatic-action/MDN-sent-automatically; displayed/error"
    std::string_view how = find(block, "disposition");
    if (const auto semicolon = how.find(';'); semicolon != std::string_view::npos) {
      how = base::trim(how.substr(semicolon + 1));
      disposition.type = base::ascii_lower(base::trim(how.substr(0, how.find_first_of("/,; "))));
    }
  }
  return disposition;
}

FeedbackReport parse_feedback_report(std::string_view content) {
  FeedbackReport report;
  for (const Block& block : read_blocks(content)) {
    for (const auto& [name, value] : block) {
      if (name == "feedback-type") {
        report.type = base::ascii_lower(value);
      } else if (name == "original-envelope-id") {
        report.envelope_id = base::one_line(base::to_valid_utf8(value));
      } else if (name == "original-rcpt-to" && report.recipients.size() < kRecipients) {
        if (std::string address = read_address(value); !address.empty()) {
          report.recipients.push_back(std::move(address));
        }
      }
    }
  }
  return report;
}

}  // namespace ticketmilter::mail
