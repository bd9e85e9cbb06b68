// SPDX-License-Identifier: MIT
// One connection's talk with a milter or an MTA: opened once, then a mail at a time.
#pragma once

#include <memory>
#include <string>

#include "loop.h"
#include "mail.h"

namespace ticketmilter::bench {

// What became of a mail. Durations count from the first byte sent, and from the last one.
struct Answer {
  std::string kind;    // "discard", "250", "rcpt:550", ...
  bool taken = false;  // the other side answers for it now
  bool again = false;  // a 4xx: to be sent again
  Clock::duration whole{};
  Clock::duration end{};
};

class Session {
 public:
  explicit Session(Stream& stream) : stream_(stream) {}
  virtual ~Session() = default;
  virtual Task<> open() = 0;
  virtual Task<Answer> send(const Mail& mail) = 0;
  virtual Task<> quit() = 0;

 protected:
  Stream& stream_;
};

// steps: in what the MTA offers (0 = everything Postfix knows), out what the milter negotiated.
std::unique_ptr<Session> milter_session(Stream& stream, std::uint32_t& steps);
std::unique_ptr<Session> smtp_session(Stream& stream);

}  // namespace ticketmilter::bench
