// SPDX-License-Identifier: MIT
// The rounds of a notifier: what is due is claimed, composed and sent, one letter after another, and settled along with the next claim. A relay in trouble
// ends the round; what is left waits.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "notify/deliver.h"
#include "notify/outbox.h"
#include "notify/prepare.h"
#include "notify/run_delay.h"
#include "notify/sent_log.h"
#include "notify/templates.h"
#include "policy/policy.h"
#include "store/store.h"

namespace ticketmilter::notify {

class Sender {
 public:
  // stop: when it becomes true, a round ends after the letter in hand. All that is referred to outlives the Sender.
  // folder: for the sent log.
  Sender(store::Store& store, std::uint64_t notifier, const std::string& folder, const std::atomic<bool>& stop);

  // Takes another configuration; from the next letter on.
  void configure(policy::PolicyPtr policy, Templates templates, std::string password);
  // Until nothing is due any more, the relay is in trouble, or it is to stop. What it had claimed is settled when it returns.
  void send_due();
  // The relay was in trouble: nothing is sent before then.
  base::Time paused_until() const { return paused_until_; }
  Outbox& outbox() { return outbox_; }
  // Says QUIT to the relay; the next letter finds a new connection.
  void hang_up() { relay_->close(); }

 private:
  using Notices = std::vector<tickets::Notice>;

  void send(const Notices& claimed);
  void send_one(const Notices& notices);
  void give_way();
  Prepared prepare_all(const Notices& notices, base::Time now) const;
  void leave(const Notices& notices, base::Time now);
  void postpone(tickets::Notice notice, base::Time until);
  void remember_sent(const tickets::Notice& notice) noexcept;
  void mind_the_relay(const Outcome& outcome, base::Time now);
  void drop(const Notices& notices, const std::string& why);
  void settle(const Notices& notices, const Outcome& outcome);
  bool must_wait(const tickets::Notice& notice, base::Time now);
  const config::Agent* digest_reader(const tickets::Notice& notice) const;

  store::Store& store_;
  const std::atomic<bool>& stop_;
  Outbox outbox_;
  SentLog sent_;
  RunDelay run_delay_;
  policy::PolicyPtr policy_;
  Templates templates_;
  std::unique_ptr<Relay> relay_;
  std::vector<Settled> done_;
  base::Time claimed_until_{};
  bool trouble_ = false;           // the relay's, in this round
  std::chrono::seconds pause_{0};  // the last one, 0 = it was not in trouble
  base::Time paused_until_{};
  base::Time last_letter_{};
};

}  // namespace ticketmilter::notify
