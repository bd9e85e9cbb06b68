// SPDX-License-Identifier: MIT
// notify/letter: the envelope's commands and the lines of the content.
#include "notify/letter.h"

#include <doctest/doctest.h>

using namespace ticketmilter::notify;

namespace {

std::string stuffed(std::string_view message, std::size_t enough = 1 << 20) {
  std::string all;
  while (!message.empty()) {
    std::string chunk;
    stuff_lines(message, chunk, enough);
    all += chunk;
  }
  return all;
}

}  // namespace

TEST_CASE("only a plain address is a path") {
  CHECK(is_path("ann@people.example"));
  CHECK(is_path("bounce+42-17.MAC@tickets.example"));
  CHECK(is_path("postmaster"));
  for (const std::string bad :
       {"", "a b@c", "a@b>", "<a@b", "a@b\r\nRCPT TO:<x@y>", "a@b\n", "a\tb@c", "a@\x7f", "\xc3\xa4@b"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_path(bad));
  }
  CHECK_FALSE(is_path(std::string("a\0@b", 4)));
  CHECK(is_path(std::string(320, 'a')));
  CHECK_FALSE(is_path(std::string(321, 'a')));
}

TEST_CASE("xtext") {
  CHECK(xtext("42.17.3.MAC@site") == "42.17.3.MAC@site");
  CHECK(xtext("a+b=c d\r\n\xff") == "a+2Bb+3Dc+20d+0D+0A+FF");
}

TEST_CASE("parameters only where they are offered") {
  const Letter letter{"bounce@s.example", "ann@p.example", "Subject: x\r\n\r\nhi\r\n", "42+3"};
  using Commands = std::vector<std::string>;
  CHECK(envelope(letter, {}) ==
        Commands{"MAIL FROM:<bounce@s.example>\r\n", "RCPT TO:<ann@p.example>\r\n", "DATA\r\n"});
  CHECK(envelope(letter, {.dsn = true, .size = true}) ==
        Commands{"MAIL FROM:<bounce@s.example> SIZE=18 RET=HDRS ENVID=42+2B3\r\n",
                 "RCPT TO:<ann@p.example> NOTIFY=FAILURE\r\n", "DATA\r\n"});
  CHECK(envelope({"", "ann@p.example", "", std::string(101, 'x')}, {.dsn = true}).front() ==
        "MAIL FROM:<> RET=HDRS\r\n");
}

TEST_CASE("lines are dot-stuffed and end in CRLF") {
  struct Row {
    std::string_view in, out;
  };
  for (const auto& [in, out] :
       {Row{"", ""}, Row{"a\r\n", "a\r\n"}, Row{"a", "a\r\n"}, Row{".\r\n", "..\r\n"},
        Row{".a\r\n..b\r\n", "..a\r\n...b\r\n"}, Row{"a.b\r\n", "a.b\r\n"}, Row{"\r\n\r\n", "\r\n\r\n"},
        Row{"a\nb\n", "a\r\nb\r\n"}, Row{"a\rb\r\n", "a\r\nb\r\n"}, Row{"a\n.\n", "a\r\n..\r\n"},
        Row{"a\r.\r\n", "a\r\n..\r\n"}, Row{"a\r\r\n", "a\r\n\r\n"}, Row{"a\r\n.\r\nMAIL", "a\r\n..\r\nMAIL\r\n"}}) {
    CAPTURE(in);
    CHECK(stuffed(in) == out);
    CHECK(stuffed(in, 1) == out);
  }
}

TEST_CASE("content comes in chunks") {
  std::string message;
  for (int i = 0; i < 10000; ++i) {
    message += "line of a message\r\n";
  }
  std::string_view rest = message;
  std::string chunk;
  stuff_lines(rest, chunk, 1000);
  CHECK(chunk.size() >= 1000);
  CHECK(chunk.size() < 1020);
  CHECK(chunk + std::string(rest) == message);
}
