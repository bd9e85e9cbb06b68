// SPDX-License-Identifier: MIT
// Mail that came by a relay of ours ([trust] relays, a backup MX): the client that counts is the one before it.
#pragma once

#include <string>

#include "config/config.h"
#include "mail/envelope.h"
#include "mail/facts.h"

namespace ticketmilter::policy {

// The sender's MTA has long had its 250: a refusal would make a bounce.
bool is_relay(const config::Trust& trust, const std::string& client);

// The envelope as the first relay saw it, as far as the relays' Received fields tell; "" where they do not. The relay's own login is nobody's proof.
mail::Envelope before_relays(const config::Trust& trust, const mail::Facts& facts, const mail::Envelope& envelope);

}  // namespace ticketmilter::policy
