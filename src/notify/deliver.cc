// SPDX-License-Identifier: MIT
// The transaction. With PIPELINING the envelope's commands go in one write, and their replies are looked at together: a relay may accept DATA
// though it has refused the recipient, and then wants a message, an empty one (RFC 2920 section 3.1).
#include "notify/deliver.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "notify/deliver_connection.h"

namespace ticketmilter::notify {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t chunk_size = 64 << 10;
constexpr std::string_view stages[] = {"MAIL", "RCPT", "DATA"};

// The relay wants a login or TLS that we were not told of (RFC 4954 section 6, RFC 3207): a mistake in the configuration, which must not lose mail.
bool is_about_login(int code) {
  return code == 530 || code == 534 || code == 535 || code == 538;
}

// A reply out of place, 250 to DATA say, means that we and the relay disagree on what was said.
Outcome judge(const Reply& reply, std::string_view awaited) {
  const bool refusal = reply.code >= 400 && reply.code != 421 && !is_about_login(reply.code);
  if (reply.code == 0) {
    return {Fate::Deferred, one_line(reply) + ", waiting for the reply to " + std::string(awaited), true};
  }
  return {refusal && reply.code >= 500 ? Fate::Failed : Fate::Deferred, one_line(reply), !refusal};
}

bool is_positive(const Reply& reply) {
  return reply.code / 100 == 2;
}

bool is_expected(const Reply& reply, std::size_t stage) {
  return stage == 2 ? reply.code == 354 : is_positive(reply);
}

// The relay says no more.
bool is_last(const Reply& reply) {
  return reply.code == 0 || reply.code == 421;
}

// What happens to one letter on one connection.
class Transaction {
 public:
  Transaction(Connection& connection, const Timeouts& timeouts, Clock::time_point deadline)
      : connection_(connection), timeouts_(timeouts), deadline_(deadline) {}

  Outcome run(const Letter& letter);
  bool reset();
  Reply say(const std::string& command);
  // The relay had hung up before it heard of this letter, or before it wanted the content.
  bool is_missed() const { return missed_; }
  // Both sides know that the next command begins something new.
  bool is_in_step() const { return in_step_; }

 private:
  Limit within(milliseconds most, milliseconds grace = milliseconds(0)) const {
    return {std::min(Clock::now() + most, deadline_), grace};
  }
  std::vector<Reply> exchange(const std::vector<std::string>& commands);
  std::vector<Reply> exchange_at_once(const std::vector<std::string>& commands);
  Outcome refused(const std::vector<Reply>& replies, std::size_t stage);
  void finish(const Reply& last) { in_step_ = !is_last(last); }
  bool send_content(std::string_view message);
  Outcome content(std::string_view message);

  Connection& connection_;
  const Timeouts& timeouts_;
  Clock::time_point deadline_;
  bool missed_ = false;
  bool in_step_ = true;
};

std::vector<Reply> Transaction::exchange_at_once(const std::vector<std::string>& commands) {
  std::string all;
  for (const auto& command : commands) {
    all += command;
  }
  connection_.send(all, within(timeouts_.reply));  // where that fails the relay may have said why
  std::vector<Reply> replies;
  do {
    replies.push_back(connection_.reply(within(timeouts_.reply)));
  } while (replies.size() < commands.size() && !is_last(replies.back()));
  return replies;
}

// As many replies as there were commands, or up to the one that ends it.
std::vector<Reply> Transaction::exchange(const std::vector<std::string>& commands) {
  if (connection_.offers().pipelining) {
    return exchange_at_once(commands);
  }
  std::vector<Reply> replies;
  for (const auto& command : commands) {
    replies.push_back(exchange_at_once({command}).front());
    if (!is_expected(replies.back(), replies.size() - 1)) {
      break;
    }
  }
  return replies;
}

Outcome Transaction::run(const Letter& letter) {
  const auto replies = exchange(envelope(letter, connection_.offers()));
  for (std::size_t stage = 0; stage < replies.size(); ++stage) {
    if (!is_expected(replies[stage], stage)) {
      return refused(replies, stage);
    }
  }
  return content(letter.message);
}

Outcome Transaction::refused(const std::vector<Reply>& replies, std::size_t stage) {
  const auto& last = replies.back();
  missed_ = (last.code == 0 && connection_.is_lost()) || replies.front().code == 421;
  finish(last);
  if (stage < 2 && replies.size() == 3 && last.code == 354) {
    connection_.send(".\r\n", within(timeouts_.reply));
    finish(connection_.reply(within(timeouts_.reply)));
  }
  return judge(replies[stage], stages[stage]);
}

bool Transaction::send_content(std::string_view message) {
  std::string chunk;
  do {
    chunk.clear();
    stuff_lines(message, chunk, chunk_size);
    chunk += message.empty() ? ".\r\n" : "";
    if (!connection_.send(chunk, within(timeouts_.content))) {
      return false;
    }
  } while (!message.empty());
  return true;
}

// Of a relay that goes away in the middle we still take a refusal as one; that it has accepted half a message we do not believe.
Outcome Transaction::content(std::string_view message) {
  constexpr milliseconds short_while{1000};
  const bool sent = send_content(message);
  const auto limit = sent ? within(timeouts_.final_reply, timeouts_.after_stop) : within(short_while);
  const auto reply = connection_.reply(limit);
  in_step_ = sent && !is_last(reply);
  if (sent && is_positive(reply)) {
    return {Fate::Sent, one_line(reply), false};
  }
  return judge(reply, sent ? "the final dot" : "the content, not all of which was sent");
}

bool Transaction::reset() {
  return is_positive(say("RSET"));
}

Reply Transaction::say(const std::string& command) {
  return exchange_at_once({command + "\r\n"}).front();
}

std::string complaint(const Letter& letter) {
  if (!letter.sender.empty() && !is_path(letter.sender)) {
    return "the sender's address cannot be used in SMTP";
  }
  return is_path(letter.recipient) ? "" : "the recipient's address cannot be used in SMTP";
}

}  // namespace

Relay::Relay(const config::Notify& config, std::string password, const std::atomic<bool>& stop, Timeouts timeouts)
    : config_(config), password_(std::move(password)), stop_(stop), timeouts_(timeouts) {}

Relay::~Relay() {
  close();
}

bool Relay::is_usable(std::chrono::steady_clock::time_point deadline) {
  return connection_ && connection_->is_quiet() &&
         (!needs_reset_ || Transaction(*connection_, timeouts_, deadline).reset());
}

// Empty when the relay had hung up on us, which is no news where the connection is not new.
std::optional<Outcome> Relay::attempt(const Letter& letter, std::chrono::steady_clock::time_point deadline) {
  Transaction transaction(*connection_, timeouts_, deadline);
  auto outcome = transaction.run(letter);
  needs_reset_ = outcome.fate != Fate::Sent;
  if (outcome.relay_trouble || !transaction.is_in_step()) {
    connection_.reset();
  }
  return std::exchange(reused_, true) && transaction.is_missed() ? std::nullopt : std::optional(std::move(outcome));
}

Outcome Relay::deliver(const Letter& letter) {
  if (auto wrong = complaint(letter); !wrong.empty()) {
    return {Fate::Failed, wrong, false};
  }
  if (stop_) {
    return {Fate::Deferred, "told to stop", true};
  }
  const auto deadline = Clock::now() + timeouts_.letter;
  if (is_usable(deadline)) {
    if (auto outcome = attempt(letter, deadline)) {
      return std::move(*outcome);
    }
  }
  connection_ = std::make_unique<Connection>(config_, password_, stop_);
  reused_ = needs_reset_ = false;
  if (auto trouble = connection_->open(timeouts_, deadline)) {
    connection_.reset();
    return {Fate::Deferred, std::move(*trouble), true};
  }
  return attempt(letter, deadline).value();
}

std::optional<std::string> Relay::probe(const std::vector<std::string>& recipients, const Answered& answered) {
  Connection connection(config_, password_, stop_);
  const auto deadline = Clock::now() + timeouts_.letter;
  if (auto trouble = connection.open(timeouts_, deadline)) {
    return trouble;
  }
  Transaction transaction(connection, timeouts_, deadline);
  Reply reply = recipients.empty() ? Reply{250, {}} : transaction.say("MAIL FROM:<>");
  for (std::size_t i = 0; i < recipients.size() && is_positive(reply); ++i) {
    const Reply answer = transaction.say("RCPT TO:<" + recipients[i] + ">");
    answered(recipients[i], answer);
    reply = is_last(answer) ? answer : reply;
  }
  connection.send("QUIT\r\n", {deadline});
  return is_positive(reply) ? std::nullopt : std::optional(one_line(reply));
}

void Relay::close() {
  if (connection_) {
    connection_->send("QUIT\r\n", {Clock::now()});
    connection_.reset();
  }
}

}  // namespace ticketmilter::notify
