// SPDX-License-Identifier: MIT
// A report is about the notice that its address or the mail it gives back names; whom the report itself names is shown, and decides nothing.
#include "policy/plan_notices.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::policy {
namespace {

using tickets::Filing;
using tickets::Notice;
using tickets::View;

bool takes(const Target& target, Action action) {
  return std::find(target.actions.begin(), target.actions.end(), action) != target.actions.end();
}

// A filter's word goes before the queue's.
bool may_acknowledge(const Case& c, const Target& target, const config::Queue& queue) {
  const auto mail_class = c.classification.mail_class;
  if (c.classification.no_ack || (mail_class != MailClass::Human && mail_class != MailClass::Machine)) {
    return false;
  }
  const std::string& word = target.filter.set_acknowledge;
  return word.empty() ? queue.acknowledge != config::Acknowledge::Never : word != "never";
}

bool always_acknowledges(const Target& target, const config::Queue& queue) {
  const std::string& word = target.filter.set_acknowledge;
  return word.empty() ? queue.acknowledge == config::Acknowledge::Always : word == "always";
}

Event event_of(const Case& c, const Target& target, const config::Queue& queue, const Filing& filing) {
  const auto redistribute = c.policy.config.automatic.redistribute;
  const bool machine = c.classification.mail_class == MailClass::Machine;
  const bool unproven_agent = c.author.agent != nullptr && !target.proven && c.policy.config.trust.agents_need_proof;
  Event event{.ticket = filing.ticket, .queue = queue, .actor = c.author.address, .now = c.now};
  event.fresh = filing.ticket.id == tickets::TicketId{};
  event.correspond = takes(target, Action::Correspond);
  event.comment = takes(target, Action::Comment);
  event.resolved = takes(target, Action::Resolve);
  event.assigned = takes(target, Action::Take);
  event.acknowledge = may_acknowledge(c, target, queue) && !target.no_ack;
  event.to_agents = !machine || redistribute != config::Redistribute::Nobody;
  event.to_others = !unproven_agent && (!machine || redistribute == config::Redistribute::Everybody);
  return event;
}

// Whether that is the list by which the mail came: what it sent need not be told to it. It names itself by where it is posted to (RFC 2369), or by
// an id that is made from its address (RFC 2919).
bool is_list_itself(const Case& c, const std::string& address) {
  if (c.classification.mail_class != MailClass::List) {
    return false;
  }
  const std::string post = base::fold_case(c.facts.first("List-Post").value_or(""));
  std::string id = "<" + address + ">";
  std::ranges::replace(id, '@', '.');
  return c.sender.who == id || post.find("<mailto:" + address + ">") != std::string::npos ||
         post.find("<mailto:" + address + "?") != std::string::npos;
}

const Notice* reported_notice(const Case& c, const Target& target, const View& view) {
  for (const auto index : target.routes) {
    const Route& route = c.routes[index];
    if (route.to == Route::To::Bounce) {
      return view.find_notice({*route.ticket, route.notice});
    }
  }
  for (const auto& id : c.returned) {
    if (const auto* notice = view.find_notice({id.ticket, id.notice})) {
      return notice;
    }
  }
  return nullptr;
}

Failure reported_failure(const Case& c) {
  if (c.classification.mail_class == MailClass::Feedback) {
    Failure complaint;
    complaint.text = "reported as unwanted";
    complaint.failed = false;
    complaint.complaint = true;
    return complaint;
  }
  return failure_of(c.report, c.classification.permanent);
}

std::string describe(const std::string& whom, const Failure& failure) {
  const char* what = failure.complaint   ? "complaint"
                     : failure.permanent ? "undeliverable"
                                         : "not delivered yet, or read";
  std::string text = fmt::format("{}: {}", what, whom.empty() ? "it is not said to whom" : whom);
  if (!failure.status.empty()) {
    text += fmt::format(" ({})", failure.status);
  }
  return failure.text.empty() || failure.text == failure.status ? text : text + ": " + base::one_line(failure.text);
}

// An undeliverable mail about an undeliverable mail would be one too many.
void plan_report(const Case& c, const Target& target, const View& view, Filing& filing, NoticeTerms& terms) {
  const Notice* notice = reported_notice(c, target, view);
  const Failure failure = reported_failure(c);
  const std::string named = c.report.deliveries.empty() ? "" : c.report.deliveries.front().recipient;
  const std::string whom = notice != nullptr ? notice->to : named;
  filing.entries.back().notes.push_back(describe(whom, failure));
  if (notice != nullptr) {
    terms.failed.push_back({*notice, failure});
  }
  const auto consequence = consequence_of(failure);
  if ((failure.permanent || failure.complaint) && (notice == nullptr || notice->template_name != "undeliverable")) {
    const bool to_site_owner = consequence.about_us || failure.complaint;
    filing.notices = notices_of_failure({filing.ticket, whom, c.now, failure.permanent, to_site_owner}, c.policy);
  }
}

}  // namespace

void plan_notices(const Case& c, const Target& target, const View& view, Filing& filing, NoticeTerms& terms) {
  if (target.kind == tickets::Kind::Bounce && target.actions.empty()) {
    plan_report(c, target, view, filing, terms);
    return;
  }
  const auto* queue = c.policy.config.find_queue(filing.ticket.queue);
  if (queue == nullptr || target.actions.empty()) {
    return;  // an automatic reply, recorded on its ticket
  }
  const Event event = event_of(c, target, *queue, filing);
  if (event.fresh && target.no_ack && may_acknowledge(c, target, *queue)) {
    filing.entries.back().notes.push_back("not acknowledged: the same text again and again");
  }
  filing.notices = notices_for(event, c.policy);
  std::erase_if(filing.notices, [&](const Notice& notice) { return is_list_itself(c, notice.to); });
  terms.verified = terms.verified || always_acknowledges(target, *queue);
}

}  // namespace ticketmilter::policy
