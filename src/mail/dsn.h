// SPDX-License-Identifier: MIT
// What reports say about a delivery: delivery status (RFC 3464, RFC 6533), disposition notices (RFC 8098), feedback reports (RFC 5965), and
// the prose in which many servers still write their bounces. All of it is hearsay: whose mail it was about is settled elsewhere. Pure; any input
// gives an answer, what cannot be read is left empty.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mail/facts.h"

namespace ticketmilter::mail {

enum class DeliveryAction : std::uint8_t { Unknown, Failed, Delayed, Delivered, Relayed, Expanded };

// What became of the mail for one recipient.
struct Delivery {
  std::string recipient;  // the failed address, case-folded: Final-Recipient, else Original-Recipient; "" = not said
  std::string original;   // Original-Recipient, case-folded, "" = not said
  DeliveryAction action = DeliveryAction::Unknown;
  std::string status;      // "5.1.1" (RFC 3463), "" = not said
  std::string diagnostic;  // one line, "" = not said

  // The mail will never arrive. A status of 4 or 2 says no even where the action is "failed": such a mail was given up, the address may be good.
  bool permanent() const;
  // The mail was not delivered, for whatever reason; a delay or a receipt is no failure.
  bool failed() const;
};

struct DeliveryReport {
  std::string envelope_id;           // Original-Envelope-Id, "" = not said
  std::vector<Delivery> deliveries;  // the first 50 recipients
  bool permanent() const;            // of any of them
};

// The content of a message/delivery-status part.
DeliveryReport parse_delivery_status(std::string_view content);
// Prose: what the text in front of the returned message names as failed, and why.
DeliveryReport parse_bounce_text(std::string_view text);
// The best of what a bounce holds: its report parts, filled up from X-Failed-Recipients and from its text.
DeliveryReport read_bounce(const Facts& facts);

// message/disposition-notification. The type is "displayed", "deleted", "dispatched", "processed"; "" where the part makes no sense.
struct Disposition {
  std::string recipient;            // case-folded Final-Recipient, else Original-Recipient
  std::string original_message_id;  // without <>
  std::string type;                 // lower case
};
Disposition parse_disposition(std::string_view content);

// message/feedback-report.
struct FeedbackReport {
  std::string type;                     // "abuse", "fraud", "not-spam", "auth-failure"; lower case
  std::vector<std::string> recipients;  // Original-Rcpt-To, case-folded, at most 50: who complained
  std::string envelope_id;              // Original-Envelope-Id
};
FeedbackReport parse_feedback_report(std::string_view content);

}  // namespace ticketmilter::mail
