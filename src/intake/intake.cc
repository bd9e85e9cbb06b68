// SPDX-License-Identifier: MIT
// Read try_take first: it is the program. Everything before filer.file is done by the session's own thread; what is inside it runs on the leader's (store/filer),
// in the transaction that makes the answer true.
#include "intake/intake.h"

#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "mail/parse.h"
#include "policy/relay.h"

namespace ticketmilter::intake {

using policy::Outcome;

// Large messages wait for each other here, so that a hundred of them at once do not fill the memory.
class Intake::Budget {
 public:
  class Hold {
   public:
    Hold(Budget& budget, std::size_t bytes) : budget_(budget), bytes_(budget.take(bytes)) {}
    ~Hold() { budget_.give(bytes_); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    Budget& budget_;
    std::size_t bytes_;
  };

 private:
  static constexpr std::size_t small = 1 << 20;  // is let through at once
  static constexpr std::size_t total = 64 << 20;

  std::size_t take(std::size_t bytes) {
    if (bytes <= small) {
      return 0;
    }
    bytes = std::min(bytes, total);
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return used_ + bytes <= total; });
    used_ += bytes;
    return bytes;
  }
  void give(std::size_t bytes) {
    if (bytes > 0) {
      std::lock_guard lock(mutex_);
      used_ -= bytes;
      room_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t used_ = 0;
};

namespace {

// What one run of the path found out; a run that is repeated begins anew.
struct Run {
  policy::Decision decision;
  tickets::Applied applied;
  std::vector<tickets::JournalEntry> refused;
};

// The people whom it would notify are known only now, so what the store knows of them is asked for here.
policy::Plan make_plan(const policy::Case& c, const policy::Decision& decision, const tickets::View& view,
                       const store::Reader& reader) {
  policy::Plan plan = policy::plan(c, decision, view);
  settle_notices(c.policy, reader, plan.terms, plan.intent);
  return plan;
}

void decide_and_apply(const policy::Case& c, const tickets::Question& question,
                      const std::shared_ptr<const tickets::PackedMessage>& message, store::Writer& writer, Run& run) {
  const tickets::View view = writer.view(question);
  run = {};
  run.decision = policy::decide(c, view);
  policy::Plan plan = make_plan(c, run.decision, view, writer);
  run.refused = std::move(plan.refused);
  if (!plan.intent.empty()) {
    plan.intent.message = message;
    run.applied = writer.apply(plan.intent);
  }
}

Disposal disposal_of(const policy::Case& c, const policy::Decision& decision) {
  const auto& milter = c.policy.config.milter;
  if (milter.mode != config::Mode::On || decision.outcome == Outcome::Pass) {
    return Disposal::Continue;
  }
  if (decision.outcome == Outcome::Tempfail) {
    return Disposal::Tempfail;
  }
  if (c.others) {
    return Disposal::RemoveOurs;
  }
  if (decision.outcome == Outcome::Reject) {
    return Disposal::Reject;
  }
  return milter.consume == config::Consume::Remove ? Disposal::RemoveOurs : Disposal::Discard;
}

std::string ticket_list(const policy::Decision& decision, const tickets::Applied& applied) {
  std::string list;
  auto add = [&](tickets::TicketId id) { list += (list.empty() ? "" : ",") + std::to_string(number(id)); };
  for (auto id : applied.tickets) {
    add(id);
  }
  for (const auto& target : decision.targets) {
    if (target.duplicate) {
      add(target.duplicate->ticket);
    }
  }
  return list.empty() ? "-" : list;
}

// Rules that hold without refusing, as in a dry run.
std::string filter_list(const policy::Decision& decision) {
  std::vector<std::string> rules;
  for (const auto& target : decision.targets) {
    for (const auto& fired : target.filter.fired) {
      if (fired.effect != policy::FilterEffect::Refuse &&
          std::find(rules.begin(), rules.end(), fired.rule) == rules.end()) {
        rules.push_back(fired.rule);
      }
    }
  }
  return base::join(rules, ",");
}

std::string or_dash(const std::string& s) {
  return s.empty() ? "-" : base::for_log(s);
}

std::string log_line(const policy::Case& c, const policy::Decision& decision, const tickets::Applied& applied) {
  std::string line = fmt::format(
      "mta_id={} sender={} author={} class={} rule={} verdict={} ticket={}", or_dash(c.envelope.mta_id),
      or_dash(c.envelope.sender), or_dash(c.author.address), policy::name(decision.mail_class), decision.rule,
      decision.duplicate_of ? "duplicate" : policy::name(decision.outcome), ticket_list(decision, applied));
  if (const std::string filters = filter_list(decision); !filters.empty()) {
    line += " filter=" + filters;
  }
  if (c.policy.config.milter.mode != config::Mode::On) {
    line += c.policy.config.milter.mode == config::Mode::Observe ? " mode=observe" : " mode=copy";
  }
  return line;
}

std::vector<mail::Path> own_recipients(const policy::Case& c) {
  std::vector<mail::Path> ours;
  for (const auto& route : c.routes) {
    ours.push_back(route.recipient);
  }
  return ours;
}

Result make_result(const policy::Case& c, const Run& run) {
  Result result;
  result.disposal = disposal_of(c, run.decision);
  result.ours = own_recipients(c);
  if (run.decision.refusal) {
    const auto& route = c.routes.front();
    const std::string recipient = c.routes.size() == 1 ? route.recipient : "";
    result.reply = policy::finish_reply(c.policy, run.decision.refusal->reply, recipient);
  }
  result.log = log_line(c, run.decision, run.applied);
  return result;
}

// Trouble of ours: the sender keeps the mail and tries again. In copy and observe the mail goes its old way all the same.
Result failed(const policy::Policy& policy, const mail::Envelope& envelope, const char* what, bool full) {
  Result result;
  const bool on = policy.config.milter.mode == config::Mode::On;
  result.disposal = on ? Disposal::Tempfail : Disposal::Continue;
  result.reply = full ? policy::Reply{452, "4.3.1", "no room in the ticket store, try again later"}
                      : policy::Reply{451, "4.3.0", "ticket desk in trouble, try again later"};
  result.log = fmt::format("mta_id={} sender={} author=- rule={} verdict=tempfail ticket=- reason=\"{}\"",
                           or_dash(envelope.mta_id), or_dash(envelope.sender), full ? "store-full" : "trouble", what);
  base::log_error(fmt::format("message not filed: {}", what));
  return result;
}

// What the recipient's address names.
tickets::View view_of(const store::Store& store, const policy::Route& route) {
  tickets::View view;
  tickets::Question question;
  policy::ask_about_route(route, question);
  if (!question.tickets.empty() && !route.refusal) {
    store.read([&](const store::Reader& reader) { view = reader.view(question); });
  }
  return view;
}

// Of the recipient alone: there is no mail yet.
tickets::JournalEntry refused_recipient(const mail::Envelope& envelope, const mail::Path& recipient,
                                        const policy::Refusal& refusal) {
  tickets::JournalEntry entry;
  entry.time = base::now();
  entry.rule = refusal.rule;
  entry.verdict = policy::name(refusal.outcome);
  entry.sender = envelope.sender;
  entry.recipients = {recipient};
  entry.mta_id = envelope.mta_id;
  entry.reason = refusal.reply.text;
  entry.client = envelope.client;
  entry.login = envelope.login;
  entry.utf8 = envelope.utf8;
  entry.refused = true;
  return entry;
}

}  // namespace

Intake::Intake(store::Store& store, store::Filer* filer, Journal* journal)
    : store_(store), filer_(filer), journal_(journal), budget_(std::make_unique<Budget>()) {}
Intake::~Intake() = default;

mail::ParseOptions parse_options(const config::Config& config, const mail::Envelope& envelope) {
  mail::ParseOptions options;
  options.fallback_charsets = config.mail.fallback_charsets;
  options.utf8 = envelope.utf8;
  return options;
}

void settle_notices(const policy::Policy& policy, const store::Reader& reader, const policy::NoticeTerms& terms,
                    tickets::Intent& intent) {
  const auto question = policy::ask_about_notices(intent, terms, policy);
  policy::settle_notices(policy, reader.view(question), terms, intent);
}

store::Options store_options(const config::Store& store) {
  store::Options options;
  options.location = store.location;
  options.max_size = store.max_size;
  options.min_free = store.min_free;
  return options;
}

RecipientResult Intake::recipient(const policy::Policy& policy, const mail::Envelope& envelope,
                                  const mail::Path& recipient, std::uint64_t declared_size) const {
  const policy::Route route = policy.router.route(recipient, envelope.utf8);
  RecipientResult result{route.ours(), {}, ""};
  if (!route.ours() || envelope.local || policy.config.milter.mode != config::Mode::On) {
    return result;
  }
  auto refusal =
      policy::refuse_recipient(policy, route, view_of(store_, route), policy.filters.try_terms({envelope, recipient}));
  const bool relayed = policy::is_relay(policy.config.trust, envelope.client);
  if (refusal && refusal->outcome == Outcome::Reject && relayed) {
    refusal.reset();  // the end of the message brings it to the journal
  }
  if (!refusal && declared_size > policy.config.milter.max_message) {
    refusal = policy::refuse_too_large(policy, relayed);
  }
  if (!refusal && store_.full()) {
    refusal = policy::Refusal{Outcome::Tempfail, {452, "4.3.1", "no room in the ticket store"}, "store-full"};
  }
  if (refusal) {
    result.refusal = policy::finish_reply(policy, refusal->reply, recipient);
    result.rule = refusal->rule;
    if (journal_ != nullptr && refusal->outcome == Outcome::Reject) {
      journal_->add({refused_recipient(envelope, recipient, *refusal)}, nullptr, "");
    } else if (journal_ != nullptr && !store_.full()) {
      journal_->count(policy::name(refusal->outcome), refusal->rule, "");
    }
  }
  return result;
}

std::shared_ptr<const void> Intake::expect() const {
  return filer_ != nullptr ? filer_->expect() : nullptr;
}

Result Intake::try_take(const policy::Policy& policy, const mail::Envelope& envelope, std::string_view raw,
                        bool too_large) {
  const Budget::Hold hold(*budget_, raw.size());
  const mail::Facts facts = mail::parse(raw, parse_options(policy.config, envelope));
  policy::Case c = policy::make_case(policy, facts, envelope, base::now());
  c.too_large = too_large;
  const tickets::Question question = policy::ask(c);
  Run run;
  if (c.routes.empty() || policy.config.milter.mode == config::Mode::Observe) {
    store_.read([&](const store::Reader& reader) { run.decision = policy::decide(c, reader.view(question)); });
    return make_result(c, run);
  }
  const auto message = store::pack(facts.text, raw);
  filer_->file([&](store::Writer& writer) { decide_and_apply(c, question, message, writer, run); }, raw.size());
  if (journal_ != nullptr && !run.refused.empty()) {
    // Of one too large only the beginning is here.
    journal_->add(std::move(run.refused), too_large ? nullptr : message, raw);
  }
  if (journal_ != nullptr && run.decision.outcome == Outcome::Tempfail) {
    journal_->count(policy::name(Outcome::Tempfail), run.decision.rule, policy::name(run.decision.mail_class));
  }
  return make_result(c, run);
}

Result Intake::take(const policy::Policy& policy, const mail::Envelope& envelope, std::string_view raw,
                    bool too_large) noexcept {
  try {
    return try_take(policy, envelope, raw, too_large);
  } catch (const base::Error& e) {
    return failed(policy, envelope, e.what(), e.kind() == base::Kind::Full);
  } catch (const std::exception& e) {
    return failed(policy, envelope, e.what(), false);
  }
}

Explanation Intake::explain(const policy::Policy& policy, const mail::Envelope& envelope,
                            const mail::Facts& facts) const {
  policy::Case c = policy::make_case(policy, facts, envelope, base::now());
  c.too_large = facts.size > policy.config.milter.max_message;
  policy::Decision decision;
  policy::Plan plan;
  store_.read([&](const store::Reader& reader) {
    const tickets::View view = reader.view(policy::ask(c));
    decision = policy::decide(c, view);
    plan = make_plan(c, decision, view, reader);
  });
  return {std::move(decision), std::move(c), std::move(plan)};
}

}  // namespace ticketmilter::intake
