// SPDX-License-Identifier: MIT
// A message made ready for a decision: all that can be found out about it before the store is asked, and the question that the store is asked.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "mail/body.h"
#include "mail/msgid.h"
#include "policy/decide.h"
#include "policy/relay.h"

namespace ticketmilter::policy {
namespace {

std::vector<Route> own_routes(const Policy& policy, const mail::Envelope& envelope) {
  std::vector<Route> routes;
  for (const auto& recipient : envelope.recipients) {
    Route route = policy.router.route(recipient, envelope.utf8);
    if (route.ours()) {
      routes.push_back(std::move(route));
    }
  }
  return routes;
}

bool trusted_submitter(const Policy& policy, const mail::Envelope& envelope) {
  return !envelope.login.empty() || config::contains(policy.config.trust.networks, envelope.client);
}

// In-Reply-To is what the mail answers; References end with the same. Newest first.
std::vector<std::string> answered(const mail::Facts& facts) {
  std::vector<std::string> ids;
  for (const auto* list : {&facts.in_reply_to, &facts.references}) {
    for (auto id = list->rbegin(); id != list->rend(); ++id) {
      if (std::find(ids.begin(), ids.end(), *id) == ids.end()) {
        ids.push_back(*id);
      }
    }
  }
  return ids;
}

void add_own(std::vector<OwnMessageId>& own, const Policy& policy, const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    if (auto ours = policy.tokens.parse_message_id(id)) {
      own.push_back(*ours);
    }
  }
}

// The Message-ID fields in what a report gives back.
std::vector<OwnMessageId> returned_ids(const Policy& policy, const mail::Facts& facts) {
  constexpr std::size_t most_lines = 500;
  std::vector<OwnMessageId> own;
  for (const auto& part : facts.reports) {
    if (part.type != "message/rfc822" && part.type != "text/rfc822-headers" && part.type != "message/global") {
      continue;
    }
    auto lines = base::split(std::string_view(part.content).substr(0, 65536), '\n');
    lines.resize(std::min(lines.size(), most_lines));
    for (auto line : lines) {
      if (base::ascii_istarts_with(line, "message-id:")) {
        add_own(own, policy, mail::parse_msgids(line.substr(11), 1));
      }
    }
  }
  return own;
}

std::optional<tickets::TicketId> named_ticket(const Policy& policy, const mail::Facts& facts,
                                              const std::vector<Route>& routes) {
  auto tag = find_tag(facts.subject, policy.tags);
  const bool in_text = std::any_of(routes.begin(), routes.end(), [&](const Route& r) {
    const auto* queue = policy.config.find_queue(r.queue);
    return queue != nullptr && queue->tag_in_body;
  });
  return tag || !in_text ? tag : find_tag(mail::unquoted(facts.text), policy.tags);
}

// A msg-id that holds the MTA's queue id was made by the MTA, anew on each try.
bool rests_on_message_id(const mail::Facts& facts, const mail::Envelope& envelope) {
  return !facts.message_id.empty() &&
         (envelope.mta_id.empty() || facts.message_id.find(envelope.mta_id) == std::string::npos);
}

base::Digest duplicate_key(const mail::Facts& facts, const mail::Envelope& envelope, const Route& route, bool by_id) {
  std::string text = fmt::format("{}\n{}\n", route.queue, route.ticket ? number(*route.ticket) : 0);
  for (Action action : route.actions) {
    text.append(name(action)) += '-';
  }
  text += route.to == Route::To::Bounce ? route.extension : "";
  if (by_id) {
    text += "\nid " + facts.message_id;
  } else {
    text += "\nmail " + envelope.sender;
    for (const auto& author : facts.from) {
      text += '\n' + author.address.folded();
    }
    text += '\n' + facts.subject;
  }
  text += '\n' + base::hex(facts.body_sha256);
  return base::digest(text);
}

// Once for all recipients: what is tried on the whole message does not depend on them.
std::vector<FilterTrial> try_filters(const Case& c) {
  std::vector<FilterTrial> trials;
  for (const Route& route : c.routes) {
    const auto& filters = c.policy.filters;
    trials.push_back(trials.empty()
                         ? FilterTrial{filters.try_terms({c.envelope, route.recipient}),
                                       filters.try_terms({c.envelope, route.recipient, &c.facts, &c.classification})}
                         : FilterTrial{filters.for_recipient(trials.front().envelope, c.envelope, route.recipient),
                                       filters.for_recipient(trials.front().message, c.envelope, route.recipient)});
  }
  return trials;
}

// A tag that stands first has been typed, or is on a bookmark. Who answers writes "Re:" before it, a list or another tracker its own tag.
bool begins_with_our_tag(const Case& c) {
  const std::string& subject = c.facts.subject;
  return subject.starts_with('[') && find_tag(subject.substr(0, subject.find(']') + 1), c.policy.tags).has_value();
}

// An answer to a mail of ours: it says so, or it has our tag and looks like an answer to somebody ("Re: [example.com #42]").
bool answers_us(const Case& c) {
  const bool answers = !c.facts.in_reply_to.empty() || !c.facts.references.empty() || !begins_with_our_tag(c);
  return !c.own_references.empty() || (c.tag && answers);
}

}  // namespace

Case make_case(const Policy& policy, const mail::Facts& facts, const mail::Envelope& arrived, base::Time now) {
  const auto& trust = policy.config.trust;
  Case c{.policy = policy, .facts = facts, .envelope = before_relays(trust, facts, arrived), .now = now};
  const auto& envelope = c.envelope;
  c.relayed = arrived.answered_for || is_relay(trust, arrived.client);
  c.routes = own_routes(policy, envelope);
  c.others = c.routes.size() < envelope.recipients.size();
  c.classification = classify(
      facts, envelope, {policy.config, policy.tokens, policy.router, c.routes, trusted_submitter(policy, envelope)});
  const bool person = c.classification.mail_class == MailClass::Human || c.classification.mail_class == MailClass::List;
  c.author = find_author(facts, envelope, policy.config, !person);
  c.tag = named_ticket(policy, facts, c.routes);
  add_own(c.own_references, policy, answered(facts));
  c.sender = find_sender(facts, envelope, c.author, c.classification.mail_class, answers_us(c), policy.config);
  c.returned = returned_ids(policy, facts);
  if (c.classification.mail_class == MailClass::Bounce) {
    c.report = mail::read_bounce(facts);
    add_own(c.returned, policy, {c.report.envelope_id});  // we set it to the msg-id
  }
  c.refused_parts = refused_parts(policy.config.attachment, facts);
  const bool by_id = rests_on_message_id(facts, envelope);
  c.weak_duplicate_key = !by_id;
  for (const auto& route : c.routes) {
    c.duplicate_keys.push_back(duplicate_key(facts, envelope, route, by_id));
  }
  c.filter_trials = try_filters(c);
  return c;
}

void ask_about_route(const Route& route, tickets::Question& question) {
  if (route.ticket) {
    question.tickets.push_back(*route.ticket);
  }
  if (route.to == Route::To::Bounce && route.ticket) {
    question.notices.push_back({*route.ticket, route.notice});
  }
}

tickets::Question ask(const Case& c) {
  tickets::Question question;
  for (const auto& route : c.routes) {
    ask_about_route(route, question);
  }
  for (const auto& id : c.returned) {
    question.notices.push_back({id.ticket, id.notice});
  }
  if (c.tag) {
    question.tickets.push_back(*c.tag);
  }
  for (const auto* ids : {&c.own_references, &c.returned}) {
    for (const auto& id : *ids) {
      question.tickets.push_back(id.ticket);
    }
  }
  question.message_ids = answered(c.facts);
  if (!c.author.address.empty()) {
    question.people.push_back(c.author.address);
  }
  question.duplicate_keys = c.duplicate_keys;
  question.own_message_id = c.facts.message_id;
  question.keyed_by_message_id = !c.weak_duplicate_key;
  ask_tallies(c.sender, c.policy.config.limit, question);
  return question;
}

}  // namespace ticketmilter::policy
