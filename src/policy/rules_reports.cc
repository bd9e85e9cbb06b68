// SPDX-License-Identifier: MIT
// Our own mail that comes back, and what mail systems report about deliveries.
#include "policy/classify_rules.h"

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::policy::rules {
namespace {

// What mail systems call themselves, with the punctuation ignored that everybody places differently.
bool names_daemon(std::string_view name) {
  constexpr std::string_view kDaemons[] = {"mailerdaemon",          "maildaemon", "postmaster", "mdaemon",
                                           "maildeliverysubsystem", "mailsystem"};
  std::string letters;
  for (const char c : name.substr(0, 100)) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
      letters.push_back(c);
    }
  }
  return one_of(base::ascii_lower(letters), kDaemons);
}

// From names a mail system: by the local-part of an address or, where there is no address, by its words: "MAILER-DAEMON <>", "mailer-daemon".
// A display name beside an address says nothing.
bool from_daemon(const Evidence& e) {
  if (!e.facts.from.empty()) {
    return std::ranges::any_of(e.facts.from, [](const auto& from) { return names_daemon(from.address.local); });
  }
  return e.any(Mark::From, [](std::string_view value) {
    const auto comment = value.find('(');
    const auto open = value.find('<');
    const auto close = value.find('>', std::min(open, value.size()));
    const bool bracket = open != std::string_view::npos && close != std::string_view::npos;
    return names_daemon(value.substr(0, std::min(comment, open))) ||
           (bracket && names_daemon(value.substr(open + 1, close - open - 1)));
  });
}

constexpr std::string_view kDeliveryStatus[] = {"message/delivery-status", "message/global-delivery-status"};
constexpr std::string_view kReturnedMail[] = {"message/rfc822", "text/rfc822-headers", "message/global",
                                              "message/global-headers"};
constexpr std::string_view kFeedbackReport[] = {"message/feedback-report"};
constexpr std::string_view kReport[] = {"message/delivery-status",
                                        "message/global-delivery-status",
                                        "message/feedback-report",
                                        "message/disposition-notification",
                                        "message/global-disposition-notification",
                                        "text/rfc822-headers",
                                        "message/global-headers"};

bool is_report(const Evidence& e, std::string_view type) {
  return e.facts.content_type == "multipart/report" && e.facts.report_type == type;
}

// Amazon's notification service tells of bounces and complaints in JSON under a subject that says nothing.
bool sns_tells(const Evidence& e, std::string_view event) {
  if (!e.has(Mark::SnsMessage)) {
    return false;
  }
  constexpr std::string_view kKey = "notificationType";
  const std::string_view text = e.facts.text;
  const auto key = text.find(kKey);
  if (key == std::string_view::npos) {
    return false;
  }
  const auto value = text.find_first_not_of("\\\": ", key + kKey.size());
  return value != std::string_view::npos && text.substr(value).starts_with(event);
}

// The abuse reports of providers that have a form of their own.
struct FeedbackForm {
  std::string_view sender;   // a From address
  std::string_view subject;  // how it begins
};
constexpr FeedbackForm kFeedbackForms[] = {{"staff@hotmail.com", "complaint about message from"}};

bool is_feedback_form(const Evidence& e) {
  return std::ranges::any_of(kFeedbackForms, [&](const FeedbackForm& form) {
    return base::ascii_istarts_with(e.facts.subject, form.subject) && e.has_report(kReturnedMail) &&
           std::ranges::any_of(e.facts.from, [&](const auto& from) { return from.address.folded() == form.sender; });
  });
}

}  // namespace

bool our_loop_mark(const Evidence& e) {
  return e.any(Mark::TicketLoop, [&](std::string_view value) {
    return e.context.tokens.check_loop_mark(value) == Tokens::LoopMark::Ours;
  });
}

bool forged_loop_mark(const Evidence& e) {
  return e.any(Mark::TicketLoop, [&](std::string_view value) {
    return e.context.tokens.check_loop_mark(value) == Tokens::LoopMark::Forged;
  });
}

bool our_message_id(const Evidence& e) {
  return e.any(Mark::MessageId, [&](std::string_view value) {
    value = base::trim(value);
    if (value.starts_with('<') && value.ends_with('>')) {
      value = value.substr(1, value.size() - 2);
    }
    return e.issued_by_us(std::string(value));
  }) && !e.has_report(kDeliveryStatus);
}

bool loop_names_us(const Evidence& e) {
  return e.any(Mark::Loop, [&](std::string_view value) {
    const auto list = mail::parse_address_field(value, true);
    return std::ranges::any_of(list.mailboxes, [&](const auto& box) { return e.is_ours(box.address); }) ||
           e.context.tokens.check_loop_mark(value) == Tokens::LoopMark::Ours;
  });
}

bool too_many_hops(const Evidence& e) {
  return e.hops() > e.context.config.automatic.max_hops;
}

// A mail system that calls itself by an address that we take in for want of another is reporting, not looping.
bool from_ourselves(const Evidence& e) {
  if (e.context.trusted_submitter || (e.null_sender && from_daemon(e))) {
    return false;
  }
  return (e.sender && e.is_ours(*e.sender)) ||
         std::ranges::any_of(e.facts.from, [&](const auto& from) { return e.is_ours(from.address); });
}

bool delivery_report(const Evidence& e) {
  return is_report(e, "delivery-status");
}

bool disposition_report(const Evidence& e) {
  return is_report(e, "disposition-notification");
}

bool feedback_report(const Evidence& e) {
  return is_report(e, "feedback-report");
}

bool bare_feedback_report(const Evidence& e) {
  return e.has_report(kFeedbackReport) || e.has(Mark::FeedbackForm) || is_feedback_form(e) || sns_tells(e, "Complaint");
}

bool bare_delivery_status(const Evidence& e) {
  return (e.has_report(kDeliveryStatus) && (e.null_sender || from_daemon(e))) || sns_tells(e, "Bounce") ||
         sns_tells(e, "Delivery");
}

bool failed_recipients(const Evidence& e) {
  return e.any(Mark::FailedRecipients,
               [](std::string_view value) { return !mail::parse_address_field(value, true).mailboxes.empty(); });
}

bool to_bounce_address(const Evidence& e) {
  if (!e.null_sender && !e.has_report(kReport)) {
    return false;
  }
  return std::ranges::any_of(e.context.routes, [&](const Route& route) {
    return route.to == Route::To::Bounce && route.ticket &&
           e.context.tokens.verify_bounce(*route.ticket, route.notice, route.mac);
  });
}

bool null_from_daemon(const Evidence& e) {
  return e.null_sender && from_daemon(e);
}

bool daemon_with_returned_mail(const Evidence& e) {
  return from_daemon(e) && (e.has_report(kReturnedMail) || e.subject().is_bounce());
}

bool null_with_bounce_subject(const Evidence& e) {
  return e.null_sender && e.subject().is_bounce();
}

bool mdaemon_report(const Evidence& e) {
  return e.has(Mark::MdDaemon) && std::ranges::any_of(e.facts.from, [](const auto& from) {
           return base::ascii_iequals(from.address.local, "mdaemon");
         });
}

}  // namespace ticketmilter::policy::rules
