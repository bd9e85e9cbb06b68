// SPDX-License-Identifier: MIT
// One connection to the relay. libcurl makes it, up to and including TLS and AUTH, checks certificates, and then only carries bytes: the commands of a
// transaction are ours, as libcurl pipelines nothing and does not tell at which stage a reply came. Every wait here has an end.
#pragma once

#include <curl/curl.h>

#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/handle.h"
#include "notify/deliver.h"
#include "notify/smtp_reply.h"

namespace ticketmilter::notify {

using Clock = std::chrono::steady_clock;

// Until when to wait; once told to stop, no longer than the grace.
struct Limit {
  Clock::time_point deadline;
  Timeouts::milliseconds grace{0};
};

class Connection {
 public:
  Connection(const config::Notify& config, const std::string& password, const std::atomic<bool>& stop);

  // What went wrong, or empty.
  std::optional<std::string> open(const Timeouts& timeouts, Clock::time_point deadline);
  // False when the relay has closed it, or says something unasked.
  bool is_quiet();
  // False when not all could be sent.
  bool send(std::string_view bytes, Limit limit);
  // Code 0 when there is none.
  Reply reply(Limit limit);

  const Offers& offers() const { return offers_; }
  // The other side has gone, as opposed to being slow.
  bool is_lost() const { return lost_; }

 private:
  using Easy = base::Handle<CURL, curl_easy_cleanup>;
  void set_up_tls(const config::Notify& config);
  void set_up_login(const config::Notify& config, const std::string& password);
  void set_up_callbacks();
  std::string why(CURLcode code) const;
  std::size_t take_line(std::string_view line);
  bool wait(short events, Limit limit);
  std::optional<std::string> receive(Limit limit);

  const std::atomic<bool>& stop_;
  std::optional<Clock::time_point> stopped_;
  std::string where_;  // host and port
  bool logs_in_;
  Easy easy_;
  char error_[CURL_ERROR_SIZE] = "";
  int socket_ = -1;
  bool tls_ = false;
  bool lost_ = false;
  Reply last_;  // in open()
  Offers offers_;
  ReplyReader reader_;
  std::array<char, 4096> buffer_;
  std::string_view unread_;
};

}  // namespace ticketmilter::notify
