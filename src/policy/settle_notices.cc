// SPDX-License-Identifier: MIT
// The second step of planning notices: what the store knows of the people. A notice is charged when it is put into the outbox, in that transaction,
// so of two events in one batch the second sees the first.
#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "policy/limits.h"
#include "policy/notices.h"

namespace ticketmilter::policy {
namespace {

using tickets::Filing;
using tickets::Intent;
using tickets::Notice;
using tickets::NoticeState;
using tickets::Tally;
using tickets::TallyId;

constexpr std::chrono::hours day{24};
constexpr std::chrono::minutes same_subject_window{180};
constexpr std::uint64_t same_subjects = 2;

bool is_acknowledgement(const Notice& notice) {
  return notice.template_name == "acknowledge";
}

// Never 0.
std::uint32_t subject_mark(const std::string& subject) {
  const auto digest = base::digest(base::fold_for_match(subject));
  const auto mark =
      std::uint32_t{digest[0]} << 24 | std::uint32_t{digest[1]} << 16 | std::uint32_t{digest[2]} << 8 | digest[3];
  return std::max(mark, 1U);
}

// The tallies of one intent: as the view has them, with what was charged since.
class Settler {
 public:
  Settler(const Policy& policy, const tickets::View& view, const NoticeTerms& terms, Intent& intent)
      : policy_(policy), view_(view), terms_(terms), intent_(intent) {}

  // The relay had taken it, though its sender may not have put that down yet; or else it is the sender's own to put down.
  void put_down(const FailedNotice& failed) {
    const auto consequence = consequence_of(failed.failure);
    if (consequence.points > 0) {
      charge(tally_of(limit(), Counted::Bounces, failed.notice.to), 0, consequence.points);
    }
    if (consequence.stops) {
      charge(tally_of(limit(), Counted::Stopped, failed.notice.to), 0);
    }
    const bool with_relay = failed.notice.state == NoticeState::Sent || failed.notice.claimed_by != 0;
    if (failed.failure.failed && with_relay) {
      Notice notice = failed.notice;
      notice.state = NoticeState::Failed;
      notice.claimed_by = 0;
      notice.last_reply = failed.failure.text;
      intent_.notices.push_back(std::move(notice));
    }
  }

  void settle(Filing& filing) {
    auto candidates = std::move(filing.notices);
    filing.notices.clear();
    for (auto& notice : candidates) {
      if (terms_.held) {
        notice.state = NoticeState::Held;
      } else if (const std::string why = hindrance(notice, filing.ticket); !why.empty()) {
        note(filing, fmt::format("no notice to {}: {}", notice.to, why));
        continue;
      } else {
        charge(notice, filing.ticket);
      }
      filing.notices.push_back(std::move(notice));
    }
  }

 private:
  const config::Limit& limit() const { return policy_.config.limit; }

  static void note(Filing& filing, std::string text) {
    if (!filing.entries.empty()) {
      filing.entries.back().notes.push_back(std::move(text));
    }
  }

  Tally tally(const TallyId& id) const {
    const auto charged =
        std::find_if(intent_.tallies.begin(), intent_.tallies.end(), [&](const Tally& t) { return t.id == id; });
    return charged == intent_.tallies.end() ? view_.tally(id) : *charged;
  }

  // "" = nothing stands against it.
  std::string hindrance(const Notice& notice, const tickets::Ticket& ticket) const {
    if (const auto rule = policy_.filters.refuse_notice(notice.to, ticket.subject)) {
      return "filter " + *rule;
    }
    if (auto why = why_stopped(tally(tally_of(limit(), Counted::Stopped, notice.to)), intent_.now); !why.empty()) {
      return why;
    }
    for (const auto counted : {Counted::Bounces, Counted::Notices, Counted::TicketNotices}) {
      if (auto why = exceeded(counted, notice, ticket); !why.empty()) {
        return why;
      }
    }
    return is_acknowledgement(notice) ? acknowledgement_hindrance(notice, ticket) : "";
  }

  std::string exceeded(Counted counted, const Notice& notice, const tickets::Ticket& ticket) const {
    const auto of = counted == Counted::TicketNotices ? ticket.id : tickets::TicketId{};
    if (counted == Counted::TicketNotices && of == tickets::TicketId{}) {
      return "";  // of a new ticket there was none yet
    }
    const auto kept = tally(tally_of(limit(), counted, notice.to, of));
    for (const auto& rate : rates_of(limit(), counted)) {
      if (kept.used(intent_.now, rate.window) >= rate.count) {
        return fmt::format("{} ({})", key_of(counted), to_string(rate));
      }
    }
    return "";
  }

  std::string acknowledgement_hindrance(const Notice& notice, const tickets::Ticket& ticket) const {
    const auto kept = tally(tally_of(limit(), Counted::Acknowledgements, notice.to));
    if (!terms_.verified && kept.used(intent_.now, day) > 0) {
      return "not verified, and acknowledged once today";
    }
    if (kept.same(intent_.now, subject_mark(ticket.subject), same_subject_window) >= same_subjects) {
      return fmt::format("acknowledged {} times with this subject", same_subjects);
    }
    return exceeded(Counted::Acknowledgements, notice, ticket);
  }

  void charge(const Notice& notice, const tickets::Ticket& ticket) {
    charge(tally_of(limit(), Counted::Notices, notice.to), 0);
    if (is_acknowledgement(notice)) {
      charge(tally_of(limit(), Counted::Acknowledgements, notice.to), subject_mark(ticket.subject));
    } else if (ticket.id != tickets::TicketId{}) {
      charge(tally_of(limit(), Counted::TicketNotices, notice.to, ticket.id), 0);
    }
  }

  void charge(const TallyId& id, std::uint32_t mark, std::uint32_t count = 1) {
    Tally charged = tally(id);
    charged.charge(intent_.now, count, mark, most_of(rates_of(limit(), id.counted)));
    std::erase_if(intent_.tallies, [&](const Tally& t) { return t.id == id; });
    intent_.tallies.push_back(std::move(charged));
  }

  const Policy& policy_;
  const tickets::View& view_;
  const NoticeTerms& terms_;
  Intent& intent_;
};

}  // namespace

tickets::Question ask_about_notices(const Intent& intent, const NoticeTerms& terms, const Policy& policy) {
  tickets::Question question;
  const auto& limit = policy.config.limit;
  for (const auto& failed : terms.failed) {
    for (const auto counted : {Counted::Bounces, Counted::Stopped}) {
      question.tallies.push_back(tally_of(limit, counted, failed.notice.to));
    }
  }
  for (const auto& filing : intent.filings) {
    for (const auto& notice : filing.notices) {
      for (const auto counted : {Counted::Notices, Counted::Bounces, Counted::Stopped}) {
        question.tallies.push_back(tally_of(limit, counted, notice.to));
      }
      question.tallies.push_back(is_acknowledgement(notice)
                                     ? tally_of(limit, Counted::Acknowledgements, notice.to)
                                     : tally_of(limit, Counted::TicketNotices, notice.to, filing.ticket.id));
    }
  }
  return question;
}

void settle_notices(const Policy& policy, const tickets::View& view, const NoticeTerms& terms, Intent& intent) {
  Settler settler(policy, view, terms, intent);
  for (const auto& failed : terms.failed) {
    settler.put_down(failed);
  }
  for (auto& filing : intent.filings) {
    settler.settle(filing);
  }
}

}  // namespace ticketmilter::policy
