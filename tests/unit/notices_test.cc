// SPDX-License-Identifier: MIT
// policy/notices: who hears of what, from the event alone.
#include "policy/notices.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "sample_config.h"

using namespace ticketmilter;

namespace {

// A ticket of three people, with one in cc and an owner, in a queue with an admin_cc of its own.
struct Scene {
  config::Config config = test::sample_config();
  tickets::Ticket ticket;
  policy::Event event{
      .ticket = ticket, .queue = config.queues[0], .actor = "", .now = base::Time(std::chrono::seconds(1000))};

  Scene() {
    ticket.id = tickets::TicketId{12};
    ticket.queue = "help";
    ticket.owner = "o@staff.example";
    ticket.requestors = {"r@remote.example", "s@remote.example", "t@remote.example"};
    ticket.cc = {"c@partner.example"};
    ticket.admin_cc = {"x@staff.example"};
    config.queues[0].admin_cc = {"a@staff.example"};
    event.actor = "r@remote.example";
  }
  Scene(const Scene&) = delete;

  static std::string show(const std::vector<tickets::Notice>& notices) {
    std::vector<std::string> lines;
    for (const auto& notice : notices) {
      lines.push_back(notice.template_name + " " + notice.to);
    }
    std::sort(lines.begin(), lines.end());
    return base::join(lines, ", ");
  }
  std::string heard() const { return show(policy::notices_for(event, *test::sample_policy(config))); }
  std::string undelivered(const std::string& failed, bool to_agents, bool to_site_owner) const {
    return show(policy::notices_of_failure({ticket, failed, event.now, to_agents, to_site_owner},
                                           *test::sample_policy(config)));
  }
};

}  // namespace

TEST_CASE("who hears of an event") {
  Scene s;
  SUBCASE("create: the requestors also when they are the actor") {
    s.event.fresh = s.event.correspond = s.event.acknowledge = true;
    CHECK(s.heard() ==
          "acknowledge r@remote.example, acknowledge s@remote.example, acknowledge t@remote.example, "
          "correspond c@partner.example, created a@staff.example, created o@staff.example, "
          "created x@staff.example");
  }
  SUBCASE("correspond") {
    s.event.correspond = true;
    CHECK(s.heard() ==
          "correspond c@partner.example, correspond s@remote.example, correspond t@remote.example, "
          "correspond-agent a@staff.example, correspond-agent o@staff.example, "
          "correspond-agent x@staff.example");
  }
  SUBCASE("A14 comment: never a requestor or cc") {
    s.event.comment = true;
    s.event.actor = "a@staff.example";
    CHECK(s.heard() == "comment o@staff.example, comment x@staff.example");
  }
  SUBCASE("take: the new owner, but not who took it") {
    s.event.assigned = true;
    CHECK(s.heard() == "assigned o@staff.example");
    s.event.actor = "o@staff.example";
    CHECK(s.heard() == "");
  }
  SUBCASE("resolve") {
    s.event.resolved = true;
    s.event.actor = "o@staff.example";
    CHECK(s.heard() == "resolved r@remote.example, resolved s@remote.example, resolved t@remote.example");
  }
  SUBCASE("correspond and resolve at once: one mail to each, with the words") {
    s.event.correspond = s.event.resolved = true;
    s.event.actor = "o@staff.example";
    CHECK(s.heard() ==
          "correspond c@partner.example, correspond r@remote.example, correspond s@remote.example, "
          "correspond t@remote.example, correspond-agent a@staff.example, "
          "correspond-agent x@staff.example");
  }
}

TEST_CASE("nobody hears of an event twice, or who is not to") {
  Scene s;
  s.event.correspond = true;
  SUBCASE("of two roles the higher one counts") {
    s.ticket.requestors = {"x@staff.example", "c@partner.example"};
    CHECK(s.heard() ==
          "correspond c@partner.example, correspond-agent a@staff.example, "
          "correspond-agent o@staff.example, correspond-agent x@staff.example");
  }
  SUBCASE("A49 the actor with notify_actor") {
    s.config.notify.notify_actor = true;
    CHECK(s.heard().find("correspond r@remote.example") != std::string::npos);
  }
  SUBCASE("A50 A51 of three requestors two are squelched") {
    s.event.actor = "";
    s.ticket.squelched = {"r@remote.example", "s@remote.example"};
    s.ticket.cc = {};
    s.event.to_agents = false;
    CHECK(s.heard() == "correspond t@remote.example");
  }
  SUBCASE("A53 squelched from the beginning") {
    s.event.fresh = s.event.acknowledge = true;
    s.event.to_agents = false;
    s.ticket.cc = {};
    s.ticket.squelched = s.ticket.requestors;
    CHECK(s.heard() == "");
  }
  SUBCASE("A52 our own addresses, aliases and extensions") {
    s.ticket.requestors = {"help@tickets.example", "help+12@tickets.example", "help-comment@tickets.example"};
    s.ticket.cc = {"sales+take@tickets.example"};
    s.ticket.owner = "sales@tickets.example";
    s.ticket.admin_cc = {};
    CHECK(s.heard() == "correspond-agent a@staff.example");
  }
  SUBCASE("what is not for people, or for nobody") {
    s.event.to_others = false;
    CHECK(s.heard() ==
          "correspond-agent a@staff.example, correspond-agent o@staff.example, "
          "correspond-agent x@staff.example");
    s.event.to_agents = false;
    CHECK(s.heard() == "");
  }
}

TEST_CASE("a queue's agents hear of a new ticket where nobody else does") {
  Scene s;
  s.event.fresh = s.event.correspond = true;
  s.ticket.owner = "";
  s.ticket.admin_cc = s.ticket.cc = s.config.queues[0].admin_cc = {};
  s.config.agents[0].queues = {"*"};
  CHECK(s.heard() == "created a@staff.example");
  s.config.agents[0].queues = {"sales"};
  CHECK(s.heard() == "");
  s.config.agents[0].queues = {"help"};
  s.ticket.admin_cc = {"x@staff.example"};
  CHECK(s.heard() == "created x@staff.example");
  s.config.queues[0].notify_agents_on_create = config::NotifyOnCreate::Always;
  CHECK(s.heard() == "created a@staff.example, created x@staff.example");
  s.ticket.admin_cc = {};
  s.config.queues[0].notify_agents_on_create = config::NotifyOnCreate::Never;
  CHECK(s.heard() == "");
}

TEST_CASE("N29 what did not arrive is told to the agents' side, never to the address itself") {
  Scene s;
  CHECK(s.undelivered("r@remote.example", true, true) ==
        "undeliverable a@staff.example, undeliverable o@staff.example, undeliverable x@staff.example");
  s.config.site.owner = "p@staff.example";
  CHECK(s.undelivered("r@remote.example", false, true) == "undeliverable p@staff.example");
  for (const bool notify_actor : {false, true}) {
    s.config.notify.notify_actor = notify_actor;
    CHECK(s.undelivered("x@staff.example", true, false) ==
          "undeliverable a@staff.example, undeliverable o@staff.example");
  }
  CHECK(s.undelivered("p@staff.example", false, true) == "");
}
