// SPDX-License-Identifier: MIT
// base/: text, time, digests.
#include <doctest/doctest.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/time.h"

using namespace ticketmilter::base;

TEST_CASE("text that is not UTF-8 is repaired byte by byte") {
  CHECK(to_valid_utf8("a\xE9"
                      "b") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(to_valid_utf8(std::string_view("a\0b", 3)) ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(to_valid_utf8("\xC3\xA9") == "\xC3\xA9");
  CHECK(to_valid_utf8("\xE2\x82") == "\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(is_valid_utf8("\xC3\xA9"));
  for (std::size_t at = 0; at < 20; ++at) {
    std::string text(20, 'x');
    CHECK(is_valid_utf8(text));
    text[at] = '\0';
    CHECK_FALSE(is_valid_utf8(text));
    text[at] = '\x80';
    CHECK_FALSE(is_valid_utf8(text));
    CHECK(to_valid_utf8(text) == text.substr(0, at) + "\xEF\xBF\xBD" + text.substr(at + 1));
  }
  CHECK_FALSE(is_valid_utf8("\xC3"));
}

TEST_CASE("folding for comparison") {
  CHECK(fold_case("STRASSE") == fold_case("stra\xC3\x9F"
                                          "e"));
  CHECK(fold_for_match("  R\xC3\xA9ponse \t Automatique ") == "reponse automatique");
  CHECK(fold_for_match("\xEF\xBC\xA1uto") == "auto");         // full-width A
  CHECK(fold_for_match("x\xE2\x80\x8By\xC2\xADz") == "xyz");  // a zero width space, a soft hyphen
  CHECK(one_line("a\r\n b\x01 c") == "a b c");
  CHECK(one_line("\r\n") == "");
  CHECK(blank_controls(unfold(" a  b\r\n c\td\x01 ")) == "a  b c d");
}

TEST_CASE("code points and columns") {
  CHECK(count_code_points("a\xC3\xA9\xE6\x97\xA5") == 3);
  CHECK(first_code_points("a\xC3\xA9\xE6\x97\xA5", 2) == "a\xC3\xA9");
  CHECK(first_code_points("ab", 9) == "ab");
  CHECK(display_width("\xE6\x97\xA5"
                      "a") == 3);
}

TEST_CASE("numbers and sizes") {
  CHECK(parse_number("18446744073709551615") == 18446744073709551615ULL);
  CHECK_FALSE(parse_number("18446744073709551616"));
  CHECK_FALSE(parse_number(""));
  CHECK_FALSE(parse_number("+1"));
  CHECK_FALSE(parse_number("1 "));
  CHECK(parse_size("25MiB") == 25ULL << 20);
  CHECK(parse_size("1TiB") == 1ULL << 40);
  CHECK(parse_size("512") == 512);
  CHECK_FALSE(parse_size("99999999999TiB"));
  CHECK_FALSE(parse_size("MiB"));
}

TEST_CASE("durations and times") {
  CHECK(parse_duration("90s") == std::chrono::seconds(90));
  CHECK(parse_duration("30d") == std::chrono::hours(30 * 24));
  CHECK_FALSE(parse_duration("30"));
  CHECK_FALSE(parse_duration("d"));
  CHECK_FALSE(parse_duration("99999999999d"));
  CHECK(rfc3339(Time(std::chrono::milliseconds(1700000000123))) == "2023-11-14T22:13:20Z");
  const std::pair<const char*, const char*> times[] = {{"2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z"},
                                                       {"2023-11-14 22:13:20.123z", "2023-11-14T22:13:20Z"},
                                                       {"2023-11-15T00:13:20+02:00", "2023-11-14T22:13:20Z"},
                                                       {"2023-11-14T12:43:20-09:30", "2023-11-14T22:13:20Z"},
                                                       {"2024-02-29", "2024-02-29T00:00:00Z"},
                                                       {"9999-12-31", "9999-12-31T00:00:00Z"}};
  for (const auto& [text, want] : times) {
    CAPTURE(text);
    REQUIRE(parse_rfc3339(text));
    CHECK(rfc3339(*parse_rfc3339(text)) == want);
  }
  for (const char* text :
       {"", "2023", "2023-02-29", "2023-13-01", "2023-11-14T", "2023-11-14T22:13:20", "2023-11-14T24:00:00Z",
        "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20.1", "2023-11-14T22:13:20+2", "2023-11-14T22:13:20+02:00x",
        "1969-12-31", "2023-11-14X22:13:20Z", "2023-1a-14"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

TEST_CASE("digests against the published vectors") {
  // FIPS 180-4 "abc"; RFC 4231 case 2; RFC 4648 section 10.
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  Sha256 foobar{'f', 'o', 'o', 'b', 'a', 'r'};
  CHECK(base32(foobar, 8) == "mzxw6ytb");
  Sha256Stream stream;
  stream.add("a");
  stream.add("bc");
  CHECK(stream.finish() == sha256("abc"));
  CHECK(equal_constant_time("abc", "abc"));
  CHECK_FALSE(equal_constant_time("abc", "abd"));
  CHECK_FALSE(equal_constant_time("abc", "ab"));
}

TEST_CASE("nothing but printable ASCII gets into a log line") {
  CHECK(for_log("a\nb\xE9\\") == "a\\x0ab\\xe9\\x5c");
  CHECK(for_log("aaaa", 2) == "aa...");
}
