// SPDX-License-Identifier: MIT
// Everything here is written for the strictest of the MTAs: Postfix refuses replies whose two codes disagree, sendmail expands "%", libmilter
// takes 980 bytes and neither CR nor LF.
#include "milter/answer.h"

#include <algorithm>
#include <cctype>

#include "base/error.h"
#include "base/text.h"

namespace ticketmilter::milter {
namespace {

constexpr std::size_t max_text = 980;

bool is_short_number(std::string_view s) {
  return !s.empty() && s.size() <= 3 && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// RFC 3463: class.subject.detail, with the class that the reply code has.
bool agrees(const std::string& enhanced, char reply_class) {
  const auto parts = base::split(enhanced, '.');
  return parts.size() == 3 && parts[0] == std::string_view(&reply_class, 1) && is_short_number(parts[1]) &&
         is_short_number(parts[2]);
}

std::string wire_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool percent = c == '%';
    if (out.size() + (percent ? 2 : 1) > max_text) {
      break;
    }
    out += c >= ' ' && c <= '~' ? c : '?';
    if (percent) {
      out += '%';
    }
  }
  return out;
}

}  // namespace

Answer refuse(policy::Reply reply) {
  return {Answer::What::Refuse, std::move(reply), {}};
}

WireReply wire_reply(const policy::Reply& reply) {
  if (reply.code < 400 || reply.code > 599) {
    return {"451", "4.3.0", "try again later", false};
  }
  WireReply wire{std::to_string(reply.code), "", wire_text(reply.text), reply.code >= 500};
  if (agrees(reply.enhanced, wire.code[0])) {
    wire.enhanced = reply.enhanced;
  }
  return wire;
}

std::string to_string(const policy::Reply& reply) {
  return std::to_string(reply.code) + " " + (reply.enhanced.empty() ? "" : reply.enhanced + " ") + reply.text;
}

policy::Reply reply_to_failure(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const base::Error& e) {
    if (e.kind() == base::Kind::Full) {
      return {452, "4.3.1", "no room for your message at the moment, try again later"};
    }
  } catch (...) {
  }
  return {451, "4.3.0", "trouble on our side, try again later"};
}

std::string describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

mail::Path without_source_route(const mail::Path& path) {
  const bool bracket = !path.empty() && path.front() == '<';
  const std::size_t start = bracket ? 1 : 0;
  if (path.size() <= start || path[start] != '@') {
    return path;
  }
  const std::size_t colon = path.find(':');
  if (colon == std::string::npos) {
    return path;
  }
  return (bracket ? "<" : "") + path.substr(colon + 1);
}

}  // namespace ticketmilter::milter
