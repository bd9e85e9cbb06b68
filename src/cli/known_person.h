// SPDX-License-Identifier: MIT
// What is known of an address: who it is, and what is counted against it; and the change that stops mail to it or lets mail go there again. Pure.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "config/config.h"
#include "tickets/intent.h"
#include "tickets/view.h"

namespace ticketmilter::cli {

struct KnownPerson {
  std::string address;
  std::optional<tickets::Person> person;
  std::uint64_t bounce_score = 0;
  std::optional<base::Time> bounce_fades;  // when the score is 0 again
  std::string stopped;                     // why no mail goes there, "" = it does
  std::optional<base::Time> stopped_until;
  std::uint64_t acknowledgements = 0;  // within the longest window of autoreplies_per_sender
  std::uint64_t notices = 0;           // likewise, of notices_per_recipient

  bool anything() const { return person || bounce_score + acknowledgements + notices > 0 || !stopped.empty(); }
};

// What has to be asked, and what the answer means.
tickets::Question ask_about(const std::string& address, const config::Limit& limit);
KnownPerson find_known(const std::string& address, const config::Limit& limit, const tickets::View& view,
                       base::Time now);

// A tally that alone says that mail to its address is stopped.
bool stops_mail(const tickets::Tally& tally, const config::Limit& limit, base::Time now);
// When fewer than n of it will count, n > 0.
base::Time time_below(const tickets::Tally& tally, std::uint64_t n, base::Time now);

// Mail goes to the address again, whatever came back; or, by hand, none goes there for a while.
tickets::Intent enable(const std::string& address, const config::Limit& limit, base::Time now);
tickets::Intent disable(const std::string& address, const config::Limit& limit, base::Time now);

Json to_json(const KnownPerson& known, const config::Limit& limit);
std::string format_person(const KnownPerson& known, const config::Limit& limit, const Terminal& terminal);
std::string format_people(const std::vector<KnownPerson>& people, const Terminal& terminal);

}  // namespace ticketmilter::cli
