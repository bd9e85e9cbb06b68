// SPDX-License-Identifier: MIT
// Bounces in prose. There is no grammar, but there are habits: the address that failed heads a line, or stands in the server's reply, or behind
// words like "deliver to"; the reason follows it. The strongest habit that the text shows is believed and the weaker ones are then ignored.
#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "mail/address.h"
#include "mail/dsn.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t kText = 64 << 10;  // bytes read
constexpr std::size_t kAddresses = 200;  // considered
constexpr std::size_t kRecipients = 50;  // reported
constexpr std::size_t kReason = 2000;    // bytes of the reason behind an address
constexpr std::size_t kContext = 80;     // bytes in front of an address that say what it is

// How plainly the text calls an address failed.
enum class Habit { HeadsLine, InReply, ByWords, ToLine, Bare, None };

struct Mention {
  std::string address;
  Habit habit;
  std::size_t end;  // in the text
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool in_local(char c) {
  return is_digit(c) || is_letter(c) || std::string_view("!#$%&'*+/=?^_{|}~.-").find(c) != std::string_view::npos;
}

bool in_domain(char c) {
  return is_digit(c) || is_letter(c) || c == '.' || c == '-';
}

// Where the returned message begins; the report stands in front of it.
std::size_t returned_message(std::string_view text) {
  constexpr std::string_view kBegins[] = {"this is a copy of",
                                          "below this line is a copy",
                                          "original message",
                                          "unsent message follows",
                                          "message headers",
                                          "returned message",
                                          "copy of your message",
                                          "here is a copy",
                                          "included is a copy",
                                          "the following is the original",
                                          "body of your message",
                                          "header of the original",
                                          "undelivered message headers",
                                          "your original message",
                                          "received:",
                                          "return-path:",
                                          "x-received:"};
  for (std::size_t at = 0; at < text.size();) {
    const auto newline = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, newline - at);
    line.remove_prefix(std::min(line.find_first_not_of("-=*_ \t"), line.size()));
    if (std::ranges::any_of(kBegins, [&](auto begin) { return base::ascii_istarts_with(line, begin); })) {
      return at;
    }
    at = newline + 1;
  }
  return text.size();
}

// What the last of the words in front of an address makes of it.
Habit by_words(std::string_view before) {
  struct Word {
    std::string_view text;
    Habit habit;
  };
  constexpr Word kWords[] = {
      {"recipient", Habit::ByWords}, {"rcpt to", Habit::InReply}, {"address", Habit::ByWords},
      {"user", Habit::ByWords},      {"mailbox", Habit::ByWords}, {"account", Habit::ByWords},
      {" to ", Habit::ByWords},      {" for ", Habit::ByWords},   {"exceeds", Habit::ByWords},
      {"errors:", Habit::ByWords},   {"from", Habit::None},       {"sender", Habit::None},
      {"contact", Habit::None},      {"message-id", Habit::None}, {"return-path", Habit::None},
      {"behalf of", Habit::None},    {"http", Habit::None},       {"reporting", Habit::None},
      {"postmaster", Habit::None},   {"reply-to", Habit::None},
  };
  const std::string lower = " " + base::ascii_lower(before) + " ";
  Habit habit = Habit::Bare;
  std::size_t last = 0;
  for (const Word& word : kWords) {
    if (const auto at = lower.rfind(word.text); at != std::string::npos && at >= last) {
      last = at;
      habit = word.habit;
    }
  }
  return habit;
}

bool has_reply_code(std::string_view before) {
  const auto at = before.find_first_of("45");
  return at != std::string_view::npos && at + 3 < before.size() && is_digit(before[at + 1]) &&
         is_digit(before[at + 2]) && (before[at + 3] == ' ' || before[at + 3] == '-') &&
         (at == 0 || !(is_digit(before[at - 1]) || before[at - 1] == '.'));
}

Habit habit_of(std::string_view before, std::string_view after) {
  const std::string_view lead = base::trim(before);
  if (lead.find_first_not_of("<\"'-*> ") == std::string_view::npos) {
    return Habit::HeadsLine;
  }
  if (base::ascii_istarts_with(lead, "final-recipient:") || base::ascii_istarts_with(lead, "original-recipient:")) {
    return Habit::HeadsLine;
  }
  if (base::ascii_istarts_with(lead, "to:")) {
    return Habit::ToLine;
  }
  if (before.ends_with('<') && (has_reply_code(before) || after.starts_with(">..."))) {
    const Habit habit = by_words(before);
    return habit == Habit::None ? Habit::None : Habit::InReply;
  }
  return by_words(before.substr(before.size() - std::min(before.size(), kContext)));
}

std::optional<std::string> address_at(std::string_view text, std::size_t begin, std::size_t end) {
  std::string_view spec = text.substr(begin, end - begin);
  spec.remove_prefix(std::min(spec.find_first_not_of("'=.*-"), spec.size()));
  while (spec.ends_with('.') || spec.ends_with('-')) {
    spec.remove_suffix(1);
  }
  const auto address = parse_addr_spec(spec);
  return address && !address->domain.empty() ? std::optional(address->folded()) : std::nullopt;
}

// Whom a bounce advises to write to, rather than who failed.
bool is_helper(const Mention& mention) {
  constexpr std::string_view kHelpers[] = {"postmaster@", "mailer-daemon@", "abuse@", "support@", "helpdesk@"};
  return mention.habit >= Habit::Bare &&
         std::ranges::any_of(kHelpers, [&](auto helper) { return mention.address.starts_with(helper); });
}

std::vector<Mention> find_mentions(std::string_view text) {
  std::vector<Mention> mentions;
  std::size_t free = 0;  // behind the last address
  for (auto at = text.find('@'); at != std::string_view::npos && mentions.size() < kAddresses;
       at = text.find('@', at + 1)) {
    std::size_t begin = at;
    std::size_t end = at + 1;
    while (begin > free && at - begin < 256 && in_local(text[begin - 1])) {
      --begin;
    }
    while (end < text.size() && end - at < 256 && in_domain(text[end])) {
      ++end;
    }
    if (auto address = address_at(text, begin, end)) {
      const auto newline = text.rfind('\n', begin);
      const auto line = begin == 0 || newline == std::string_view::npos ? 0 : newline + 1;
      const auto from = std::max(line, begin - std::min<std::size_t>(begin, 200));
      mentions.push_back({*address, habit_of(text.substr(from, begin - from), text.substr(end, 8)), end});
      free = end;
    }
  }
  std::erase_if(mentions, [](const Mention& m) { return m.habit == Habit::None || is_helper(m); });
  return mentions;
}

// Three numbers with dots that are no part of a longer run: "5.1.1", not "5.1.1.7".
std::optional<std::string> status_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  for (int part = 0; part < 3; ++part) {
    const auto digits = end;
    while (end < text.size() && is_digit(text[end])) {
      ++end;
    }
    if (end == digits || end - digits > 3 || (part == 0 && end - digits != 1)) {
      return std::nullopt;
    }
    if (part < 2 && (end == text.size() || text[end++] != '.')) {
      return std::nullopt;
    }
  }
  const bool longer = end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1]);
  return longer ? std::nullopt : std::optional(std::string(text.substr(at, end - at)));
}

// The first enhanced status of a failure, else the first reply code of one as "5.0.0" or "4.0.0".
std::string find_status(std::string_view text) {
  std::string by_reply;
  for (auto at = text.find_first_of("45"); at != std::string_view::npos; at = text.find_first_of("45", at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    if (is_digit(before) || before == '.' || is_letter(before)) {
      continue;
    }
    if (auto status = status_at(text, at)) {
      return *status;
    }
    const bool reply =
        at + 3 <= text.size() && text[at + 1] >= '0' && text[at + 1] <= '5' && is_digit(text[at + 2]) &&
        (at + 3 == text.size() || std::string_view(" -\n,:;").find(text[at + 3]) != std::string_view::npos);
    if (reply && by_reply.empty()) {
      by_reply = std::string(1, text[at]) + ".0.0";
    }
  }
  return by_reply;
}

bool tells_of_delay(std::string_view head) {
  constexpr std::string_view kPhrases[] = {"will be retried",        "been delayed",         "is delayed",
                                           "still trying",           "warning message only", "not yet been delivered",
                                           "not been delivered yet", "keep trying",          "will continue",
                                           "no action is required",  "do not need to resend"};
  const std::string lower = base::ascii_lower(head);
  return std::ranges::any_of(kPhrases, [&](auto phrase) { return lower.find(phrase) != std::string::npos; });
}

DeliveryAction action_of(const std::string& status, bool delayed) {
  return delayed && !status.starts_with('5') ? DeliveryAction::Delayed : DeliveryAction::Failed;
}

// A reason, but nobody is named.
DeliveryReport without_address(std::string_view head) {
  DeliveryReport report;
  if (std::string status = find_status(head); !status.empty()) {
    const auto action = action_of(status, tells_of_delay(head));
    report.deliveries.push_back({"", "", action, std::move(status), ""});
  }
  return report;
}

}  // namespace

DeliveryReport parse_bounce_text(std::string_view text) {
  text = text.substr(0, kText);
  const std::string_view head = text.substr(0, returned_message(text));
  std::vector<Mention> mentions = find_mentions(head);
  const auto best = std::ranges::min_element(mentions, {}, &Mention::habit);
  if (best == mentions.end()) {
    return without_address(head);
  }
  std::erase_if(mentions, [habit = best->habit](const Mention& mention) { return mention.habit != habit; });
  const bool delayed = tells_of_delay(head);
  DeliveryReport report;
  for (std::size_t i = 0; i < mentions.size() && report.deliveries.size() < kRecipients; ++i) {
    const Mention& mention = mentions[i];
    if (std::ranges::find(report.deliveries, mention.address, &Delivery::recipient) != report.deliveries.end()) {
      continue;
    }
    const auto next = i + 1 < mentions.size() ? mentions[i + 1].end : head.size();
    const std::string_view reason = head.substr(mention.end, std::min(next - mention.end, kReason));
    Delivery delivery;
    delivery.recipient = mention.address;
    delivery.status = find_status(reason);
    if (delivery.status.empty()) {
      delivery.status = find_status(head);
    }
    delivery.action = action_of(delivery.status, delayed);
    delivery.diagnostic = base::one_line(base::to_valid_utf8(reason));
    report.deliveries.push_back(std::move(delivery));
  }
  return report;
}

}  // namespace ticketmilter::mail
