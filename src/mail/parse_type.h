// SPDX-License-Identifier: MIT
// Content-Type and Content-Disposition (RFC 2045, 2183, 2231), read by GMime behind a limit: it looks every parameter up among all others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mail/charset.h"

namespace ticketmilter::mail {

// GMime wants it once, before anything else of it but its decoders.
void start_gmime();

struct MediaType {
  std::string type = "text/plain";  // lower case; "application/octet-stream" where it cannot be read
  std::string charset;
  std::string boundary;
  std::string name;         // of the file, cleaned; see file_name()
  std::string report_type;  // lower case
  std::string method;       // upper case
};

// value: unfolded, "" = no field.
MediaType parse_media_type(const std::string& value, std::string_view default_type, const Charsets& fallbacks);

struct ContentDisposition {
  std::string kind;  // "inline", "attachment" or ""
  std::string name;  // cleaned
};
ContentDisposition parse_content_disposition(const std::string& value, const Charsets& fallbacks);

// A name that is one file's: decoded, no path parts, no control characters, at most 200 characters; "" where nothing is left.
std::string file_name(std::string_view raw, const Charsets& fallbacks);

// Every name that a mail program could give the file of a part with this Content-Type or Content-Disposition: programs differ in what they make of
// two names, of RFC 2231 beside the plain form, and of names without the quotes they need. Cleaned, each once, at most 20.
std::vector<std::string> possible_names(const std::string& value, const Charsets& fallbacks);

// How many bytes of a field GMime is shown.
inline constexpr std::size_t longest_parameters = 2048;

}  // namespace ticketmilter::mail
