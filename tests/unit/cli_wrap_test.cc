// SPDX-License-Identifier: MIT
// Long lines break between words on a terminal, and nowhere else.
#include <doctest/doctest.h>

#include "base/text.h"
#include "cli/wrap.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;

namespace {
Terminal terminal(std::size_t width) {
  Terminal t;
  t.width = width;
  t.interactive = true;
  return t;
}
}  // namespace

TEST_CASE("a margin before each line, and a line feed behind the last") {
  CHECK(framed("a\n\nb", "  | ", {}) == "  | a\n  |\n  | b\n");
  CHECK(framed("a\n", "    ", {}) == "    a\n");
  CHECK(framed("a\n\n", "    ", {}) == "    a\n\n");
}

TEST_CASE("lines break at words, on a terminal only") {
  const std::string text = "one two three four five six";
  CHECK(framed(text, "  ", terminal(20)) == "  one two three four\n  five six\n");
  CHECK(framed(text, "  ", {20, false}) == "  one two three four five six\n");
  CHECK(framed("  indented words that go on", "", terminal(20)) == "  indented words\nthat go on\n");
  CHECK(framed("a\tb", "", terminal(20)) == "a       b\n");
  CHECK(framed("\tb", "", terminal(20)) == "        b\n");
}

TEST_CASE("a word that is too wide breaks between characters, and no line is wider than the terminal") {
  CHECK(framed("abcdefghijklmnopqrstuvwxyz", "", terminal(20)) == "abcdefghijklmnopqrst\nuvwxyz\n");
  CHECK(framed("漢字漢字漢字漢字漢字漢字", "", terminal(17)) == "漢字漢字漢字漢字\n漢字漢字\n");
  const std::string family = "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";
  const std::string text = family + family + family + "e\xCC\x81 ";
  const std::string out = framed(text + text, "", terminal(16));
  for (std::string_view line : base::split(out, '\n')) {
    CHECK(base::display_width(line) <= 16);
    CHECK_FALSE(line.ends_with("\xE2\x80\x8D"));
    CHECK_FALSE(line.starts_with("\xE2\x80\x8D"));
  }
}
