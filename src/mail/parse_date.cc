// SPDX-License-Identifier: MIT
#include "mail/parse_date.h"

#include <gmime/gmime.h>

#include <string>

#include "base/handle.h"
#include "base/text.h"

namespace ticketmilter::mail {

std::optional<base::Time> parse_date(std::string_view field) {
  constexpr gint64 latest = 253'402'300'799;  // the end of 9999
  const base::Handle<GDateTime, g_date_time_unref> date(
      g_mime_utils_header_decode_date(base::to_valid_utf8(field.substr(0, 200)).c_str()));
  const gint64 seconds = date ? g_date_time_to_unix(date.get()) : -1;
  return seconds < 0 || seconds > latest ? std::nullopt : std::optional(base::Time(std::chrono::seconds(seconds)));
}

std::string format_date(base::Time time) {
  const base::Handle<GDateTime, g_date_time_unref> date(
      g_date_time_new_from_unix_utc(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()));
  const base::Handle<char, g_free> text(g_mime_utils_header_format_date(date.get()));
  return text.get();
}

}  // namespace ticketmilter::mail
