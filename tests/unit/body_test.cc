// SPDX-License-Identifier: MIT
#include "mail/body.h"

#include <doctest/doctest.h>

using namespace ticketmilter;

TEST_CASE("what is new in a text") {
  struct Row {
    const char* text;
    const char* fresh;
  };
  const Row rows[] = {
      {"", ""},
      {"new\n", "new\n"},
      {"new", "new\n"},
      {"> old\nnew\n", "new\n"},
      {"Yes.\n\nOn Monday, Jo <jo@r.example> wrote:\n> old\n> older\n", "Yes.\n\n"},
      {"Yes.\nOn Monday at 8,\nJo <jo@r.example> wrote:\n\n> old\nNo.\n", "Yes.\nNo.\n"},
      {"Am 1.2.2026 um 8:00 schrieb Jo:\n> alt\nneu\n", "neu\n"},
      {"Jo wrote:\nnothing\n", "Jo wrote:\nnothing\n"},
      {"new\n-- \nJo\n[example.com #1]\n", "new\n"},
      {"new\n> -- \n> Jo\nmore\n", "new\nmore\n"},
      {"a\n--\nb\n", "a\n"},
      {"a\n---\nb\n", "a\n---\nb\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(mail::unquoted(row.text) == row.fresh);
  }
}

TEST_CASE("quotes and signatures fold for display") {
  CHECK(mail::fold_quotes("a\n> 1\n> 2\n> 3\nb\n") == "a\n> 1\n> 2\n> 3\nb\n");
  CHECK(mail::fold_quotes("a\n> 1\n> 2\n> 3\n> 4\nb\n-- \nJo\nX\n") ==
        "a\n[4 quoted lines]\nb\n[signature, 2 lines]\n");
  CHECK(mail::fold_quotes("> 1\n> 2\n> 3\n> 4") == "[4 quoted lines]\n");
  CHECK(mail::fold_quotes("").empty());
  CHECK(mail::fold_quotes("\n\n") == "\n\n");
}
