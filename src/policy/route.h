// SPDX-License-Identifier: MIT
// What an envelope recipient names: a queue, and in its extension a ticket, actions, another queue. Pure: whether the ticket exists is asked
// later, by whoever has a store.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "mail/address.h"
#include "mail/envelope.h"
#include "policy/verdict.h"
#include "tickets/ticket.h"

namespace ticketmilter::policy {

enum class Action : std::uint8_t { Correspond, Comment, Take, Resolve };
const char* name(Action action);
constexpr bool records(Action a) {
  return a == Action::Correspond || a == Action::Comment;
}

struct Route {
  enum class To { Foreign, Queue, Bounce };
  To to = To::Foreign;
  mail::Path recipient;         // as in RCPT
  std::string spec;             // folded, with the extension
  std::string queue;            // name; of the extension where that names one. "" for Bounce and Foreign
  std::string extension;        // as written, "" = none
  std::vector<Action> actions;  // never empty for Queue: correspond, or comment at a comment address
  std::optional<tickets::TicketId> ticket;
  std::string mac;                 // of a reply token or bounce address, not verified here; "" = none
  std::uint64_t notice = 0;        // of a bounce address
  std::optional<Refusal> refusal;  // of the address alone: malformed, unknown name, queue not enabled
  bool ours() const { return to != To::Foreign; }
};

// Compiled once from a configuration; safe on any thread.
class Router {
 public:
  explicit Router(const config::Config& config);
  Route route(const mail::Path& recipient, bool utf8) const;
  // True for every address of ours, extensions included: never a requestor, never written to. folded: a case-folded addr-spec.
  bool is_ours(const std::string& folded) const;
  // Every base address with the queue it belongs to ("bounce" for bounce addresses), sorted.
  std::vector<std::pair<std::string, std::string>> addresses() const;

 private:
  struct Target {
    std::string queue;
    bool comment = false;
    bool bounce = false;
  };
  struct Found {
    const Target* target;
    std::optional<std::string> extension;
  };
  std::optional<Found> find(const mail::Address& address) const;
  std::optional<Found> find_default(const mail::Address& address) const;
  void read_bounce(const std::string& extension, Route& route) const;
  void read_extension(const std::string& extension, Route& route, const config::Queue& queue) const;
  bool read_auto(const std::string& extension, Route& route) const;
  std::string_view longest_name(std::string_view rest) const;

  const config::Config& config_;
  std::map<std::string, Target> targets_;
  std::set<std::string, std::less<>> names_;  // actions and queues
  Target default_target_;
};

}  // namespace ticketmilter::policy
