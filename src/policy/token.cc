// SPDX-License-Identifier: MIT
// Making and checking marks. What is signed is "purpose NUL site NUL what", so that no mark can stand for another purpose or site.
#include "policy/token.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"

namespace ticketmilter::policy {
namespace {

constexpr std::size_t mac_size = 16;

std::string reply_subject(TicketId ticket, std::string_view person) {
  return fmt::format("{} {}", number(ticket), person);
}
std::string bounce_subject(TicketId ticket, std::uint64_t notice) {
  return fmt::format("{} {}", number(ticket), notice);
}
std::string id_subject(const OwnMessageId& id) {
  return fmt::format("{} {} {}", number(id.ticket), id.entry, id.notice);
}

std::optional<std::uint32_t> parse_u32(std::string_view digits) {
  auto n = base::parse_number(digits);
  if (!n || *n > UINT32_MAX) {
    return {};
  }
  return static_cast<std::uint32_t>(*n);
}

}  // namespace

Tokens::Tokens(const config::Site& site, const config::Secrets& secrets) : domain_(site.domain) {
  secrets_.push_back(secrets.current);
  secrets_.insert(secrets_.end(), secrets.former.begin(), secrets.former.end());
  sites_.push_back(base::fold_case(site.name));
  for (const auto& name : site.former_names) {
    sites_.push_back(base::fold_case(name));
  }
}

std::string Tokens::mac(std::string_view secret, std::string_view site, std::string_view purpose,
                        std::string_view what) const {
  std::string text;
  text.append(purpose).append(1, '\0').append(site).append(1, '\0').append(what);
  return base::base32(base::hmac_sha256(secret, text), mac_size);
}

bool Tokens::verify(std::string_view purpose, std::string_view what, std::string_view candidate) const {
  if (candidate.size() != mac_size) {
    return false;
  }
  const std::string folded = base::ascii_lower(candidate);
  for (const auto& secret : secrets_) {
    for (const auto& site : sites_) {
      if (base::equal_constant_time(mac(secret, site, purpose, what), folded)) {
        return true;
      }
    }
  }
  return false;
}

std::string Tokens::reply_extension(TicketId ticket, std::string_view person) const {
  return fmt::format("{}.{}", number(ticket), mac(secrets_[0], sites_[0], "reply", reply_subject(ticket, person)));
}

std::optional<std::string> Tokens::find_reply_person(TicketId ticket, std::string_view candidate,
                                                     const std::vector<std::string>& people) const {
  for (const auto& person : people) {
    if (verify("reply", reply_subject(ticket, person), candidate)) {
      return person;
    }
  }
  return {};
}

std::string Tokens::bounce_extension(TicketId ticket, std::uint64_t notice) const {
  return fmt::format("{}-{}.{}", number(ticket), notice,
                     mac(secrets_[0], sites_[0], "bounce", bounce_subject(ticket, notice)));
}

bool Tokens::verify_bounce(TicketId ticket, std::uint64_t notice, std::string_view candidate) const {
  return verify("bounce", bounce_subject(ticket, notice), candidate);
}

std::string Tokens::message_id(const OwnMessageId& id) const {
  return fmt::format("{}.{}.{}.{}@{}", number(id.ticket), id.entry, id.notice,
                     mac(secrets_[0], sites_[0], "msgid", id_subject(id)), domain_);
}

// The domain is not compared: the MAC says who made it, also under a former domain.
std::optional<OwnMessageId> Tokens::parse_message_id(std::string_view message_id) const {
  const auto parts = base::split(message_id.substr(0, message_id.find('@')), '.');
  if (parts.size() != 4 || parts[3].size() != mac_size || message_id.find('@') == std::string_view::npos) {
    return {};
  }
  auto ticket = base::parse_number(parts[0]);
  auto entry = parse_u32(parts[1]);
  auto notice = base::parse_number(parts[2]);
  if (!ticket || !entry || !notice) {
    return {};
  }
  OwnMessageId id{TicketId{*ticket}, *entry, *notice};
  if (!verify("msgid", id_subject(id), parts[3])) {
    return {};
  }
  return id;
}

std::string Tokens::loop_mark() const {
  return sites_[0] + " " + mac(secrets_[0], sites_[0], "loop", "");
}

Tokens::LoopMark Tokens::check_loop_mark(std::string_view value) const {
  value = base::trim(value);
  const auto blank = value.find_last_of(" \t");
  const std::string site = base::fold_case(base::trim(value.substr(0, blank)));
  if (std::find(sites_.begin(), sites_.end(), site) == sites_.end()) {
    return LoopMark::Foreign;
  }
  const bool ours = blank != std::string_view::npos && verify("loop", "", value.substr(blank + 1));
  return ours ? LoopMark::Ours : LoopMark::Forged;
}

}  // namespace ticketmilter::policy
