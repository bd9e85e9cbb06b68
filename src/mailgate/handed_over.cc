// SPDX-License-Identifier: MIT
// Environment: local(8) of Postfix, "External command delivery". Where it says nothing, the fields that an MTA puts on top at delivery speak.
#include "mailgate/handed_over.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "intake/intake.h"
#include "mail/as_received.h"
#include "mail/parse.h"
#include "store/store.h"

namespace ticketmilter::mailgate {
namespace {

constexpr const char* recording = "correspond";

// The one kind of thing that the whole extension is, where it stands alone.
config::ExtensionMode mode_of(const Wanted& wanted) {
  using enum config::ExtensionMode;
  const bool alone = wanted.action == recording;
  return alone && wanted.extension == "ticket"   ? Ticket
         : alone && wanted.extension == "queue"  ? Queue
         : alone && wanted.extension == "action" ? Action
                                                 : Auto;
}

mail::Path path_of(const std::string& address) {
  return address.starts_with('<') ? address : "<" + address + ">";
}

// "support+42-comment@example.com"
mail::Path recipient_of(const config::Config& config, const Wanted& wanted, const std::string& extension) {
  const std::string& address = config.find_queue(wanted.queue)->addresses.front();
  std::vector<std::string> parts;
  if (!wanted.extension.empty() && !extension.empty()) {
    parts.push_back(extension);
  }
  if (wanted.action != recording) {
    parts.push_back(wanted.action);
  }
  const std::size_t at = address.rfind('@');
  const std::string added = parts.empty() ? "" : config.address.delimiter.substr(0, 1) + base::join(parts, "-");
  return path_of(address.substr(0, at) + added + address.substr(at));
}

// Of the "From " line; "" = there is none.
std::string sender_of_mbox_line(std::string_view input) {
  constexpr std::string_view from = "From ";
  if (!input.starts_with(from)) {
    return "";
  }
  input.remove_prefix(from.size());
  return std::string(input.substr(0, input.find_first_of(" \r\n")));
}

mail::Path sender_of(const std::string& told, const std::string& mbox_line, const mail::Facts& facts) {
  if (!told.empty() || !mbox_line.empty()) {
    const std::string& sender = told.empty() ? mbox_line : told;
    return sender == "MAILER-DAEMON" ? "<>" : path_of(sender);
  }
  return mail::sender_at_delivery(facts);
}

// "id" of the topmost Received field, RFC 5321 section 4.4: what the MTA knows this mail by.
std::string mta_id_of(const mail::Facts& facts) {
  constexpr std::string_view label = " id ";
  const std::string received = base::one_line(facts.first("Received").value_or(""));
  const std::size_t at = received.find(label);
  if (at == std::string::npos) {
    return "";
  }
  const std::string rest = received.substr(at + label.size());
  return rest.substr(0, rest.find_first_of(" ;"));
}

}  // namespace

void adapt(config::Config& config, const Wanted& wanted) {
  const config::Queue* found = config.find_queue(wanted.queue);
  if (found == nullptr) {
    throw base::Error(base::Kind::NotFound, fmt::format("there is no queue \"{}\"", wanted.queue));
  }
  config.queues[static_cast<std::size_t>(found - config.queues.data())].extension = mode_of(wanted);
  config.milter.mode = config::Mode::On;
  config.milter.consume = config::Consume::Discard;
}

Handed read_handed(std::string input, const std::function<std::string(const char* name)>& environment,
                   const Wanted& wanted, const config::Config& config) {
  Handed handed;
  const std::string mbox_line = sender_of_mbox_line(input);
  handed.message = mail::as_received(std::move(input));
  mail::Envelope& envelope = handed.envelope;
  envelope.utf8 = true;
  const mail::Facts facts = mail::parse(store::header_of(handed.message), intake::parse_options(config, envelope));
  envelope.sender = sender_of(environment("SENDER"), mbox_line, facts);
  envelope.recipients = {recipient_of(config, wanted, environment("EXTENSION"))};
  envelope.client = environment("CLIENT_ADDRESS");
  envelope.client_name = environment("CLIENT_HOSTNAME");
  envelope.helo = environment("CLIENT_HELO");
  envelope.login = environment("SASL_USERNAME");
  envelope.mta_id = mta_id_of(facts);
  envelope.answered_for = true;
  envelope.door = "mailgate";
  return handed;
}

}  // namespace ticketmilter::mailgate
