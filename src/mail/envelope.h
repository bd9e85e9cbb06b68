// SPDX-License-Identifier: MIT
// What the SMTP dialogue says of a message, before anything in it is read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ticketmilter::mail {

// A path as the client typed it, angle brackets and all ("<Support+42@Example.com>"): smfi_delrcpt wants it so.
using Path = std::string;

struct Envelope {
  Path sender;                   // "<>" is the null sender
  std::vector<Path> recipients;  // all of them, also those that are not ours
  std::string client;            // IP address, "" = unknown; never trusted then
  std::string client_name;
  std::string helo;
  std::string login;   // SASL login, "" = none
  std::string mta_id;  // the MTA's queue id, "" = not known
  bool utf8 = false;   // SMTPUTF8 was asked for
  bool local =
      false;  // submitted on the MTA's own machine without SMTP: a refusal before the end would block its maildrop
  bool answered_for = false;  // the MTA took it before: nothing is refused, what is not filed goes to the journal
  std::string door;           // "milter", "explain", "ticket", "import", "mailgate"
};

}  // namespace ticketmilter::mail
