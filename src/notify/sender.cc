// SPDX-License-Identifier: MIT
// Once the relay has said 250, the sent log says so before anything else happens: from there on neither a kill nor a store in trouble makes it go twice.
#include "notify/sender.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "notify/kinds.h"
#include "notify/prepare.h"
#include "notify/schedule.h"

namespace ticketmilter::notify {
namespace {

using namespace std::chrono_literals;
using tickets::Notice;
using tickets::NoticeState;

// Claimed and settled in one transaction; what is larger makes others wait for the store, and a stop take longer.
constexpr std::size_t portion = 100;
constexpr std::chrono::seconds shortest_pause = 10s;
constexpr std::chrono::seconds longest_pause = 5min;
constexpr auto idle_connection = 60s;
// After a letter that had to wait for a processor we leave the machine to others for so many times as long: some hundred letters a second get through
// even where there is more mail than it can take in.
constexpr int rest = 4;
constexpr auto longest_rest = 100ms;
// A letter may take so long; one that cannot be done with before the claim runs out is not begun.
constexpr std::chrono::minutes longest_letter{10};

std::string log_line(const Notice& notice, const char* state, const std::string& reply, std::chrono::milliseconds age) {
  return fmt::format("notice={} ticket={} template={} to={} state={} attempts={} age={:.3f} reply=\"{}\"", notice.id,
                     number(notice.ticket), notice.template_name, base::for_log(notice.to), state, notice.attempts,
                     static_cast<double>(age.count()) / 1000, base::for_log(reply));
}

// The relay's answer to this letter, which begins with a reply code; not its troubles, nor ours.
bool is_about_letter(const Outcome& outcome) {
  return !outcome.relay_trouble && (outcome.reply.starts_with('4') || outcome.reply.starts_with('5'));
}

}  // namespace

Sender::Sender(store::Store& store, std::uint64_t notifier, const std::string& folder, const std::atomic<bool>& stop)
    : store_(store), stop_(stop), outbox_(store, notifier), sent_(folder, notifier) {}

void Sender::configure(policy::PolicyPtr policy, Templates templates, std::string password) {
  policy_ = std::move(policy);
  templates_ = std::move(templates);
  relay_ = std::make_unique<Relay>(policy_->config.notify, std::move(password), stop_);
  pause_ = 0s;  // of another relay, or of a mended one
  paused_until_ = {};
}

void Sender::send_due() {
  trouble_ = base::now() < paused_until_;
  for (bool more = true; more;) {
    const auto now = base::now();
    const std::size_t most = stop_ || trouble_ ? 0 : pause_ > 0s ? 1 : portion;
    if (most == 0 && done_.empty()) {
      return;
    }
    const auto claimed = outbox_.settle_and_claim(*policy_, done_, most, now);
    done_.clear();
    sent_.clear();
    claimed_until_ = now + lease;
    send(claimed);
    more = !claimed.empty();
  }
  if (base::now() - last_letter_ > idle_connection) {
    relay_->close();
  }
}

// After trouble one letter goes ahead; the others stay where they are until it has got through.
void Sender::mind_the_relay(const Outcome& outcome, base::Time now) {
  trouble_ = outcome.relay_trouble;
  last_letter_ = now;
  if (!trouble_) {
    pause_ = 0s;
    return;
  }
  pause_ = std::clamp(pause_ * 2, shortest_pause, longest_pause);
  paused_until_ = now + pause_;
  base::log_warning(fmt::format("relay {}: {}; trying again in {} s", policy_->config.notify.relay,
                                base::for_log(outcome.reply), pause_.count()));
}

// Those of one reader's digest go together, at the place of the first.
void Sender::send(const Notices& claimed) {
  std::map<std::string, Notices> digests;
  const auto now = base::now();
  std::vector<const Notice*> single;
  for (const auto& notice : claimed) {
    if (must_wait(notice, now)) {
      continue;
    }
    if (digest_reader(notice) != nullptr) {
      digests[notice.to].push_back(notice);
    } else {
      single.push_back(&notice);
    }
  }
  for (const auto* notice : single) {
    send_one({*notice});
    give_way();
  }
  for (const auto& [to, notices] : digests) {
    send_one(notices);
    give_way();
  }
}

// A low priority alone is not enough: while those who take mail in wait for the disk, it lets us have the processors, and the next mail waits for us.
void Sender::give_way() {
  std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(rest * run_delay_.take(), longest_rest));
}

// Agents' notices wait for the end of the quiet hours, and for their digests.
bool Sender::must_wait(const Notice& notice, base::Time now) {
  const auto* kind = find_kind(notice.template_name);
  if (kind == nullptr || !kind->to_agents || notice.state != NoticeState::Due) {
    return false;
  }
  const auto quiet = quiet_until(policy_->config.notify.quiet, now);
  const auto* reader = digest_reader(notice);
  const auto digest = reader != nullptr ? digest_time(reader->digest, notice.created) : now;
  const auto until = std::max(quiet.value_or(now), digest);
  if (until > now) {
    postpone(notice, until);
  }
  return until > now;
}

const config::Agent* Sender::digest_reader(const Notice& notice) const {
  const auto* kind = find_kind(notice.template_name);
  if (kind == nullptr || !kind->to_agents || notice.ticket == tickets::TicketId{}) {
    return nullptr;
  }
  for (const auto& agent : policy_->config.agents) {
    if (agent.digest != config::Digest::None &&
        std::ranges::find(agent.addresses, notice.to) != agent.addresses.end()) {
      return &agent;
    }
  }
  return nullptr;
}

void Sender::postpone(Notice notice, base::Time until) {
  notice.next_try = until;
  done_.push_back({std::move(notice)});
}

// For the next round, or for another notifier.
void Sender::leave(const Notices& notices, base::Time now) {
  for (const auto& notice : notices) {
    postpone(notice, now);
  }
}

Prepared Sender::prepare_all(const Notices& notices, base::Time now) const {
  Prepared prepared;
  store_.read([&](const store::Reader& reader) {
    prepared = digest_reader(notices.front()) != nullptr ? prepare_digest(reader, *policy_, templates_, notices, now)
                                                         : prepare(reader, *policy_, templates_, notices.front(), now);
  });
  return prepared;
}

// A turn of this is a door: what cannot be composed does not keep the others from being sent.
void Sender::send_one(const Notices& notices) {
  const auto now = base::now();
  if (stop_ || trouble_ || now + longest_letter > claimed_until_) {
    return leave(notices, now);
  }
  try {
    const Prepared prepared = prepare_all(notices, now);
    if (!prepared.dropped.empty()) {
      return drop(notices, prepared.dropped);
    }
    const Outcome outcome = relay_->deliver(prepared.letter());
    if (stop_ && outcome.relay_trouble) {
      return leave(notices, now);  // that we go is nobody's failure
    }
    mind_the_relay(outcome, base::now());
    settle(notices, outcome);
  } catch (const base::Error& e) {
    settle(notices, {e.kind() == base::Kind::Permanent ? Fate::Failed : Fate::Deferred, e.what(), false});
  } catch (const std::exception& e) {
    settle(notices, {Fate::Deferred, e.what(), false});
  }
}

// The store is told anyway, with the next claim; the log is only for the case that we do not live to see it.
void Sender::remember_sent(const Notice& notice) noexcept {
  try {
    sent_.add({notice.ticket, notice.id});
  } catch (const std::exception& e) {
    base::log_error(e.what());
  }
}

void Sender::drop(const Notices& notices, const std::string& why) {
  for (auto notice : notices) {
    notice.state = NoticeState::Dropped;
    notice.last_reply = why;
    base::log_info(log_line(notice, name(notice.state), why, base::now() - notice.created));
    done_.push_back({std::move(notice)});
  }
}

void Sender::settle(const Notices& notices, const Outcome& outcome) {
  const auto now = base::now();
  for (auto notice : notices) {
    if (outcome.fate == Fate::Sent) {
      remember_sent(notice);
    }
    const bool too_old = now - notice.created >= policy_->config.notify.lifetime;
    const bool failed = outcome.fate == Fate::Failed || (outcome.fate == Fate::Deferred && too_old);
    notice.state = outcome.fate == Fate::Sent ? NoticeState::Sent
                   : failed                   ? NoticeState::Failed
                                              : NoticeState::Deferred;
    notice.attempts += 1;
    notice.last_reply = outcome.reply;
    notice.next_try = next_try(notices.front().created, now);  // those of a digest stay together
    base::log_info(log_line(notice, name(notice.state), outcome.reply, now - notice.created));
    done_.push_back({std::move(notice), failed, is_about_letter(outcome)});
  }
}

}  // namespace ticketmilter::notify
