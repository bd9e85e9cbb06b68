// SPDX-License-Identifier: MIT
// The outbox as a notifier sees it: it claims what is due for a while, so that no other sends the same, and settles what became of it, together with
// what follows from that on the ticket. Each call is one transaction.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "notify/sent_log.h"
#include "policy/policy.h"
#include "store/store.h"
#include "tickets/notice.h"

namespace ticketmilter::notify {

// So long nobody else takes what one has claimed.
constexpr std::chrono::minutes lease{15};

// What became of a claimed notice.
struct Settled {
  tickets::Notice notice;    // as it is to be: state, attempts, last_reply, next_try
  bool unreachable = false;  // it is given up: told on the ticket, and to agents
  bool refused = false;      // by a reply to this very letter, so it counts against the address
};

class Outbox {
 public:
  // notifier: who claims; not 0.
  Outbox(store::Store& store, std::uint64_t notifier) : store_(store), notifier_(notifier) {}

  // Settles what is done and claims what is due, at most `most`. They come back as they were: state and next_try tell why they are due. Those of `done`
  // that somebody else has ended meanwhile stay as they are.
  std::vector<tickets::Notice> settle_and_claim(const policy::Policy& policy, const std::vector<Settled>& done,
                                                std::size_t most, base::Time now);
  // Puts down what a notifier that is no more had sent, and frees what it had claimed. How many of both.
  std::size_t take_over(const LeftLog& left, base::Time now);
  // The owner's notice of what was refused since the last one, once a morning, if anything was.
  void plan_owner_digest(const policy::Policy& policy, base::Time now);
  // When the next one is due, as far as it is known now.
  base::Time next_due(base::Time otherwise) const;
  // Drops a little of what is old; call it now and then.
  void drop_old(base::Time before);

 private:
  void settle(const policy::Policy& policy, const Settled& done, base::Time now, store::Writer& writer) const;
  std::vector<tickets::Notice> claim(std::size_t most, base::Time now, store::Writer& writer) const;

  store::Store& store_;
  std::uint64_t notifier_;
  std::string drop_from_;
};

}  // namespace ticketmilter::notify
