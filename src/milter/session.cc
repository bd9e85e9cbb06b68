// SPDX-License-Identifier: MIT
// Nothing is decided here; what looks like a decision is about failures of ours: they may delay mail in mode on, and must not touch it in the
// others.
#include "milter/session.h"

#include <fmt/format.h>

#include <chrono>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

namespace ticketmilter::milter {
namespace {

constexpr std::size_t max_recipient_bytes = 1 << 20;

const policy::Reply lost_track = {451, "4.3.0", "trouble on our side, try again later"};

// The sender as typed, then the parameters of RFC 1870 and RFC 6531; others do not concern us.
void read_arguments(const std::vector<std::string>& arguments, mail::Envelope& envelope, std::uint64_t& size) {
  envelope.sender = arguments.empty() ? "" : arguments.front();
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (base::ascii_istarts_with(argument, "SIZE=")) {
      size = base::parse_number(argument.substr(5)).value_or(0);
    } else if (base::ascii_iequals(argument, "SMTPUTF8")) {
      envelope.utf8 = true;
    }
  }
}

void log_refusal(const mail::Envelope& envelope, const mail::Path& path, const intake::RecipientResult& r) {
  base::log_info(fmt::format("mta_id={} client={} sender={} recipient={} rule={} reply=\"{}\"",
                             base::for_log(envelope.mta_id), base::for_log(envelope.client),
                             base::for_log(envelope.sender), base::for_log(path), base::for_log(r.rule),
                             to_string(*r.refusal)));
}

Answer translate(intake::Result result) {
  switch (result.disposal) {
    case intake::Disposal::Continue: return {Answer::What::Continue, {}, {}};
    case intake::Disposal::Discard: return {Answer::What::Discard, {}, {}};
    case intake::Disposal::Reject:
    case intake::Disposal::Tempfail: return refuse(std::move(result.reply));
    case intake::Disposal::RemoveOurs: break;
  }
  Answer answer{Answer::What::Remove, {}, {}};
  for (const mail::Path& path : result.ours) {
    answer.remove.push_back(without_source_route(path));
  }
  return answer;
}

}  // namespace

Session::Transaction::Transaction(policy::PolicyPtr p)
    : policy(std::move(p)), raw(policy->config.milter.spool, policy->config.milter.max_message) {}

void Session::connect(std::string name, std::string address) {
  client_name_ = std::move(name);
  client_ = std::move(address);
}

// Mail that no SMTP client sent is told by its shape: no angle brackets, and the queue file is there before MAIL.
void Session::mail(const std::vector<std::string>& arguments, std::string login, std::string mta_id) {
  transaction_.reset();
  auto t = std::make_unique<Transaction>(policy_.get());
  mail::Envelope& envelope = t->envelope;
  read_arguments(arguments, envelope, t->declared_size);
  envelope.local = !envelope.sender.starts_with('<') && !mta_id.empty();
  envelope.client = client_;
  envelope.client_name = client_name_;
  envelope.login = std::move(login);
  envelope.mta_id = std::move(mta_id);
  envelope.door = "milter";
  transaction_ = std::move(t);
}

// Where a refusal would do harm, a failure to find out is left to the end of the message.
intake::RecipientResult Session::ask(const Transaction& t, const mail::Path& path) const {
  try {
    return intake_.recipient(*t.policy, t.envelope, path, t.declared_size);
  } catch (...) {
    if (t.changes_mail() && !t.envelope.local) {
      throw;
    }
    base::log_error("recipient: " + describe(std::current_exception()));
    return {true, std::nullopt, ""};
  }
}

Answer Session::recipient(const mail::Path& path) {
  if (!transaction_) {
    return refuse(lost_track);
  }
  Transaction& t = *transaction_;
  const intake::RecipientResult result = ask(t, path);
  if (result.refusal) {
    log_refusal(t.envelope, path, result);
    return refuse(*result.refusal);
  }
  if (t.recipient_bytes >= max_recipient_bytes) {
    return result.ours ? refuse({452, "4.5.3", "too many recipients"}) : Answer{};
  }
  t.envelope.recipients.push_back(path);
  t.recipient_bytes += path.size();
  if (result.ours && !t.wanted) {
    t.wanted = true;
    t.expected = intake_.expect();
  }
  return {};
}

Answer Session::data() const {
  const bool foreign = transaction_ && !transaction_->wanted;
  return {foreign ? Answer::What::Accept : Answer::What::Continue, {}, {}};
}

void Session::keep(std::string_view bytes) {
  if (transaction_ && transaction_->wanted && !transaction_->failure) {
    transaction_->raw.append(bytes);
  }
}

// MTAs hand folds on as LF; we keep what the client sent.
void Session::header(std::string_view name, std::string_view value) {
  std::string field(name);
  field += leading_blank_ ? ":" : ": ";
  for (const char c : value) {
    if (c == '\n' && !field.ends_with('\r')) {
      field += '\r';
    }
    field += c;
  }
  field += "\r\n";
  keep(field);
}

void Session::end_of_header() {
  if (transaction_ && transaction_->in_header) {
    transaction_->in_header = false;
    keep("\r\n");
  }
}

void Session::body(std::string_view bytes) {
  end_of_header();
  keep(bytes);
}

void Session::fail(std::exception_ptr failure) noexcept {
  if (transaction_ && !transaction_->failure) {
    transaction_->failure = std::move(failure);
  }
}

Answer Session::take(Transaction& t) {
  if (t.failure) {
    std::rethrow_exception(t.failure);
  }
  const auto start = std::chrono::steady_clock::now();
  intake::Result result = intake_.take(*t.policy, t.envelope, t.raw.bytes(), t.raw.too_large());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::string log = std::move(result.log);
  Answer answer = translate(std::move(result));
  if (answer.what == Answer::What::Refuse) {
    log += fmt::format(" reply=\"{}\"", to_string(answer.reply));
  }
  base::log_info(fmt::format("{} ms={:.1f}", log, took.count()));
  return answer;
}

Answer Session::end_of_message(const std::string& mta_id) {
  end_of_header();
  const std::unique_ptr<Transaction> t = std::move(transaction_);
  if (!t) {
    return refuse(lost_track);
  }
  if (!t->wanted) {
    return {};
  }
  if (!mta_id.empty()) {
    t->envelope.mta_id = mta_id;
  }
  t->expected.reset();
  try {
    return take(*t);
  } catch (...) {
    const std::exception_ptr failure = std::current_exception();
    base::log_error(fmt::format("mta_id={} sender={} verdict=tempfail reason=\"{}\"", base::for_log(t->envelope.mta_id),
                                base::for_log(t->envelope.sender), describe(failure)));
    return t->changes_mail() ? refuse(reply_to_failure(failure)) : Answer{};
  }
}

}  // namespace ticketmilter::milter
