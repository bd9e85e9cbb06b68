// SPDX-License-Identifier: MIT
// The words of a configuration: text to value, or nothing where it is none. Pure, strict, and each with a phrase in keys.cc that tells what it
// wants.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"

namespace ticketmilter::config {

using Text = std::optional<std::string>;

// Any valid line: no control characters, not over 1,000 bytes.
Text parse_line(const std::string& s);
// The same in printable ASCII, as it goes into SMTP answers.
Text parse_ascii_line(const std::string& s);
// What stands in a subject tag "[NAME #42]": a line of 1 to 100 characters without brackets, without blanks at its ends or "http://" in front.
Text parse_tag(const std::string& s);
// A domain name, case-folded.
Text parse_domain(const std::string& s);
// An addr-spec with a dot-atom for its local-part, case-folded.
Text parse_address(const std::string& s);
// An absolute path.
Text parse_path(const std::string& s);
// "lmdb:/PATH".
Text parse_location(const std::string& s);
// "unix:/PATH", "inet:PORT@HOST", "inet6:PORT@HOST", "fd:N"; "local:" becomes "unix:".
Text parse_socket(const std::string& s);
// Three or four octal digits up to 0777.
std::optional<unsigned> parse_mode(const std::string& s);
// A login or group name.
Text parse_account(const std::string& s);
// Characters that may part an extension from a local-part.
Text parse_delimiter(const std::string& s);
// A queue's name, case-folded: letters, digits, "-", "_", ".", fit for the extension of an address.
Text parse_queue_name(const std::string& s);
// True when the extension with this text would read as actions or a ticket's number, not as the queue of that name.
bool reads_as_action(const std::string& queue_name);
std::optional<Reopen> parse_reopen(const std::string& s);
// One of the words of Rights, an address, "@domain".
Text parse_right(const std::string& s);
Text parse_authserv_id(const std::string& s);
// "20/2h".
std::optional<Rate> parse_rate(const std::string& s);
// An address, "@domain" or a network.
Text parse_exempt(const std::string& s);
// A charset this system can convert from.
Text parse_charset(const std::string& s);
// ".exe", "type/subtype" or "type/*", in lower case.
Text parse_refuse_type(const std::string& s);
// "smtp://HOST[:PORT]" or "smtps://...".
Text parse_relay(const std::string& s);
// "https://..." or "http://..." that holds {id}.
Text parse_url(const std::string& s);
// "22:00-06:00 Europe/Berlin".
Text parse_quiet(const std::string& s);

// A filter's item: more than one character, not of punctuation alone.
Text parse_filter_item(const std::string& s);
// The items of a comma-separated list, trimmed; a comma inside double quotes is literal, and the quotes are dropped.
std::vector<std::string> split_list(const std::string& s);

// The empty text stands for "none"; anything else goes through parse.
template <auto parse>
Text or_none(const std::string& s) {
  return s.empty() ? Text(s) : parse(s);
}

// "25MiB", "30d": in the largest unit that divides.
std::string show_size(std::uint64_t bytes);
std::string show_duration(seconds s);

}  // namespace ticketmilter::config
