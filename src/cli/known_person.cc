// SPDX-License-Identifier: MIT
// Tallies are asked for as those who count ask for them, so one of a limit that is configured otherwise by now says nothing here either.
#include "cli/known_person.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/table.h"
#include "config/values.h"
#include "policy/limits.h"

namespace ticketmilter::cli {
namespace {

using policy::Counted;
using tickets::Tally;

constexpr Counted about_people[] = {Counted::Bounces, Counted::Stopped, Counted::Acknowledgements, Counted::Notices};

std::string or_empty(const std::optional<base::Time>& time) {
  return time ? base::local_minute(*time) : "";
}

Json or_null(const std::optional<base::Time>& time) {
  return time ? Json(base::rfc3339(*time)) : Json(nullptr);
}

std::string field(const char* label, const std::string& value) {
  return value.empty() ? "" : fmt::format("{:<11}{}\n", label, safe_line(value));
}

std::string counted_text(const config::Limit& limit, Counted counted, std::uint64_t n) {
  const auto window = policy::tally_of(limit, counted, "").window;
  return n == 0 ? "" : fmt::format("{} in {}", n, config::show_duration(window));
}

}  // namespace

tickets::Question ask_about(const std::string& address, const config::Limit& limit) {
  tickets::Question question;
  question.people = {address};
  for (const Counted counted : about_people) {
    question.tallies.push_back(policy::tally_of(limit, counted, address));
  }
  return question;
}

base::Time time_below(const Tally& tally, std::uint64_t n, base::Time now) {
  std::uint64_t left = tally.used(now);
  base::Time when = now;
  for (auto charge = tally.charges.begin(); left >= n && charge != tally.charges.end(); ++charge) {
    const base::Time passes = base::Time(std::chrono::seconds(charge->time)) + tally.id.window;
    if (passes > now) {
      left -= std::min<std::uint64_t>(left, charge->count);
      when = std::max(when, passes);
    }
  }
  return when;
}

bool stops_mail(const Tally& tally, const config::Limit& limit, base::Time now) {
  const Counted counted = tally.id.counted;
  return (counted == Counted::Bounces || counted == Counted::Stopped) &&
         tally.id == policy::tally_of(limit, counted, tally.id.who) &&
         tally.used(now) >= policy::most_of(policy::rates_of(limit, counted));
}

KnownPerson find_known(const std::string& address, const config::Limit& limit, const tickets::View& view,
                       base::Time now) {
  const auto tally = [&](Counted counted) { return view.tally(policy::tally_of(limit, counted, address)); };
  const Tally bounces = tally(Counted::Bounces);
  const Tally stopped = tally(Counted::Stopped);
  KnownPerson known;
  known.address = address;
  if (const auto* person = view.find_person(address)) {
    known.person = *person;
  }
  known.acknowledgements = tally(Counted::Acknowledgements).used(now);
  known.notices = tally(Counted::Notices).used(now);
  known.bounce_score = bounces.used(now);
  if (known.bounce_score > 0) {
    known.bounce_fades = time_below(bounces, 1, now);
  }
  if (stops_mail(bounces, limit, now)) {
    known.stopped = fmt::format("{} ({})", policy::key_of(Counted::Bounces), policy::to_string(limit.bounce_score));
    known.stopped_until = time_below(bounces, std::max<std::uint64_t>(limit.bounce_score.count, 1), now);
  }
  if (stops_mail(stopped, limit, now)) {
    known.stopped = policy::why_stopped(stopped, now);
    known.stopped_until = std::max(known.stopped_until.value_or(now), time_below(stopped, 1, now));
  }
  return known;
}

tickets::Intent enable(const std::string& address, const config::Limit& limit, base::Time now) {
  tickets::Intent intent;
  intent.now = now;
  for (const Counted counted : {Counted::Bounces, Counted::Stopped}) {
    intent.tallies.push_back({policy::tally_of(limit, counted, address), {}});
  }
  return intent;
}

tickets::Intent disable(const std::string& address, const config::Limit& limit, base::Time now) {
  Tally stopped{policy::tally_of(limit, Counted::Stopped, address), {}};
  stopped.charge(now, 1, policy::by_hand, policy::most_of(policy::rates_of(limit, Counted::Stopped)));
  tickets::Intent intent;
  intent.now = now;
  intent.tallies = {std::move(stopped)};
  return intent;
}

Json to_json(const KnownPerson& known, const config::Limit& limit) {
  return {
      {"address", known.address},
      {"name", known.person ? known.person->name : ""},
      {"first_seen", known.person ? Json(base::rfc3339(known.person->first_seen)) : Json(nullptr)},
      {"bounce_score", known.bounce_score},
      {"bounce_limit", limit.bounce_score.count},
      {"bounce_fades", or_null(known.bounce_fades)},
      {"stopped", !known.stopped.empty()},
      {"stopped_until", or_null(known.stopped_until)},
      {"reason", known.stopped},
      {"acknowledgements", known.acknowledgements},
      {"notices", known.notices},
  };
}

std::string format_person(const KnownPerson& known, const config::Limit& limit, const Terminal& terminal) {
  std::string out = styled(safe_line(known.address), Style::Bold, terminal) + "\n";
  if (known.person) {
    out += field("Name", known.person->name) + field("First seen", base::local_minute(known.person->first_seen));
  }
  if (known.bounce_score > 0) {
    out += field("Bounces", fmt::format("{} of {}, all faded {}", known.bounce_score, limit.bounce_score.count,
                                        or_empty(known.bounce_fades)));
  }
  if (!known.stopped.empty()) {
    out += field("Stopped", fmt::format("until {}: {}", or_empty(known.stopped_until), known.stopped));
  }
  return out + field("Answered", counted_text(limit, Counted::Acknowledgements, known.acknowledgements)) +
         field("Notices", counted_text(limit, Counted::Notices, known.notices));
}

std::string format_people(const std::vector<KnownPerson>& people, const Terminal& terminal) {
  std::vector<TableRow> rows;
  rows.reserve(people.size());
  for (const KnownPerson& known : people) {
    const bool stopped = !known.stopped.empty();
    rows.push_back({{known.address, stopped ? Style::Red : Style::Plain},
                    known.person ? known.person->name : "",
                    {known.person ? base::local_minute(known.person->first_seen) : "", Style::Dim},
                    known.bounce_score == 0 ? "" : std::to_string(known.bounce_score),
                    or_empty(known.stopped_until)});
  }
  return format_table({{"ADDRESS", 8}, {"NAME", 6}, {"FIRST SEEN"}, {"BOUNCES", 0, true}, {"STOPPED UNTIL"}},
                      std::move(rows), terminal);
}

}  // namespace ticketmilter::cli
