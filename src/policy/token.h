// SPDX-License-Identifier: MIT
// The marks that only we can make: reply addresses, bounce addresses, msg-ids, the loop field. All are HMAC-SHA-256 over purpose, site name and
// what the mark stands for, cut to 16 characters of base32; former secrets and former site names verify, only the current ones sign.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "tickets/ticket.h"

namespace ticketmilter::policy {

using tickets::TicketId;

// <42.17.3.MAC@domain>: ticket, entry, notice. Entry and notice 0: the ticket's pseudo-id that heads all References.
struct OwnMessageId {
  TicketId ticket{};
  std::uint32_t entry = 0;
  std::uint64_t notice = 0;
  bool operator==(const OwnMessageId&) const = default;
};

class Tokens {
 public:
  Tokens(const config::Site& site, const config::Secrets& secrets);

  // "42.MAC", the extension of a reply address that was made for this person.
  std::string reply_extension(TicketId ticket, std::string_view person) const;
  // Whom of the people a MAC was made for; empty when for none.
  std::optional<std::string> find_reply_person(TicketId ticket, std::string_view candidate,
                                               const std::vector<std::string>& people) const;

  // "42-7.MAC", the extension of a bounce address.
  std::string bounce_extension(TicketId ticket, std::uint64_t notice) const;
  bool verify_bounce(TicketId ticket, std::uint64_t notice, std::string_view candidate) const;

  // Without <>.
  std::string message_id(const OwnMessageId& id) const;
  std::optional<OwnMessageId> parse_message_id(std::string_view message_id) const;

  // "example.com MAC", the value of X-Ticket-Loop.
  std::string loop_mark() const;
  enum class LoopMark { Foreign, Forged, Ours };
  LoopMark check_loop_mark(std::string_view value) const;

 private:
  std::string mac(std::string_view secret, std::string_view site, std::string_view purpose,
                  std::string_view what) const;
  bool verify(std::string_view purpose, std::string_view what, std::string_view candidate) const;

  std::vector<std::string> secrets_;  // the current one first
  std::vector<std::string> sites_;    // likewise, case-folded
  std::string domain_;
};

}  // namespace ticketmilter::policy
