// SPDX-License-Identifier: MIT
// Hands letters to the relay, one after another over one connection that is kept open, and tells for sure what became of each. After the final dot
// the message may be delivered whatever we hear, so from there on nothing is tried again here; before it, a connection that the relay has closed
// in the meantime costs a letter nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "notify/letter.h"
#include "notify/smtp_reply.h"

namespace ticketmilter::notify {

// How long we wait; all of one letter stays below `letter`.
struct Timeouts {
  using milliseconds = std::chrono::milliseconds;
  milliseconds connect{30'000};       // until the relay's host answers
  milliseconds hello{60'000};         // for greeting, EHLO, TLS and AUTH together
  milliseconds reply{60'000};         // for each reply but the last
  milliseconds content{180'000};      // until the next 64 KiB of content are taken
  milliseconds final_reply{300'000};  // after the final dot
  milliseconds letter{590'000};
  milliseconds after_stop{10'000};  // for the last reply, when told to stop after the final dot
};

enum class Fate { Sent, Deferred, Failed };

struct Outcome {
  Fate fate = Fate::Deferred;
  std::string reply;           // the relay's, as one line, or what happened; fit for logs
  bool relay_trouble = false;  // it has nothing to do with this letter, so others need not be tried now
};

class Connection;

// Not for two threads at once. It makes the process ignore SIGPIPE.
class Relay {
 public:
  // What stop refers to outlives the Relay. When it becomes true, deliver() ends within a second, or within after_stop once the final dot is sent.
  Relay(const config::Notify& config, std::string password, const std::atomic<bool>& stop, Timeouts timeouts = {});
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  Outcome deliver(const Letter& letter);
  // Connects, up to and including TLS and AUTH, tells what it answers to each of these recipients of a bounce, and says QUIT: no mail is sent. What is wrong,
  // as one line fit for logs; empty when nothing is.
  using Answered = std::function<void(const std::string& recipient, const Reply& reply)>;
  std::optional<std::string> probe(const std::vector<std::string>& recipients = {}, const Answered& answered = {});
  // Says QUIT. The next letter gets a new connection.
  void close();

 private:
  bool is_usable(std::chrono::steady_clock::time_point deadline);
  std::optional<Outcome> attempt(const Letter& letter, std::chrono::steady_clock::time_point deadline);

  config::Notify config_;
  std::string password_;
  const std::atomic<bool>& stop_;
  Timeouts timeouts_;
  std::unique_ptr<Connection> connection_;
  bool reused_ = false;       // a letter has gone over the connection before
  bool needs_reset_ = false;  // the last one was not sent
};

}  // namespace ticketmilter::notify
