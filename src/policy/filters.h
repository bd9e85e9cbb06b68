// SPDX-License-Identifier: MIT
// What a site refuses by sender and subject, and its rules. In two steps: the terms are tried against a message before any transaction, all
// plain ones of a field in one pass; what they found is a value that is judged later, once the View tells whom the mail is from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "mail/envelope.h"
#include "mail/facts.h"
#include "policy/classify.h"
#include "policy/verdict.h"

namespace ticketmilter::policy {

// What terms are tried against. Without facts and classification, as at RCPT, a term that asks for them is open.
struct FilterSubject {
  const mail::Envelope& envelope;
  const mail::Path& recipient;  // the one in question
  const mail::Facts* facts = nullptr;
  const Classification* classification = nullptr;
};

enum class Holds : std::uint8_t { No, Yes, Open };

// What the terms found: a value, good for the Filters it came from.
struct FilterHits {
  std::vector<Holds> terms;  // by number
  std::string address;       // for texts: the author's or else the envelope sender's, "<>" = nobody's
  std::string client;
  Holds machine = Holds::Open;  // null sender or a bnc or auto rule: what preset "standard" asks for
  bool spam = false;            // a trusted hop says so
  bool probe = false;           // the null sender at RCPT: never refused there, callouts end so
};

// From whom it is and for which queue it is judged.
struct FilterPerson {
  std::string queue;        // that it was sent to
  bool identified = false;  // the View was asked: the next two are true answers
  bool known = false;       // a person on file, whatever their rights
  bool agent = false;
  // Carries a valid token of ours, or is machine mail that binds: only "strict" refuses it.
  bool token_or_bound = false;
};

// What a rule that holds does. Spared: it would have refused, but for a token of ours. DryRun: but for dry_run.
enum class FilterEffect : std::uint8_t { Refuse, Spare, DryRun, Accept, Set, Tag };
struct FiredFilter {
  std::string rule;
  FilterEffect effect = FilterEffect::Refuse;
};
std::string describe(const FiredFilter& fired);  // "vip: set", in words for log, history and explain

struct FilterVerdict {
  std::optional<Refusal> refusal;
  std::vector<FiredFilter> fired;  // in order; one that refuses is the last
  std::string set_queue;           // "" = as it was
  std::optional<int> set_priority;
  std::string set_acknowledge;  // "" = as the queue says
  bool allowed = false;  // by [filter.sender] allow, or by a rule that accepts: such senders are not counted by [limit]
};

// Compiled once from a configuration that was checked when it was loaded; safe on any thread.
class Filters {
 public:
  explicit Filters(const config::Filter& filter);
  ~Filters();

  FilterHits try_terms(const FilterSubject& subject) const;
  // The same mail for another recipient, without trying what does not concern it again.
  FilterHits for_recipient(FilterHits hits, const mail::Envelope& envelope, const mail::Path& recipient) const;
  // With open terms or an unidentified person, refuses only what no answer to them could change.
  FilterVerdict judge(const FilterHits& hits, const FilterPerson& person) const;
  // The rule that keeps a notice from being sent; empty when none does. to: an addr-spec.
  std::optional<std::string> refuse_notice(const std::string& to, const std::string& subject) const;
  // Ids of the rules that mail coming in is tried on, in order.
  std::vector<std::string> inbound_rules() const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace ticketmilter::policy
