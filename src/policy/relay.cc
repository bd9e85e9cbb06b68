// SPDX-License-Identifier: MIT
// The MTA does not show us its own Received field, so the first we see is the one that the client added. It is believed as long as that client is a
// relay of ours: the next one below is then of the client it names. A field added by anybody else is never looked at.
#include "policy/relay.h"

#include "base/text.h"
#include "mail/received.h"

namespace ticketmilter::policy {

bool is_relay(const config::Trust& trust, const std::string& client) {
  return config::contains(trust.relays, client);
}

mail::Envelope before_relays(const config::Trust& trust, const mail::Facts& facts, const mail::Envelope& envelope) {
  mail::Envelope before = envelope;
  auto field = facts.fields.begin();
  while (is_relay(trust, before.client)) {
    while (field != facts.fields.end() && !base::ascii_iequals(field->name, "Received")) {
      ++field;
    }
    const auto from = field != facts.fields.end() ? mail::parse_received((field++)->value) : std::nullopt;
    before.client = from ? from->address : "";
    before.client_name = from ? from->name : "";
    before.login = before.helo = "";
  }
  return before;
}

}  // namespace ticketmilter::policy
