// SPDX-License-Identifier: MIT
// A mail as an MTA hands it to a command, and the SMTP envelope that can be told from it. Pure.
#pragma once

#include <functional>
#include <string>

#include "config/config.h"
#include "mail/envelope.h"

namespace ticketmilter::mailgate {

// What the command line asks for.
struct Wanted {
  std::string queue;
  std::string action = "correspond";  // one or more, joined by "-"
  std::string extension = {};         // what EXTENSION is: "ticket", "queue", "action", "auto", "" = nothing
};

// Makes a configuration the one under which such a mail is decided: the extension is read as the command line says, and what the milter only observes is filed. Throws
// NotFound when there is no such queue.
void adapt(config::Config& config, const Wanted& wanted);

struct Handed {
  mail::Envelope envelope;
  std::string message;  // with CRLF
};

// input: with or without a "From " line. environment: of postfix's local(8), see there; "" = not set. config: as adapt made it. Throws Permanent for
// what is no message.
Handed read_handed(std::string input, const std::function<std::string(const char* name)>& environment,
                   const Wanted& wanted, const config::Config& config);

}  // namespace ticketmilter::mailgate
