// SPDX-License-Identifier: MIT
// The parts of reports, by themselves: the first byte chooses which.
#include "base/text.h"
#include "fuzz.h"
#include "mail/dsn.h"
#include "policy/failures.h"

using namespace ticketmilter;
using fuzz::demand;

namespace {

void look_at(const mail::DeliveryReport& report) {
  demand(report.deliveries.size() <= 50);
  for (const auto& d : report.deliveries) {
    demand(d.diagnostic.find('\n') == std::string::npos && d.recipient.find('\n') == std::string::npos);
  }
  for (const bool permanent : {false, true}) {
    const policy::Failure failure = policy::failure_of(report, permanent);
    demand(failure.text.find('\n') == std::string::npos);
    policy::consequence_of(failure);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes = fuzz::bytes_of(data + 1, size - 1);
  switch (data[0] % 5) {
    case 0: look_at(mail::parse_delivery_status(bytes)); break;
    case 1: look_at(mail::parse_bounce_text(bytes)); break;
    case 2: mail::parse_disposition(bytes); break;
    case 3: demand(mail::parse_feedback_report(bytes).recipients.size() <= 50); break;
    default: policy::consequence_of(policy::failure_of_reply(base::to_valid_utf8(bytes))); break;
  }
  return 0;
}
