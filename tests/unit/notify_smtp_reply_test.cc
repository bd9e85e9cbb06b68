// SPDX-License-Identifier: MIT
// notify/smtp_reply: replies in pieces, of many lines, and what is none.
#include "notify/smtp_reply.h"

#include <doctest/doctest.h>

#include <string>

using namespace ticketmilter::notify;

namespace {

// What comes out when the bytes come in pieces of that size.
std::vector<std::string> read(const std::string& bytes, std::size_t piece) {
  ReplyReader reader;
  std::vector<std::string> replies;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    auto part = std::string_view(bytes).substr(i, piece);
    while (auto reply = reader.read(part)) {
      replies.push_back(std::to_string(reply->code) + "|" + one_line(*reply));
    }
    CHECK(part.empty());
  }
  return replies;
}

}  // namespace

TEST_CASE("replies come out whole, in whatever pieces they come in") {
  const std::string bytes = "250-a\r\n250 b\r\n354\r\n550-5.1.1 no\r\n550-5.1.1 such\r\n550 5.1.1 user\r\n220 bare\n";
  const std::vector<std::string> wanted = {"250|250 a b", "354|354", "550|550 5.1.1 no such user", "220|220 bare"};
  for (const std::size_t piece : {1, 2, 3, 7, 1000}) {
    CHECK(read(bytes, piece) == wanted);
  }
}

TEST_CASE("what is no reply is told, and not believed") {
  for (const std::string line : {"hello", "25", "25x ok", "250x", "150 too early", "600 unknown", "-250 ok"}) {
    CAPTURE(line);
    CHECK(read(line + "\r\n", 1000) == std::vector<std::string>{"0|this is no SMTP reply: " + line});
  }
  CHECK(read("\r\n", 1000) == std::vector<std::string>{"0|this is no SMTP reply: "});
  CHECK(read(" 250 ok\n", 1000) == std::vector<std::string>{"0|this is no SMTP reply:  250 ok"});
}

TEST_CASE("control characters and broken UTF-8 do not get through") {
  CHECK(read(std::string("550 a\x1b[31mb\r\0c\xff\r\n", 17), 1000) ==
        std::vector<std::string>{"550|550 a [31mb \uFFFDc\uFFFD"});
}

TEST_CASE("of a line a thousand bytes are kept, of all lines a thousand characters") {
  const auto one = read("250 " + std::string(10 << 20, 'x') + "\r\n", 4096);
  REQUIRE(one.size() == 1);
  CHECK(one[0].size() == 4 + 1000);
  std::string many;
  for (int i = 0; i < 99; ++i) {
    many += "250-" + std::string(500, 'y') + "\r\n";
  }
  CHECK(read(many + "250 end\r\n", 4096).at(0).size() == 4 + 1000);
  CHECK(read(many + "250-hundred\r\n250 more\r\n", 4096).at(0) == "0|a reply of too many lines");
}

TEST_CASE("the offers of EHLO") {
  const Reply all{250, {"relay", "PIPELINING", "size 10240000", "Dsn", "HELP"}};
  CHECK(parse_offers(all).pipelining);
  CHECK(parse_offers(all).size);
  CHECK(parse_offers(all).dsn);
  const Reply none{250, {"DSN", "XDSN", "SIZES", "NOPIPELINING"}};  // the first line is the relay's name
  CHECK_FALSE(parse_offers(none).pipelining);
  CHECK_FALSE(parse_offers(none).size);
  CHECK_FALSE(parse_offers(none).dsn);
  CHECK_FALSE(parse_offers({}).pipelining);
}
