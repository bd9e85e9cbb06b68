// SPDX-License-Identifier: MIT
// The arrays and presets are rules like those of the file and stand in front of them; so there is one walk, and the first rule that refuses
// answers. A rule is judged in three values, since at RCPT much is still open.
#include "policy/filters.h"

#include <algorithm>

#include "base/text.h"
#include "policy/filter_presets.h"
#include "policy/filter_terms.h"

namespace ticketmilter::policy {
namespace {

struct TermUse {
  std::uint32_t term;
  bool negate;
};

struct Rule {
  config::FilterRule written;
  std::vector<TermUse> any, all;
  bool array = false;    // of arrays and presets: "allow" wins over it
  bool machine = false;  // for machine mail only
};

constexpr Holds negated(Holds holds) {
  return holds == Holds::Open ? Holds::Open : holds == Holds::Yes ? Holds::No : Holds::Yes;
}

constexpr Holds both(Holds a, Holds b) {
  return a == Holds::No || b == Holds::No ? Holds::No : a == Holds::Open || b == Holds::Open ? Holds::Open : Holds::Yes;
}

constexpr Holds truth(bool holds) {
  return holds ? Holds::Yes : Holds::No;
}

// Both lists must hold; an empty one does.
Holds terms_hold(const Rule& rule, const std::vector<Holds>& found) {
  Holds any = truth(rule.any.empty());
  for (const TermUse& use : rule.any) {
    const Holds holds = use.negate ? negated(found[use.term]) : found[use.term];
    any = negated(both(negated(any), negated(holds)));
  }
  Holds all = Holds::Yes;
  for (const TermUse& use : rule.all) {
    all = both(all, use.negate ? negated(found[use.term]) : found[use.term]);
  }
  return both(any, all);
}

Holds binds(const Rule& rule, const FilterPerson& person) {
  const auto& whom = rule.written.binds;
  if (whom.empty() || !person.identified) {
    return whom.empty() ? Holds::Yes : Holds::Open;
  }
  const char* who = person.agent ? "agent" : person.known ? "requestor" : "unknown";
  return truth(std::ranges::find(whom, who) != whom.end());
}

bool is_in(const std::vector<std::string>& queues, const std::string& queue) {
  return queues.empty() || std::ranges::find(queues, queue) != queues.end();
}

std::optional<Outcome> refusing(std::string_view action) {
  constexpr std::pair<std::string_view, Outcome> kOutcomes[] = {{"reject", Outcome::Reject},
                                                                {"tempfail", Outcome::Tempfail},
                                                                {"discard", Outcome::Discard},
                                                                {"journal", Outcome::Journal}};
  for (const auto& [word, outcome] : kOutcomes) {
    if (action == word) {
      return outcome;
    }
  }
  return {};
}

void replace_all(std::string& text, std::string_view word, const std::string& value) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size())) {
    text.replace(at, word.size(), value);
  }
}

// A reply is one line of printable ASCII; what an address holds beside that becomes "?".
Refusal make_refusal(const config::FilterRule& rule, Outcome outcome, const std::string& address) {
  std::string text = rule.text.empty() ? "refused by rule {rule} ({address})" : rule.text;
  replace_all(text, "{rule}", rule.id);
  replace_all(text, "{address}", address.substr(0, 256));
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return {outcome, {rule.code, rule.enhanced, text.substr(0, 800)}, rule.id};
}

}  // namespace

struct Filters::Compiled {
  explicit Compiled(const config::Filter& filter);
  void add_array(const char* id, const char* field, const std::vector<std::string>& values, bool machine = false);
  std::vector<TermUse> add_terms(const std::vector<config::RuleTerm>& written);
  Holds holds(const Rule& rule, const FilterHits& hits, const FilterPerson& person) const;
  bool refuse(FilterVerdict& verdict, const config::FilterRule& rule, Outcome outcome, const FilterHits& hits,
              const FilterPerson& person) const;
  bool walk(FilterVerdict& verdict, const FilterHits& hits, const FilterPerson& person) const;
  bool accepts_from(const FilterPerson& person) const;

  config::AcceptFrom accept_from;
  bool dry_run;
  bool strict;
  config::Spam spam;
  FilterTerms terms;
  std::optional<std::uint32_t> allow;  // the term of [filter.sender] allow
  std::vector<Rule> rules;
};

Filters::Compiled::Compiled(const config::Filter& filter)
    : accept_from(filter.accept_from), dry_run(filter.dry_run), strict(filter.strict), spam(filter.spam) {
  if (!filter.sender_allow.empty()) {
    allow = terms.add("any-sender", "contains", filter.sender_allow);
  }
  add_array("sender-deny", "any-sender", filter.sender_deny);
  add_array("subject-deny", "subject", filter.subject_deny);
  for (const auto& name : filter.presets) {
    if (const FilterPreset* preset = find_filter_preset(name)) {
      add_array(preset->id, "any-sender", {preset->senders.begin(), preset->senders.end()}, preset->machine);
      add_array(preset->id, "subject", {preset->subjects.begin(), preset->subjects.end()}, preset->machine);
    }
  }
  for (const auto& rule : filter.rules) {
    rules.push_back({rule, add_terms(rule.any), add_terms(rule.all), false, false});
  }
  terms.compile();
}

void Filters::Compiled::add_array(const char* id, const char* field, const std::vector<std::string>& values,
                                  bool machine) {
  if (!values.empty()) {
    config::FilterRule written;
    written.id = id;
    rules.push_back({std::move(written), {{terms.add(field, "contains", values), false}}, {}, true, machine});
  }
}

std::vector<TermUse> Filters::Compiled::add_terms(const std::vector<config::RuleTerm>& written) {
  std::vector<TermUse> uses;
  uses.reserve(written.size());
  for (const auto& term : written) {
    uses.push_back({terms.add(term.field, term.match, term.values), term.negate});
  }
  return uses;
}

Holds Filters::Compiled::holds(const Rule& rule, const FilterHits& hits, const FilterPerson& person) const {
  const auto& written = rule.written;
  if (!written.inbound || !is_in(written.queues, person.queue) ||
      (!written.clients.empty() && !config::contains(written.clients, hits.client))) {
    return Holds::No;
  }
  Holds holds = both(terms_hold(rule, hits.terms), binds(rule, person));
  if (rule.array && allow) {
    holds = both(holds, negated(hits.terms[*allow]));
  }
  return rule.machine ? both(holds, hits.machine) : holds;
}

// True when it is refused indeed.
bool Filters::Compiled::refuse(FilterVerdict& verdict, const config::FilterRule& rule, Outcome outcome,
                               const FilterHits& hits, const FilterPerson& person) const {
  const auto effect = person.token_or_bound && !strict ? FilterEffect::Spare
                      : dry_run                        ? FilterEffect::DryRun
                                                       : FilterEffect::Refuse;
  if (verdict.fired.empty() || verdict.fired.back().rule != rule.id) {  // a preset is two rules of one name
    verdict.fired.push_back({rule.id, effect});
  }
  if (effect == FilterEffect::Refuse) {
    verdict.refusal = make_refusal(rule, outcome, hits.address);
  }
  return effect == FilterEffect::Refuse;
}

// False when the walk is over: refused, accepted, or not to be said yet.
bool Filters::Compiled::walk(FilterVerdict& verdict, const FilterHits& hits, const FilterPerson& person) const {
  for (const Rule& rule : rules) {
    const auto& written = rule.written;
    const auto outcome = rule.array ? Outcome::Reject : refusing(written.action);
    const Holds holds = this->holds(rule, hits, person);
    if (holds == Holds::Open && (written.action == "set" ? written.stop : outcome != Outcome::Reject)) {
      return false;  // if it came true, what follows would not count
    }
    if (holds != Holds::Yes) {
      continue;
    }
    if (outcome) {
      if (refuse(verdict, written, *outcome, hits, person)) {
        return false;
      }
      continue;
    }
    if (written.action == "accept") {
      verdict.fired.push_back({written.id, FilterEffect::Accept});
      verdict.allowed = true;
      return false;
    }
    verdict.fired.push_back({written.id, FilterEffect::Set});
    verdict.set_queue = written.set_queue.empty() ? verdict.set_queue : written.set_queue;
    verdict.set_priority = written.set_priority ? written.set_priority : verdict.set_priority;
    verdict.set_acknowledge = written.set_acknowledge.empty() ? verdict.set_acknowledge : written.set_acknowledge;
    if (written.stop) {
      return true;
    }
  }
  return true;
}

bool Filters::Compiled::accepts_from(const FilterPerson& person) const {
  switch (accept_from) {
    case config::AcceptFrom::Any: return true;
    case config::AcceptFrom::Requestors: return person.known && !person.agent;
    case config::AcceptFrom::Agents: return person.agent;
    case config::AcceptFrom::RequestorsAndAgents: return person.known || person.agent;
  }
  return true;
}

std::string describe(const FiredFilter& fired) {
  switch (fired.effect) {
    case FilterEffect::Refuse: return fired.rule + ": refuses";
    case FilterEffect::Spare:
      return fired.rule + ": would refuse, but the mail carries a token of ours or belongs to a ticket";
    case FilterEffect::DryRun: return fired.rule + ": would refuse, but this is a dry run";
    case FilterEffect::Accept: return fired.rule + ": accepts";
    case FilterEffect::Set: return fired.rule + ": sets";
    case FilterEffect::Tag: return fired.rule + ": tags";
  }
  return fired.rule;
}

Filters::Filters(const config::Filter& filter) : compiled_(std::make_unique<const Compiled>(filter)) {}
Filters::~Filters() = default;

FilterHits Filters::try_terms(const FilterSubject& subject) const {
  FilterHits hits;
  hits.terms = compiled_->terms.try_on(inbound_source(subject));
  hits.client = subject.envelope.client;
  if (subject.facts && !subject.facts->from.empty()) {
    hits.address = subject.facts->from.front().address.spec();
  } else {
    const auto sender = mail::parse_path(subject.envelope.sender, subject.envelope.utf8);
    hits.address = sender ? sender->spec() : subject.envelope.sender;
  }
  if (mail::is_null_path(subject.envelope.sender)) {
    hits.machine = Holds::Yes;
    hits.probe = subject.facts == nullptr;
  } else if (subject.classification) {
    const std::string& rule = subject.classification->rule;
    hits.machine = truth(rule.starts_with("bnc-") || rule.starts_with("auto-"));
  }
  if (subject.classification) {
    const auto& marks = subject.classification->marks;
    hits.spam = std::ranges::find(marks, "spam") != marks.end();
  }
  return hits;
}

FilterHits Filters::for_recipient(FilterHits hits, const mail::Envelope& envelope, const mail::Path& recipient) const {
  compiled_->terms.try_recipient(inbound_source({envelope, recipient}), hits.terms);
  return hits;
}

FilterVerdict Filters::judge(const FilterHits& hits, const FilterPerson& person) const {
  FilterVerdict verdict;
  verdict.allowed = compiled_->allow && hits.terms[*compiled_->allow] == Holds::Yes;
  if (hits.probe || !compiled_->walk(verdict, hits, person)) {
    return verdict;
  }
  config::FilterRule site;
  if (person.identified && !compiled_->accepts_from(person)) {
    site.id = "accept-from";
    if (compiled_->refuse(verdict, site, Outcome::Reject, hits, person)) {
      return verdict;
    }
  }
  const bool allowed = compiled_->allow && hits.terms[*compiled_->allow] != Holds::No;
  if (hits.spam && !allowed && compiled_->spam != config::Spam::Ignore) {
    site.id = "spam";
    if (compiled_->spam == config::Spam::Tag) {
      verdict.fired.push_back({site.id, FilterEffect::Tag});
    } else {
      compiled_->refuse(verdict, site, Outcome::Reject, hits, person);
    }
  }
  return verdict;
}

std::vector<std::string> Filters::inbound_rules() const {
  std::vector<std::string> ids;
  for (const Rule& rule : compiled_->rules) {
    if (rule.written.inbound && (ids.empty() || ids.back() != rule.written.id)) {
      ids.push_back(rule.written.id);
    }
  }
  if (compiled_->accept_from != config::AcceptFrom::Any) {
    ids.emplace_back("accept-from");
  }
  if (compiled_->spam != config::Spam::Ignore) {
    ids.emplace_back("spam");
  }
  return ids;
}

std::optional<std::string> Filters::refuse_notice(const std::string& to, const std::string& subject) const {
  const auto is_outbound = [](const Rule& rule) { return rule.written.outbound && refusing(rule.written.action); };
  if (std::ranges::none_of(compiled_->rules, is_outbound)) {
    return {};
  }
  const auto found = compiled_->terms.try_on(outbound_source(to, subject));
  for (const Rule& rule : compiled_->rules) {
    if (is_outbound(rule) && terms_hold(rule, found) == Holds::Yes) {
      return rule.written.id;
    }
  }
  return {};
}

}  // namespace ticketmilter::policy
