// SPDX-License-Identifier: MIT
// Other programs, mailing lists, and the marks that only forbid an acknowledgement.
#include "policy/classify_rules.h"

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::policy::rules {
namespace {

// A name that nobody reads answers at: "noreply", "bounces+42", "owner-list", "list-request".
bool is_role(std::string_view local) {
  constexpr std::string_view kExact[] = {"noreply", "no-reply", "do-not-reply", "donotreply", "bounce",     "bounces",
                                         "root",    "abuse",    "daemon",       "nobody",     "hostmaster", "www-data",
                                         "news",    "uucp",     "mailman",      "listserv",   "majordomo"};
  constexpr std::string_view kEnds[] = {"-owner", "-request", "-bounces"};
  const std::string lower = base::ascii_lower(local);
  const auto ends_at = [&](std::size_t at) {
    return at == lower.size() || std::string_view("-+=.").find(lower[at]) != std::string_view::npos;
  };
  if (lower.starts_with("owner-") && lower.size() > 6) {
    return true;
  }
  return std::ranges::any_of(kExact,
                             [&](std::string_view name) { return lower.starts_with(name) && ends_at(name.size()); }) ||
         std::ranges::any_of(kEnds, [&](std::string_view end) {
           const auto at = lower.find(end, 1);
           return at != std::string::npos && ends_at(at + end.size());
         });
}

// A field that our own side put on top: above the first Received that we are shown.
bool on_top(const Evidence& e, const mail::Field& field) {
  for (const auto& other : e.facts.fields) {
    if (&other == &field) {
      return true;
    }
    if (mark_of(other.name) == Mark::Received) {
      return false;
    }
  }
  return false;
}

// A verdict counts from a client that we trust, or from whoever stands beside results that we trust.
bool from_trusted_hop(const Evidence& e, const mail::Field& field) {
  if (config::contains(e.context.config.trust.networks, e.envelope.client)) {
    return true;
  }
  const auto& ids = e.context.config.trust.authserv_ids;
  const auto is_trusted = [&](const mail::Field& results) {
    const std::string_view value = base::trim(results.value);
    const std::string id = base::ascii_lower(value.substr(0, value.find_first_of("; \t\r\n")));
    return std::ranges::find(ids, id) != ids.end() && on_top(e, results);
  };
  return on_top(e, field) && e.any_field(Mark::AuthenticationResults, is_trusted);
}

bool is_spam_verdict(const mail::Field& field) {
  const std::string name = base::ascii_lower(field.name);
  const std::string value = word(field.value);
  if (name == "x-rspamd-action") {
    return value == "reject" || value == "add header";
  }
  if (name == "x-ham-report") {
    return token(value) == "no";
  }
  if (name == "x-ses-spam-verdict") {
    return token(value) == "fail";
  }
  return value.starts_with(name == "x-spam" ? "true" : "yes");
}

}  // namespace

// Not ours: "X-Ticket: example.com #42" names its site, and so does X-Ticket-Loop.
bool foreign_tracker(const Evidence& e) {
  const auto names_us = [&](std::string_view value) {
    const std::string site = base::fold_case(base::trim(value.substr(0, value.find('#'))));
    const auto is = [&](const std::string& name) { return base::fold_case(name) == site; };
    return is(e.context.config.site.name) || std::ranges::any_of(e.context.config.site.former_names, is);
  };
  return e.has(Mark::ForeignTracker) || e.any(Mark::Ticket, [&](std::string_view value) {
    return !names_us(value);
  }) || e.any(Mark::TicketLoop, [&](std::string_view value) {
    return e.context.tokens.check_loop_mark(value) == Tokens::LoopMark::Foreign;
  }) || e.any(Mark::PoweredBy, [](std::string_view value) {
    return icontains(value, "otrs") || icontains(value, "znuny");
  }) || e.any(Mark::MessageId, [](std::string_view value) {
    value = base::trim(value);
    value.remove_prefix(value.starts_with('<') ? 1 : 0);
    return value.starts_with("GLPI_") || value.starts_with("FS_") || base::ascii_istarts_with(value, "redmine.");
  });
}

bool amazon_notification(const Evidence& e) {
  return e.any(Mark::AmazonRelayType, [](std::string_view value) { return token(value) == "notification"; });
}

bool list_field(const Evidence& e) {
  return e.has(Mark::ListId) || e.has(Mark::List) ||
         e.any(Mark::Precedence, [](std::string_view value) { return token(value) == "list"; });
}

bool bulk(const Evidence& e) {
  return e.any(Mark::Precedence, [](std::string_view value) { return one_of(token(value), {"bulk", "junk"}); });
}

bool answers_unwanted(const Evidence& e) {
  constexpr std::string_view kSuppress[] = {"all", "dr", "autoreply", "oof"};
  return e.has(Mark::FeedbackId) || (e.has(Mark::ListUnsubscribe) && !e.has(Mark::ListId)) ||
         e.any(Mark::AutoResponseSuppress, [&](std::string_view value) {
           const auto words = base::split(value, ',');
           return std::ranges::any_of(words, [&](std::string_view w) { return one_of(word(w), kSuppress); });
         });
}

bool role_sender(const Evidence& e) {
  const auto of_role = [](const auto& box) { return is_role(box.address.local); };
  return (e.sender && is_role(e.sender->local)) || std::ranges::any_of(e.facts.from, of_role) ||
         std::ranges::any_of(e.facts.sender, of_role);
}

bool calendar(const Evidence& e) {
  return one_of(e.facts.calendar_method, {"REQUEST", "REPLY", "CANCEL"});
}

bool spam_verdict(const Evidence& e) {
  return e.any_field(Mark::Spam,
                     [&](const mail::Field& field) { return is_spam_verdict(field) && from_trusted_hop(e, field); });
}

}  // namespace ticketmilter::policy::rules
