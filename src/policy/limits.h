// SPDX-License-Identifier: MIT
// What one sender may do in a while ([limit]). A decision looks at the tallies in its View; what it lets happen is charged by the plan, in the same
// transaction: what is refused or was filed before costs nothing, and of two mails in one batch the second sees the first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "mail/envelope.h"
#include "mail/facts.h"
#include "policy/classify.h"
#include "policy/rights.h"
#include "tickets/view.h"

namespace ticketmilter::policy {

using tickets::Counted;

// For whom a mail is counted, and what its text is known by.
struct Sender {
  std::string who;          // a list or an author, whatever they prove; "" = nobody
  bool exempt = false;      // an agent who acts as such, or named by [limit] exempt
  bool answers_us = false;  // names a mail or a ticket of ours, and might be a loop
  std::uint32_t mark = 0;   // of the text, blanks and case set aside
  bool limited() const { return !exempt && !who.empty(); }
};
// answers: whether the mail names a mail or a ticket of ours.
Sender find_sender(const mail::Facts& facts, const mail::Envelope& envelope, const Author& author, MailClass mail_class,
                   bool answers, const config::Config& config);

// The rates that hold, all of them at once; one tally, as long as the longest of them, serves all.
std::vector<config::Rate> rates_of(const config::Limit& limit, Counted counted);
// The tally that counts it for somebody; ticket: of TicketNotices.
tickets::TallyId tally_of(const config::Limit& limit, Counted counted, const std::string& who,
                          tickets::TicketId ticket = {});
// The mark of a charge of Stopped that somebody at the desk made.
constexpr std::uint32_t by_hand = 1;
// Why an address gets no mail, by its tally of Stopped; "" = that is not against it.
std::string why_stopped(const tickets::Tally& stopped, base::Time now);
// As many charges as have to be told apart.
std::uint64_t most_of(const std::vector<config::Rate>& rates);
// The key of [limit]; "" where the rate is none that can be configured.
const char* key_of(Counted counted);
// "20 in 2h"
std::string to_string(const config::Rate& rate);

// What a decision about the sender's mail has to see.
void ask_tallies(const Sender& sender, const config::Limit& limit, tickets::Question& question);

// The first rate that has no room for n more; empty when there is none. Where n alone is more than a rate allows, it passes when nothing
// else was counted, so that a mail to many queues can pass at all.
std::optional<config::Rate> find_exceeded(const Sender& sender, Counted counted, std::uint64_t n,
                                          const config::Limit& limit, const tickets::View& view, base::Time now);

// The tallies as they are with n more.
void charge(const Sender& sender, Counted counted, std::uint32_t n, const config::Limit& limit,
            const tickets::View& view, base::Time now, std::vector<tickets::Tally>& tallies);

// The same text for the third time within an hour: among the answers to us, or among the mails that made tickets.
bool repeats_itself(const Sender& sender, Counted among, const config::Limit& limit, const tickets::View& view,
                    base::Time now);

}  // namespace ticketmilter::policy
