// SPDX-License-Identifier: MIT
// Text as mail needs it: hostile, of any bytes, compared without case. Everything here is pure and takes any input. "ASCII"
// functions leave bytes over 127 alone; the others expect UTF-8 and repair what is not (U+FFFD).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ticketmilter::base {

// Blank, tab, CR and LF at both ends.
std::string_view trim(std::string_view s);
std::string ascii_lower(std::string_view s);
bool ascii_iequals(std::string_view a, std::string_view b);
bool ascii_istarts_with(std::string_view s, std::string_view prefix);
std::vector<std::string_view> split(std::string_view s, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view between);
bool contains(const std::vector<std::string>& list, std::string_view text);

// True when any byte is below 32 or is 127.
bool has_control(std::string_view s);
// True when all is ASCII 32..126.
bool is_printable_ascii(std::string_view s);

// Valid UTF-8, whatever came in: each byte that is not becomes U+FFFD; NUL becomes U+FFFD too.
std::string to_valid_utf8(std::string_view s);
bool is_valid_utf8(std::string_view s);
// Unicode case folding, for names and tags ("STRASSE" equals "straße" after folding).
std::string fold_case(std::string_view utf8);
// NFKD, combining marks and invisible characters removed, case folded, runs of white space made one blank, ends trimmed: what filters compare.
std::string fold_for_match(std::string_view utf8);
// Runs of white space and control characters made one blank, ends trimmed: one line, fit for a subject.
std::string one_line(std::string_view utf8);
// CR and LF removed, nothing else: a folded field becomes one line (RFC 5322 section 2.2.3).
std::string unfold(std::string_view s);
// Control characters and line breaks made blanks, ends trimmed; blanks inside stay as they are.
std::string blank_controls(std::string_view utf8);
// The first n code points; valid UTF-8 in, valid UTF-8 out.
std::string first_code_points(std::string_view utf8, std::size_t n);
std::size_t count_code_points(std::string_view utf8);
// Columns on a terminal (wide characters count two, marks none).
std::size_t display_width(std::string_view utf8);

// RFC 4648 base64, one line; parse_base64 is empty when it is none.
std::string base64(std::string_view bytes);
std::optional<std::string> parse_base64(std::string_view text);

// Of two hexadecimal digits a byte; empty when it is none.
std::optional<std::string> parse_hex(std::string_view text);

// Digits only, no sign, no overflow; else empty.
std::optional<std::uint64_t> parse_number(std::string_view digits);
// Bytes in the form of the configuration: "25MiB" "1GiB" "512" (bytes). Empty when it is none.
std::optional<std::uint64_t> parse_size(std::string_view s);

// For a log line: control characters, the backslash and bytes that are not ASCII as \xNN; cut at
// max bytes.
std::string for_log(std::string_view s, std::size_t max = 256);

}  // namespace ticketmilter::base
