// SPDX-License-Identifier: MIT
// What is known of an address, and until when it holds.
#include "cli/known_person.h"

#include <doctest/doctest.h>

#include "policy/limits.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;
using namespace std::chrono_literals;
using policy::Counted;

namespace {

constexpr base::Time now{std::chrono::seconds(1'795'409'616)};
constexpr std::chrono::hours day{24};
const config::Limit limit;
const std::string who = "r@remote.example";

tickets::Tally tally(Counted counted) {
  return {policy::tally_of(limit, counted, who), {}};
}

KnownPerson known(const std::vector<tickets::Tally>& tallies, base::Time when = now) {
  tickets::View view;
  view.tallies = tallies;
  return find_known(who, limit, view, when);
}

}  // namespace

TEST_CASE("nothing is known of who neither wrote nor is counted") {
  CHECK_FALSE(known({}).anything());
  tickets::View view;
  view.people = {{who, "Rita", now}};
  CHECK(find_known(who, limit, view, now).anything());
  CHECK(ask_about(who, limit).people == std::vector{who});
  CHECK(ask_about(who, limit).tallies.size() == 4);
}

TEST_CASE("a score fades charge by charge") {
  auto bounces = tally(Counted::Bounces);
  bounces.charge(now - 20 * day, 2, 0, 4);
  bounces.charge(now - 5 * day, 1, 0, 4);
  CHECK(time_below(bounces, 4, now) == now);
  CHECK(time_below(bounces, 3, now) == now + 10 * day);
  CHECK(time_below(bounces, 1, now) == now + 25 * day);
  const auto some = known({bounces});
  CHECK(some.bounce_score == 3);
  CHECK(some.bounce_fades == now + 25 * day);
  CHECK(some.stopped.empty());
  bounces.charge(now, 2, 0, 4);
  const auto all = known({bounces});
  CHECK(all.stopped == "bounce_score (4 in 30d)");
  CHECK(all.stopped_until == now + 10 * day);
  CHECK_FALSE(known({bounces}, now + 30 * day).anything());
}

TEST_CASE("who is stopped by hand is so for a while, and enabled at once") {
  const auto stop = disable(who, limit, now);
  CHECK_FALSE(stop.empty());
  CHECK(stops_mail(stop.tallies.at(0), limit, now));
  const auto stopped = known(stop.tallies);
  CHECK(stopped.stopped == "the address is stopped, somebody at the desk wants it so");
  CHECK(stopped.stopped_until == now + 60 * day);
  CHECK(known(stop.tallies, now + 60 * day).stopped.empty());
  CHECK_FALSE(known(enable(who, limit, now).tallies).anything());
}

TEST_CASE("a tally of a limit that is configured otherwise by now stops nobody") {
  auto bounces = tally(Counted::Bounces);
  bounces.charge(now, 4, 0, 4);
  CHECK(stops_mail(bounces, limit, now));
  bounces.id.window = 1h;
  CHECK_FALSE(stops_mail(bounces, limit, now));
  CHECK_FALSE(stops_mail(tally(Counted::Notices), limit, now));
}

TEST_CASE("a person as text and as JSON") {
  KnownPerson person;
  person.address = who;
  person.person = {who, "Ri\x1b[2Jta", now};
  person.bounce_score = 2;
  person.bounce_fades = now + day;
  person.acknowledgements = 3;
  const std::string text = format_person(person, limit, {});
  CHECK(text.find("Name       Ri [2Jta\n") != std::string::npos);
  CHECK(text.find("Bounces    2 of 4, all faded 2026-11-24") != std::string::npos);
  CHECK(text.find("Answered   3 in 1d\n") != std::string::npos);
  CHECK(text.find("Stopped") == std::string::npos);
  CHECK(format_people({person}, {}).find('\x1b') == std::string::npos);
  person.person->name = "Rita";
  CHECK(json_line(to_json(person, limit)) ==
        R"({"address":"r@remote.example","name":"Rita","first_seen":"2026-11-23T04:53:36Z","bounce_score":2,)"
        R"("bounce_limit":4,"bounce_fades":"2026-11-24T04:53:36Z","stopped":false,"stopped_until":null,"reason":"",)"
        R"("acknowledgements":3,"notices":0})"
        "\n");
}
