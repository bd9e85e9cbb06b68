// SPDX-License-Identifier: MIT
// The table of notices, read from the highest role down, so that the first notice a person gets is the one that stands.
#include "policy/notices.h"

#include <algorithm>

#include "base/text.h"
#include "policy/rights.h"

namespace ticketmilter::policy {
namespace {

using tickets::Notice;
using tickets::Ticket;

class Recipients {
 public:
  Recipients(const Ticket& ticket, const Policy& policy, std::string actor, base::Time now)
      : ticket_(ticket), policy_(policy), actor_(std::move(actor)), now_(now) {}

  void add(const std::string& to, const char* template_name, bool also_actor = false) {
    const bool actor = to == actor_ && !also_actor && !policy_.config.notify.notify_actor;
    const bool has = std::any_of(notices_.begin(), notices_.end(), [&](const auto& n) { return n.to == to; });
    if (!to.empty() && !actor && !has && !base::contains(ticket_.squelched, to) && !policy_.router.is_ours(to)) {
      Notice notice;
      notice.to = to;
      notice.template_name = template_name;
      notice.created = notice.next_try = now_;
      notices_.push_back(std::move(notice));
    }
  }
  void add(const std::vector<std::string>& people, const char* template_name, bool also_actor = false) {
    for (const auto& person : people) {
      add(person, template_name, also_actor);
    }
  }
  void add_insiders(const config::Queue* queue, const char* template_name) {
    add(ticket_.owner, template_name);
    add(ticket_.admin_cc, template_name);
    if (queue != nullptr) {
      add(queue->admin_cc, template_name);
    }
  }
  std::vector<Notice> take() { return std::move(notices_); }

 private:
  const Ticket& ticket_;
  const Policy& policy_;
  const std::string actor_;
  const base::Time now_;
  std::vector<Notice> notices_;
};

void add_agents(const Event& event, const Policy& policy, Recipients& to) {
  const bool by_default = event.ticket.admin_cc.empty() && event.queue.admin_cc.empty();
  if (event.queue.notify_agents_on_create == config::NotifyOnCreate::Never ||
      (event.queue.notify_agents_on_create == config::NotifyOnCreate::Auto && !by_default)) {
    return;
  }
  for (const auto& agent : policy.config.agents) {
    if (is_agent_of(agent, event.queue.name) && !agent.addresses.empty()) {
      to.add(agent.addresses.front(), "created");
    }
  }
}

void add_agents_side(const Event& event, const Policy& policy, Recipients& to) {
  if (event.assigned) {
    to.add(event.ticket.owner, "assigned");
  }
  if (event.fresh) {
    to.add_insiders(&event.queue, "created");
    add_agents(event, policy, to);
  } else if (event.comment || event.correspond) {
    to.add_insiders(&event.queue, event.comment ? "comment" : "correspond-agent");
  }
}

void add_others(const Event& event, Recipients& to) {
  if (event.correspond && !event.fresh) {
    to.add(event.ticket.requestors, "correspond");
  }
  if (event.correspond) {
    to.add(event.ticket.cc, "correspond");
    to.add(event.queue.cc, "correspond");
  }
}

}  // namespace

std::vector<Notice> notices_for(const Event& event, const Policy& policy) {
  Recipients to(event.ticket, policy, event.actor, event.now);
  if (event.fresh && event.acknowledge) {
    to.add(event.ticket.requestors, "acknowledge", true);
  }
  if (event.to_agents) {
    add_agents_side(event, policy, to);
  }
  if (event.to_others) {
    add_others(event, to);  // first: an answer that also resolves is to be read
  }
  if (event.resolved) {
    to.add(event.ticket.requestors, "resolved");
  }
  return to.take();
}

std::vector<Notice> notices_of_failure(const Undelivered& undelivered, const Policy& policy) {
  Recipients to(undelivered.ticket, policy, "", undelivered.now);
  if (undelivered.to_agents) {
    to.add_insiders(policy.config.find_queue(undelivered.ticket.queue), "undeliverable");
  }
  if (undelivered.to_site_owner) {
    to.add(policy.config.site.owner, "undeliverable");
  }
  auto notices = to.take();
  std::erase_if(notices, [&](const auto& notice) { return notice.to == undelivered.failed; });
  for (auto& notice : notices) {
    notice.failed = undelivered.failed;
  }
  return notices;
}

}  // namespace ticketmilter::policy
