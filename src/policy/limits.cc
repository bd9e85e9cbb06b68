// SPDX-License-Identifier: MIT
// A limit may have several rates: all look at one tally, each as far back as its window reaches.
#include "policy/limits.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"
#include "config/values.h"

namespace ticketmilter::policy {
namespace {

using tickets::Tally;

constexpr std::uint64_t loop_at = 3;
constexpr std::chrono::hours loop_window{1};
// So long a dead address gets no mail.
constexpr std::chrono::hours stopped_for{24 * 60};
// On top of what is configured: what two programs that answer each other may cost at most.
constexpr config::Rate short_acknowledgements{10, std::chrono::minutes(180)};

std::vector<config::Rate> acknowledgement_rates(const config::Limit& limit) {
  auto rates = limit.autoreplies_per_sender;
  rates.push_back(short_acknowledgements);
  return rates;
}

bool is_exempt(const std::string& entry, const std::string& address, const std::string& client) {
  if (entry.find('@') == std::string::npos) {
    const auto network = config::parse_network(entry);
    return network && config::contains({*network}, client);
  }
  return entry.starts_with('@') ? address.ends_with(entry) : address == entry;
}

// "<announce.lists.example>" of "Announcements <announce.lists.example>" (RFC 2919); "" where there is none.
std::string list_id(const mail::Facts& facts) {
  constexpr std::size_t longest = 255;
  const std::string field = base::fold_case(facts.first("List-Id").value_or(""));
  const auto open = field.rfind('<');
  const auto close = field.find('>', open);
  return close == std::string::npos || close - open > longest ? "" : field.substr(open, close - open + 1);
}

// What stands above the signature, or all where nothing does. A tracker that passes a mail on signs it, so a text that goes round between two of
// them is never the same down there.
std::string_view without_signature(std::string_view text) {
  std::size_t above = 0;
  for (const auto line : base::split(text, '\n')) {
    if (base::trim(line) == "--") {
      return base::trim(text.substr(0, above)).empty() ? text : text.substr(0, above);
    }
    above += line.size() + 1;
  }
  return text;
}

// What a "+" adds to an address is up to whoever writes from it: a program may have another one for each of its mails.
std::string without_extension(const std::string& address) {
  const auto at = address.rfind('@');
  const auto plus = address.find('+');
  return at == std::string::npos || plus == 0 || plus > at ? address : address.substr(0, plus) + address.substr(at);
}

// Never 0. What is far down in a long text tells nothing new.
std::uint32_t text_mark(const mail::Facts& facts) {
  constexpr std::size_t enough = 16384;
  const std::string text = base::fold_for_match(without_signature(std::string_view(facts.text).substr(0, enough)));
  const auto digest = base::digest(text.empty() ? base::hex(facts.body_sha256) : text);
  std::uint32_t mark = 0;
  for (int i = 0; i < 4; ++i) {
    mark = mark << 8 | digest[static_cast<std::size_t>(i)];
  }
  return std::max(mark, 1U);
}

}  // namespace

Sender find_sender(const mail::Facts& facts, const mail::Envelope& envelope, const Author& author, MailClass mail_class,
                   bool answers, const config::Config& config) {
  const bool agent = author.agent != nullptr && (author.proven || !config.trust.agents_need_proof);
  const bool report = mail_class == MailClass::Bounce || mail_class == MailClass::Feedback;
  Sender sender;
  sender.who = mail_class == MailClass::List ? list_id(facts) : "";
  sender.who = sender.who.empty() ? author.address : sender.who;
  const auto& exempt = config.limit.exempt;
  sender.exempt = agent || std::any_of(exempt.begin(), exempt.end(), [&](const std::string& entry) {
                    return is_exempt(entry, author.address, envelope.client);
                  });
  sender.answers_us = answers && !agent && !report && !sender.who.empty();
  sender.mark = sender.limited() || sender.answers_us ? text_mark(facts) : 0;
  return sender;
}

std::vector<config::Rate> rates_of(const config::Limit& limit, Counted counted) {
  constexpr std::uint64_t remembered = 64;
  switch (counted) {
    case Counted::NewTickets: return {limit.new_tickets_per_sender};
    case Counted::Reopens: return {limit.reopens_per_sender};
    case Counted::Repeats: return {{remembered, loop_window}};
    case Counted::Notices: return limit.notices_per_recipient;
    case Counted::TicketNotices: return limit.notices_per_ticket_recipient;
    case Counted::Acknowledgements: return acknowledgement_rates(limit);
    case Counted::Bounces: return {limit.bounce_score};
    case Counted::Stopped: return {{1, stopped_for}};
  }
  return {};
}

tickets::TallyId tally_of(const config::Limit& limit, Counted counted, const std::string& who,
                          tickets::TicketId ticket) {
  std::chrono::seconds longest{0};
  for (const auto& rate : rates_of(limit, counted)) {
    longest = std::max(longest, rate.window);
  }
  return {counted, counted == Counted::Acknowledgements ? without_extension(who) : who, longest, number(ticket)};
}

std::string why_stopped(const Tally& stopped, base::Time now) {
  if (stopped.used(now) == 0) {
    return "";
  }
  const bool wanted = stopped.same(now, by_hand, stopped.id.window) > 0;
  return wanted ? "the address is stopped, somebody at the desk wants it so"
                : "the address is stopped, mail to it came back";
}

std::uint64_t most_of(const std::vector<config::Rate>& rates) {
  std::uint64_t most = 0;
  for (const auto& rate : rates) {
    most = std::max(most, rate.count);
  }
  return most;
}

const char* key_of(Counted counted) {
  switch (counted) {
    case Counted::NewTickets: return "new_tickets_per_sender";
    case Counted::Reopens: return "reopens_per_sender";
    case Counted::Notices: return "notices_per_recipient";
    case Counted::TicketNotices: return "notices_per_ticket_recipient";
    case Counted::Acknowledgements: return "autoreplies_per_sender";
    case Counted::Bounces: return "bounce_score";
    case Counted::Repeats:
    case Counted::Stopped: break;
  }
  return "";
}

std::string to_string(const config::Rate& rate) {
  return fmt::format("{} in {}", rate.count, config::show_duration(rate.window));
}

void ask_tallies(const Sender& sender, const config::Limit& limit, tickets::Question& question) {
  const auto add = [&](Counted counted) { question.tallies.push_back(tally_of(limit, counted, sender.who)); };
  if (sender.limited()) {
    add(Counted::NewTickets);
    add(Counted::Reopens);
  }
  if (sender.answers_us) {
    add(Counted::Repeats);
  }
}

std::optional<config::Rate> find_exceeded(const Sender& sender, Counted counted, std::uint64_t n,
                                          const config::Limit& limit, const tickets::View& view, base::Time now) {
  if (!sender.limited() || n == 0) {
    return {};
  }
  const auto tally = view.tally(tally_of(limit, counted, sender.who));
  for (const auto& rate : rates_of(limit, counted)) {
    const auto used = tally.used(now, rate.window);
    if (used >= rate.count || (used > 0 && used + n > rate.count)) {
      return rate;
    }
  }
  return {};
}

void charge(const Sender& sender, Counted counted, std::uint32_t n, const config::Limit& limit,
            const tickets::View& view, base::Time now, std::vector<Tally>& tallies) {
  Tally tally = view.tally(tally_of(limit, counted, sender.who));
  tally.charge(now, n, sender.mark, most_of(rates_of(limit, counted)));
  tallies.push_back(std::move(tally));
}

bool repeats_itself(const Sender& sender, Counted among, const config::Limit& limit, const tickets::View& view,
                    base::Time now) {
  return view.tally(tally_of(limit, among, sender.who)).same(now, sender.mark, loop_window) + 1 >= loop_at;
}

}  // namespace ticketmilter::policy
