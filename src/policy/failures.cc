// SPDX-License-Identifier: MIT
// Status codes say whether the address, its mailbox or our mail is at fault (RFC 3463 section 3).
#include "policy/failures.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace ticketmilter::policy {
namespace {

constexpr unsigned soft = 1;
constexpr unsigned hard = 2;

// There is nobody, or nobody any more.
constexpr std::array<std::string_view, 5> gone = {"5.1.1", "5.1.2", "5.1.6", "5.1.10", "5.2.1"};
// System, content and policy: what was sent or who sent it.
constexpr std::array<std::string_view, 3> about_us = {"5.3.", "5.6.", "5.7."};
constexpr std::string_view mailbox_full = "5.2.2";

// "5.1.1" at the beginning of what follows the reply code.
std::string enhanced_code(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(' '));
  const auto parts = base::split(word, '.');
  const bool numbers = std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part.size() <= 3 && part.find_first_not_of("0123456789") == part.npos;
  });
  return parts.size() == 3 && numbers ? std::string(word) : "";
}

}  // namespace

Failure failure_of(const mail::DeliveryReport& report, bool permanent) {
  Failure failure;
  failure.permanent = permanent;
  failure.failed = permanent;
  if (!report.deliveries.empty()) {
    const auto& delivery = report.deliveries.front();
    failure.status = delivery.status;
    failure.text = delivery.diagnostic.empty() ? delivery.status : delivery.diagnostic;
    failure.failed = permanent || delivery.failed();
  }
  return failure;
}

Failure failure_of_reply(const std::string& reply) {
  Failure failure;
  failure.text = reply;
  failure.permanent = reply.starts_with('5');
  failure.status = reply.size() > 4 ? enhanced_code(std::string_view(reply).substr(4)) : "";
  return failure;
}

Consequence consequence_of(const Failure& failure) {
  const std::string& status = failure.status;
  Consequence consequence;
  if (failure.complaint) {
    consequence.stops = true;
  } else if (!failure.failed) {
    return consequence;
  } else if (std::ranges::find(gone, status) != gone.end()) {
    consequence = {hard, true, false};
  } else if (std::ranges::any_of(about_us, [&](std::string_view prefix) { return status.starts_with(prefix); })) {
    consequence.about_us = true;
  } else {
    consequence.points = failure.permanent && status != mailbox_full ? hard : soft;
  }
  return consequence;
}

}  // namespace ticketmilter::policy
