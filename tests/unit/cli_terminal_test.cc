// SPDX-License-Identifier: MIT
// What mail brings along must not reach a terminal as more than text.
#include <doctest/doctest.h>

#include <string>

#include "base/text.h"
#include "cli/terminal.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;

TEST_CASE("safe_line: one line without control characters") {
  struct Row {
    std::string in, want;
  };
  const Row rows[] = {
      {"", ""},
      {"plain", "plain"},
      {"zwölf Bäume 漢字", "zwölf Bäume 漢字"},
      {"a\tb\r\nc", "a b c"},
      {"\x1b[2Jgone", "[2Jgone"},
      {"bell\x07 del\x7f end", "bell del end"},
      {"csi \xC2\x9B"
       "31m",
       "csi 31m"},
      {"raw \x9B"
       "31m",
       "raw \xEF\xBF\xBD"
       "31m"},
      {"abc\xE2\x80\xAEgpj.exe", "abc\xEF\xBF\xBDgpj.exe"},
      {"iso \xE2\x81\xA6x", "iso \xEF\xBF\xBDx"},
      {"one\xE2\x80\xA8two", "one two"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.want);
    CHECK(safe_line(row.in) == row.want);
  }
}

TEST_CASE("safe_line: no byte below 32, no DEL and no C1, whatever comes in") {
  std::string all;
  for (int first = 0; first < 256; ++first) {
    all += static_cast<char>(first);
    all += '\xC2';
    all += static_cast<char>(first);
  }
  for (const std::string& out : {safe_line(all), safe_text(all)}) {
    CHECK(base::is_valid_utf8(out));
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto c = static_cast<unsigned char>(out[i]);
      const bool fine = (c >= 32 && c != 127) || c == '\n' || c == '\t';
      const bool c1 = c == 0xC2 && static_cast<unsigned char>(out[i + 1]) < 0xA0;
      CHECK(fine);
      CHECK_FALSE(c1);
    }
  }
}

TEST_CASE("safe_text keeps lines and tabs, and nothing else that steers") {
  CHECK(safe_text("a\r\nb\n\tc") == "a\nb\n\tc");
  CHECK(safe_text("a\rb") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(safe_text("\x1b]0;title\x07") == "\xEF\xBF\xBD]0;title\xEF\xBF\xBD");
  CHECK(safe_text("\xFF") == "\xEF\xBF\xBD");
  CHECK(safe_text("a\xE2\x80\xA8"
                  "b\xE2\x80\xA9"
                  "c") == "a\nb\nc");
  CHECK(safe_text("\xE2\x80\xAEgpj\xE2\x81\xA6") == "\xEF\xBF\xBDgpj\xEF\xBF\xBD");
}

TEST_CASE("cut counts columns") {
  CHECK(cut("abcdef", 0) == "abcdef");
  CHECK(cut("abcdef", 6) == "abcdef");
  CHECK(cut("abcdef", 4) == "abc…");
  CHECK(cut("漢字漢字", 5) == "漢字…");
  CHECK(cut("漢字漢字", 4) == "漢…");
  CHECK(cut("abc", 1) == "…");
}

TEST_CASE("cut and next_character tear no character apart") {
  const std::string family = "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";
  const std::string flag = "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA";
  const std::string wave = "\xF0\x9F\x91\x8B\xF0\x9F\x8F\xBD";
  for (const std::string& c : {std::string("a"), std::string("e\xCC\x81\xCC\xA3"), family, flag, wave}) {
    CHECK(next_character(c + c) == c);
    CHECK(next_character(c + "x") == c);
  }
  CHECK(next_character("").empty());
  CHECK(cut(family + "abcdef", 5) == "…");
  CHECK(cut("e\xCC\x81"
            "abcdef",
            3) ==
        "e\xCC\x81"
        "a…");
}

TEST_CASE("styled says nothing without colour") {
  CHECK(styled("x", Style::Red, {}) == "x");
  CHECK(styled("x", Style::Red, {0, true}) == "\x1b[31mx\x1b[0m");
  CHECK(styled("x", Style::Plain, {0, true}) == "x");
  CHECK(styled("", Style::Red, {0, true}).empty());
}

TEST_CASE("human_size") {
  CHECK(human_size(0) == "0 B");
  CHECK(human_size(1023) == "1023 B");
  CHECK(human_size(1024) == "1.0 KiB");
  CHECK(human_size(3 << 20) == "3.0 MiB");
  CHECK(human_size(1ULL << 40) == "1.0 TiB");
  CHECK(human_size(UINT64_MAX) == "16777216.0 TiB");
}
