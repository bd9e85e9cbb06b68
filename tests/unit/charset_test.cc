// SPDX-License-Identifier: MIT
#include "mail/charset.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace ticketmilter;
using namespace std::string_view_literals;

TEST_CASE("A17 A36 A59 text in the character set it says, or might be in") {
  struct Row {
    std::string_view bytes;
    const char* charset;
    const char* text;
    bool exact;
  };
  const Row rows[] = {
      {"plain", "", "plain", true},
      {"gut: \xC3\xBC\nbad: \xFC\n", "UTF-8", "gut: ü\nbad: \uFFFD\n", false},
      {"\xE9", "iso-8859-1", "é", true},
      {"\x93x\x94", "ISO-8859-1", "“x”", true},  // nobody sends C1 controls
      {"\x81", "windows-1252", "\uFFFD", false},
      {"\xF0\xD2", "koi8-r", "Пр", true},
      {"\x1b$BF|K\\\x1b(B", "iso-2022-jp", "日本", true},
      {"a\xFF\xFE z", "euc-jp", "a\uFFFD\uFFFD z", false},
      {"caf\xC3\xA9", "", "café", true},
      {"caf\xE9", "", "café", true},
      {"caf\xE9", "us-ascii", "café", true},
      {"caf\xE9", "x-klingon", "café", false},
      {"plain", "x-klingon", "plain", false},
      {"plain", "../../etc/passwd", "plain", false},
      {"a\0b"sv, "", "a\uFFFDb", true},
      {"\xC3\xA9\0b"sv, "", "é\uFFFDb", true},
      {"+AOk-", "utf-7", "é", true},
      {"\x3C\xD8\xBB\xDF"sv, "utf-16le", "\U0001F3BB", true},
      {"a\0\0\xDC"
       "b\0"sv,
       "utf-16le", "a\uFFFDb", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.bytes);
    CAPTURE(row.charset);
    mail::Converted c = mail::to_utf8(row.bytes, row.charset, mail::default_fallbacks(), 1000);
    CHECK(c.text == row.text);
    CHECK(c.exact == row.exact);
    CHECK_FALSE(c.cut);
  }
  CHECK(mail::to_utf8("\xF0\xD2", "", {"utf-8", "koi8-r"}, 100).text == "Пр");
  CHECK(mail::to_utf8("caf\xE9", "", {}, 100).text == "caf\uFFFD");
  CHECK(mail::to_utf8("caf\xE9", "", {"no-such"}, 100).text == "caf\uFFFD");
}

TEST_CASE("text is cut between characters") {
  for (std::size_t max = 0; max < 12; ++max) {
    for (auto [bytes, charset] : {std::pair{"éééééé"sv, "utf-8"},
                                  {"\xE9\xE9\xE9\xE9\xE9\xE9"sv, "iso-8859-1"},
                                  {"\xFF\xFF\xFF\xFF"sv, "utf-8"}}) {
      mail::Converted c = mail::to_utf8(bytes, charset, {}, max);
      CHECK(c.cut);
      CHECK(c.text.size() <= max);
      CHECK(c.text.size() + 3 > max);
      CHECK(base::is_valid_utf8(c.text));
    }
  }
  CHECK_FALSE(mail::to_utf8("éééééé", "utf-8", {}, 12).cut);
}

TEST_CASE("A72 junk in any character set is bounded") {
  std::string junk;
  unsigned state = 7;
  for (int i = 0; i < 100000; ++i) {
    state = state * 1103515245 + 12345;
    junk += static_cast<char>(state >> 16);
  }
  for (const char* charset :
       {"utf-32le", "ucs-4", "ucs-2", "utf-16", "utf-7", "utf-8", "iso-2022-jp", "iso-2022-kr", "iso-2022-cn",
        "gb18030", "euc-tw", "big5", "shift_jis", "euc-kr", "windows-1255", "viscii", ""}) {
    CAPTURE(charset);
    mail::Converted c = mail::to_utf8(junk, charset, mail::default_fallbacks(), 1 << 20);
    CHECK(base::is_valid_utf8(c.text));
    CHECK(c.text.find('\0') == std::string::npos);
    CHECK(c.text.size() <= 400000);
  }
}

TEST_CASE("characters beyond the last there is are none") {
  const mail::Converted c =
      mail::to_utf8(std::string("\0\0\0A\0\x11\0\0\x7F\xFF\xFF\xFF\0\0\0B", 16), "ucs-4", {}, 100);
  CHECK(c.text == "A\uFFFD\uFFFDB");
  CHECK_FALSE(c.exact);
}
