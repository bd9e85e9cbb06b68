// SPDX-License-Identifier: MIT
// libcurl connects with CURLOPT_CONNECT_ONLY and hands each line that it is told meanwhile to the header callback; the last 250 among them answers the
// EHLO that counts, the one after STARTTLS.
#include "notify/deliver_connection.h"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <new>
#include <system_error>

#include "base/error.h"
#include "base/text.h"

namespace ticketmilter::notify {
namespace {

using std::chrono::milliseconds;

// How soon a wish to stop is seen.
constexpr milliseconds slice{200};

// OpenSSL writes to a socket whose other end may have gone, and nothing of ours wants the signal.
void begin_libcurl() {
  static const bool begun =
      curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK && std::signal(SIGPIPE, SIG_IGN) != SIG_ERR;
  if (!begun) {
    throw std::bad_alloc();
  }
}

template <class T>
void set(CURL* easy, CURLoption option, T value) {
  if (const CURLcode code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
    throw base::Error(base::Kind::Internal, std::string("libcurl: ") + curl_easy_strerror(code));
  }
}

bool is_this_host(const std::string& where) {
  return where.starts_with("127.") || where.starts_with("[::1]") || where.substr(0, where.find(':')) == "localhost";
}

// A password does not go in the clear because somebody on the way has removed STARTTLS from an answer: with a login "may" is "must", but within this host.
long curl_use_ssl(const config::Notify& config, const std::string& where) {
  switch (config.starttls) {
    case config::StartTls::None: return CURLUSESSL_NONE;
    case config::StartTls::May: return config.login.empty() || is_this_host(where) ? CURLUSESSL_TRY : CURLUSESSL_ALL;
    case config::StartTls::Must: break;
  }
  return CURLUSESSL_ALL;
}

// A mail server that was just installed offers STARTTLS with a certificate that fits nobody. Where TLS may be, and the way does not leave this host, that is no
// reason to send nothing.
bool looks_at_certificate(const config::Notify& config, const std::string& where) {
  const bool may = config.starttls == config::StartTls::May && config.relay.starts_with("smtp://");
  return config.tls_verify && !(may && is_this_host(where));
}

}  // namespace

Connection::Connection(const config::Notify& config, const std::string& password, const std::atomic<bool>& stop)
    : stop_(stop), where_(config.relay.substr(config.relay.find("//") + 2)), logs_in_(!config.login.empty()) {
  begin_libcurl();
  easy_.reset(curl_easy_init());
  if (!easy_) {
    throw std::bad_alloc();
  }
  set(easy_.get(), CURLOPT_URL, config.relay.c_str());
  set(easy_.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(easy_.get(), CURLOPT_PROXY, "");  // the environment may name one
  set(easy_.get(), CURLOPT_CONNECT_ONLY, 1L);
  set(easy_.get(), CURLOPT_NOSIGNAL, 1L);
  set(easy_.get(), CURLOPT_QUICK_EXIT, 1L);  // no waiting for a name server when told to stop
  set(easy_.get(), CURLOPT_ERRORBUFFER, error_);
  set_up_tls(config);
  set_up_login(config, password);
  set_up_callbacks();
}

// A ca_file stands in for the system's authorities, and does not add to them.
void Connection::set_up_tls(const config::Notify& config) {
  set(easy_.get(), CURLOPT_USE_SSL, curl_use_ssl(config, where_));
  set(easy_.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  const bool looks = looks_at_certificate(config, where_);
  set(easy_.get(), CURLOPT_SSL_VERIFYPEER, looks ? 1L : 0L);
  set(easy_.get(), CURLOPT_SSL_VERIFYHOST, looks ? 2L : 0L);
  if (!config.ca_file.empty()) {
    set(easy_.get(), CURLOPT_CAINFO, config.ca_file.c_str());
    set(easy_.get(), CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
}

void Connection::set_up_login(const config::Notify& config, const std::string& password) {
  if (logs_in_) {
    set(easy_.get(), CURLOPT_USERNAME, config.login.c_str());
    set(easy_.get(), CURLOPT_PASSWORD, password.c_str());
    set(easy_.get(), CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
  }
}

void Connection::set_up_callbacks() {
  using Line = std::size_t (*)(char*, std::size_t, std::size_t, void*);
  using Progress = int (*)(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  const Line line = [](char* data, std::size_t size, std::size_t n, void* self) {
    return static_cast<Connection*>(self)->take_line({data, size * n});
  };
  const Progress progress = [](void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Connection*>(self)->stop_ ? 1 : 0;
  };
  set(easy_.get(), CURLOPT_HEADERFUNCTION, line);
  set(easy_.get(), CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(easy_.get(), CURLOPT_XFERINFOFUNCTION, progress);
  set(easy_.get(), CURLOPT_XFERINFODATA, static_cast<void*>(this));
  set(easy_.get(), CURLOPT_NOPROGRESS, 0L);
}

// Other than the number of bytes taken makes libcurl give up.
std::size_t Connection::take_line(std::string_view line) {
  const auto size = line.size();
  while (auto reply = reader_.read(line)) {
    last_ = std::move(*reply);
    if (last_.code == 0) {
      return 0;
    }
    if (last_.code == 250) {
      offers_ = parse_offers(last_);
    }
  }
  return size;
}

std::optional<std::string> Connection::open(const Timeouts& timeouts, Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  const auto most = std::min(timeouts.connect + timeouts.hello, std::max(left, milliseconds(1)));
  set(easy_.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeouts.connect.count()));
  set(easy_.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(most.count()));
  if (const CURLcode code = curl_easy_perform(easy_.get()); code != CURLE_OK) {
    return why(code);
  }
  if (logs_in_ && last_.code != 235) {
    return "connect to " + where_ + ": the relay offers neither AUTH PLAIN nor AUTH LOGIN";
  }
  curl_tlssessioninfo* session = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_TLS_SSL_PTR, &session);
  tls_ = session != nullptr && session->internals != nullptr;
  curl_socket_t active = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy_.get(), CURLINFO_ACTIVESOCKET, &active);
  socket_ = active;
  return {};
}

// The relay's own words where it had any.
std::string Connection::why(CURLcode code) const {
  if (last_.code >= 400) {
    return one_line(last_);
  }
  long number = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
  std::string text = error_[0] != '\0' ? error_ : curl_easy_strerror(code);
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    text = "told to stop";
  } else if (code == CURLE_WRITE_ERROR) {
    text = one_line(last_);
  } else if (code == CURLE_COULDNT_CONNECT && number != 0) {
    text = std::generic_category().message(static_cast<int>(number));
  }
  return "connect to " + where_ + ": " + base::blank_controls(base::to_valid_utf8(text));
}

bool Connection::is_quiet() {
  std::size_t n = 0;
  return unread_.empty() && curl_easy_recv(easy_.get(), buffer_.data(), buffer_.size(), &n) == CURLE_AGAIN;
}

// False at the limit.
bool Connection::wait(short events, Limit limit) {
  for (;;) {
    const auto now = Clock::now();
    if (stop_ && !stopped_) {
      stopped_ = now;
    }
    const auto end = stopped_ ? std::min(limit.deadline, *stopped_ + limit.grace) : limit.deadline;
    if (now >= end) {
      return false;
    }
    const auto most = std::chrono::ceil<milliseconds>(std::min<Clock::duration>(end - now, slice));
    pollfd ready{socket_, events, 0};
    if (poll(&ready, 1, static_cast<int>(most.count())) > 0) {
      return true;
    }
  }
}

bool Connection::send(std::string_view bytes, Limit limit) {
  while (!bytes.empty()) {
    std::size_t n = 0;
    const CURLcode code = curl_easy_send(easy_.get(), bytes.data(), bytes.size(), &n);
    if (code != CURLE_OK && code != CURLE_AGAIN) {
      lost_ = true;
      return false;
    }
    bytes.remove_prefix(code == CURLE_OK ? n : 0);
    if (code == CURLE_AGAIN && !wait(POLLOUT, limit)) {
      return false;
    }
  }
  return true;
}

Reply Connection::reply(Limit limit) {
  for (;;) {
    if (auto reply = reader_.read(unread_)) {
      return std::move(*reply);
    }
    if (auto trouble = receive(limit)) {
      return {0, {std::move(*trouble)}};
    }
  }
}

// What TLS has decrypted already shows on no socket, so there it is asked for first; elsewhere that would be a system call for nothing.
std::optional<std::string> Connection::receive(Limit limit) {
  for (bool wait_first = !tls_;; wait_first = true) {
    if (wait_first && !wait(POLLIN, limit)) {
      return stopped_ ? "told to stop" : "timeout";
    }
    std::size_t n = 0;
    const CURLcode code = curl_easy_recv(easy_.get(), buffer_.data(), buffer_.size(), &n);
    if (code == CURLE_OK && n > 0) {
      unread_ = {buffer_.data(), n};
      return {};
    }
    if (code != CURLE_AGAIN) {
      lost_ = true;
      return "connection closed by the relay";
    }
  }
}

}  // namespace ticketmilter::notify
