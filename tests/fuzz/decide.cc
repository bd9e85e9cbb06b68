// SPDX-License-Identifier: MIT
// The whole path without a store: addresses, marks that only we can make, class, filters, rights and what would be filed. The input's first lines are envelope sender,
// recipients (with blanks between), login, client; the rest is the message. What must hold is what makes the gate safe.
#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "config/load.h"
#include "fuzz.h"
#include "mail/parse.h"
#include "policy/decide.h"
#include "policy/plan.h"

using namespace ticketmilter;
using fuzz::demand;
using tickets::TicketId;

namespace {

// One queue for each way to read an extension.
constexpr const char* configuration = R"(
[site]
name = "example.com"
domain = "tickets.example"
secret_file = "/x"
[milter]
socket = "unix:/x"
[trust]
authserv_ids = ["mx.example.com"]
networks = ["192.0.2.0/24"]
relays = ["192.0.2.25"]
[[queue]]
name = "help"
addresses = ["help@tickets.example"]
comment_addresses = ["help-comment@tickets.example"]
[[queue]]
name = "sales"
addresses = ["sales@tickets.example"]
[[agent]]
name = "Ann"
addresses = ["a@staff.example"]
logins = ["ann"]
[[filter.rule]]
id = "words"
action = "reject"
[[filter.rule.any]]
field = "subject"
match = "regex"
values = ["(?i)w[i1]n+er|lott?ery"]
[[filter.rule]]
id = "move"
action = "set"
[[filter.rule.all]]
field = "author.address"
match = "contains"
values = [".invalid"]
[filter.rule.set]
queue = "sales"
)";

const policy::Policy& policy_of_all() {
  static const auto* const policy = [] {
    config::Loaded loaded = config::load_text(configuration, "configuration");
    for (const auto& complaint : loaded.complaints) {
      std::fprintf(stderr, "%s\n", config::to_string(complaint).c_str());
    }
    demand(loaded.config.has_value());
    return new policy::Policy(std::move(*loaded.config), {"0123456789abcdef0123456789abcdef", {}});
  }();
  return *policy;
}

const tickets::View& view_of_all() {
  static const auto* const view = [] {
    auto* made = new tickets::View;
    for (std::uint64_t id = 1; id <= 3; ++id) {
      tickets::Ticket ticket;
      ticket.id = TicketId{id};
      ticket.queue = id == 2 ? "sales" : "help";
      ticket.subject = "printer";
      ticket.requestors = {"r@remote.example"};
      ticket.admin_cc = {"a@staff.example"};
      ticket.entries = 1;
      ticket.merged_into = TicketId{id == 3 ? 1U : 0U};
      made->tickets[ticket.id] = ticket;
    }
    return made;
  }();
  return *view;
}

mail::Envelope take_envelope(std::string_view& input) {
  mail::Envelope envelope;
  envelope.sender = fuzz::take_line(input);
  std::string_view recipients;
  const std::string line = fuzz::take_line(input);
  recipients = line;
  while (!recipients.empty() && envelope.recipients.size() < 20) {
    const auto end = std::min(recipients.find(' '), recipients.size());
    envelope.recipients.emplace_back(recipients.substr(0, end));
    recipients.remove_prefix(std::min(end + 1, recipients.size()));
  }
  envelope.login = fuzz::take_line(input);
  envelope.client = fuzz::take_line(input);
  envelope.door = "milter";
  return envelope;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = fuzz::bytes_of(data, size);
  const policy::Policy& policy = policy_of_all();
  const tickets::View& view = view_of_all();
  mail::Envelope envelope = take_envelope(input);
  for (const bool utf8 : {false, true}) {
    envelope.utf8 = utf8;
    const mail::Facts facts = mail::parse(input, {});
    const policy::Case c = policy::make_case(policy, facts, envelope, base::Time(std::chrono::hours(490'000)));
    for (const policy::Route& route : c.routes) {
      demand(route.ours() && (route.refusal || route.to != policy::Route::To::Queue || !route.actions.empty()));
      demand(!route.ticket || route.refusal || number(*route.ticket) > 0);
    }
    policy::ask(c);
    const policy::Decision decision = policy::decide(c, view);
    demand(c.routes.empty() == (decision.outcome == policy::Outcome::Pass));
    if (decision.refusal) {
      const policy::Reply reply = policy::finish_reply(policy, decision.refusal->reply, envelope.recipients.front());
      demand(reply.code >= 400 && reply.code <= 599 && reply.text.size() <= 900);
      demand(std::ranges::all_of(reply.text, [](char byte) { return byte >= ' ' && byte <= '~'; }));
    }
    const policy::Plan plan = policy::plan(c, decision, view);
    for (const tickets::Notice& notice : plan.notices()) {  // never to ourselves: that would be a loop
      demand(!notice.to.empty() && !policy.router.is_ours(notice.to) && !base::has_control(notice.to));
    }
    if (decision.outcome == policy::Outcome::Reject || decision.outcome == policy::Outcome::Tempfail) {
      demand(plan.intent.filings.empty() && plan.notices().empty());
    }
  }
  return 0;
}
