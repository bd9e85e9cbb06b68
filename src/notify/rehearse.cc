// SPDX-License-Identifier: MIT
// A ticket of people who try everything: line ends, braces, markup, control characters, broken UTF-8, what is too long.
#include "notify/rehearse.h"

#include "base/error.h"
#include "mail/write.h"
#include "notify/compose.h"
#include "notify/kinds.h"

namespace ticketmilter::notify {
namespace {

const std::string hostile = "{{id}} {{#files}} {{{ <b>&\"' =?utf-8?q?=0A?= \x1b[2J \xFF\r\nBcc: a@example.net\r\n\r\n" +
                            std::string(2000, 'x') + "\xC3\xA4";

tickets::Ticket sample_ticket(const Kind& kind, const config::Queue& queue) {
  tickets::Ticket ticket;
  ticket.id = tickets::TicketId{kind.name == "digest" ? 0U : 42U};
  ticket.queue = queue.name;
  ticket.subject = hostile;
  ticket.owner = "ann@example.net";
  ticket.requestors = {"joe@example.net"};
  ticket.cc = {"\"{{id}}\"@example.net", "jim@example.net"};
  return ticket;
}

tickets::Entry sample_entry() {
  tickets::Entry entry;
  entry.id = 17;
  entry.actor = "joe@example.net";
  entry.message_id = hostile;
  entry.attachments = {{hostile, hostile, "", "", UINT64_MAX, {}, 1}};
  return entry;
}

// Both with everything and with as little as there can be, since sections follow the one or the other.
void compose_all(const Kind& kind, const config::Config& config, const config::Queue& queue, const Templates& templates,
                 base::Time now) {
  const Marks marks{"42.17.3.x@example.net", "42.0.0.x@example.net", {hostile}, "joe@example.net", "x"};
  const tickets::Ticket ticket = sample_ticket(kind, queue);
  const tickets::Entry entry = sample_entry();
  mail::write(
      compose({kind, ticket, entry, "joe@example.net", hostile, hostile, hostile, {{hostile, hostile, hostile}}, marks},
              config, queue, templates, now));
  tickets::Ticket bare;
  bare.id = ticket.id;
  const tickets::Entry nothing;
  mail::write(compose({kind, bare, nothing, "joe@example.net", "", "", "", {}, {}}, config, queue, templates, now));
}

}  // namespace

std::vector<config::Complaint> rehearse(const Templates& templates, const config::Config& config, base::Time now) {
  std::vector<config::Complaint> complaints;
  for (const auto& queue : config.queues) {
    for (const auto& kind : kinds()) {
      try {
        compose_all(kind, config, queue, templates, now);
      } catch (const base::Error& e) {
        const std::string file = config.notify.templates + "/" + std::string(kind.name);
        complaints.push_back({file, 0, "", "cannot be composed for queue " + queue.name + ": " + e.what()});
      }
    }
  }
  return complaints;
}

}  // namespace ticketmilter::notify
