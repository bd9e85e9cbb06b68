// SPDX-License-Identifier: MIT
// policy/failures: what a status says of the address.
#include "policy/failures.h"

#include <doctest/doctest.h>

using namespace ticketmilter;
using policy::Failure;

TEST_CASE("what follows from a report") {
  const struct {
    const char* what;
    Failure failure;
    unsigned points;
    bool stops, about_us;
  } rows[] = {
      {"nobody there", {"5.1.1", "", true}, 2, true, false},
      {"no such domain", {"5.1.2", "", true}, 2, true, false},
      {"moved", {"5.1.6", "", true}, 2, true, false},
      {"null mx", {"5.1.10", "", true}, 2, true, false},
      {"disabled", {"5.2.1", "", true}, 2, true, false},
      {"some other address trouble", {"5.1.0", "", true}, 2, false, false},
      {"mailbox full", {"5.2.2", "", true}, 1, false, false},
      {"given up", {"4.4.1", "", false}, 1, false, false},
      {"without a status", {"", "", true}, 2, false, false},
      {"policy", {"5.7.1", "", true}, 0, false, true},
      {"content", {"5.6.0", "", true}, 0, false, true},
      {"their system", {"5.3.4", "", true}, 0, false, true},
      {"a delay or a receipt", {"4.4.1", "", false, false}, 0, false, false},
      {"a complaint", {"", "", false, false, true}, 0, true, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const auto consequence = policy::consequence_of(row.failure);
    CHECK(consequence.points == row.points);
    CHECK(consequence.stops == row.stops);
    CHECK(consequence.about_us == row.about_us);
  }
}

TEST_CASE("a relay's reply is a report, too") {
  const auto gone = policy::failure_of_reply("550 5.1.1 <x@y.example>: no such user");
  CHECK(gone.permanent);
  CHECK(gone.failed);
  CHECK(gone.status == "5.1.1");
  CHECK(policy::failure_of_reply("550 no such user").status == "");
  CHECK(policy::failure_of_reply("554 5.7.1000 x").status == "");
  CHECK(policy::failure_of_reply("554 5..1 x").status == "");
  CHECK(policy::failure_of_reply("550").status == "");
  CHECK_FALSE(policy::failure_of_reply("connect to relay: refused").permanent);
  CHECK(policy::failure_of_reply("connect to relay: refused").failed);
}

TEST_CASE("of a report the first recipient counts, as our mails have one") {
  mail::DeliveryReport report;
  CHECK(policy::failure_of(report, true).permanent);
  CHECK(policy::failure_of(report, true).failed);
  CHECK_FALSE(policy::failure_of(report, false).failed);
  report.deliveries.resize(2);
  report.deliveries[0].action = mail::DeliveryAction::Failed;
  report.deliveries[0].status = "4.4.7";
  report.deliveries[0].diagnostic = "smtp; 421 later";
  report.deliveries[1].status = "5.1.1";
  const auto given_up = policy::failure_of(report, false);
  CHECK(given_up.failed);
  CHECK_FALSE(given_up.permanent);
  CHECK(given_up.status == "4.4.7");
  CHECK(given_up.text == "smtp; 421 later");
}
