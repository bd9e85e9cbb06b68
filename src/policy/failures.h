// SPDX-License-Identifier: MIT
// What follows from a mail of ours that did not arrive: points against the address, or none where it is about us. Pure.
#pragma once

#include <string>

#include "mail/dsn.h"

namespace ticketmilter::policy {

struct Failure {
  std::string status;      // "5.1.1" (RFC 3463), "" = not said
  std::string text;        // one line: what was said about it
  bool permanent = false;  // it will never arrive
  bool failed = true;      // it did not arrive; false of a delay or a receipt
  bool complaint = false;  // it arrived, and was reported as unwanted
};

// Of a mail that had one recipient; what the report says of whom is set aside.
Failure failure_of(const mail::DeliveryReport& report, bool permanent);
// Of a relay's reply to it, "550 5.1.1 no such user".
Failure failure_of_reply(const std::string& reply);

struct Consequence {
  unsigned points = 0;    // for [limit] bounce_score
  bool stops = false;     // no more mail to the address for a while
  bool about_us = false;  // our mail was not wanted, the address may be good
};
Consequence consequence_of(const Failure& failure);

}  // namespace ticketmilter::policy
