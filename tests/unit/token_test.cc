// SPDX-License-Identifier: MIT
// policy/token: only we can make them, and each stands for one thing.
#include "policy/token.h"

#include <doctest/doctest.h>

#include "sample_config.h"

using namespace ticketmilter;
using policy::OwnMessageId;
using policy::Tokens;
using tickets::TicketId;

namespace {
config::Site site(const std::string& name, std::vector<std::string> former = {}) {
  config::Site s;
  s.name = name;
  s.former_names = std::move(former);
  s.domain = "tickets.example";
  return s;
}
const Tokens tokens(site("example.com"), test::sample_secrets());
std::string mac_of(const std::string& extension) {
  return extension.substr(extension.find('.') + 1);
}
}  // namespace

TEST_CASE("a reply token is for one ticket and one person") {
  const std::string mac = mac_of(tokens.reply_extension(TicketId{42}, "r@x.example"));
  CHECK(mac.size() == 16);
  CHECK(tokens.find_reply_person(TicketId{42}, mac, {"q@x.example", "r@x.example"}) == "r@x.example");
  CHECK_FALSE(tokens.find_reply_person(TicketId{42}, mac, {"q@x.example"}));
  CHECK_FALSE(tokens.find_reply_person(TicketId{43}, mac, {"r@x.example"}));
  std::string upper = mac;
  for (char& c : upper) {
    c = static_cast<char>(std::toupper(c));
  }
  CHECK(tokens.find_reply_person(TicketId{42}, upper, {"r@x.example"}));
}

TEST_CASE("N30 a bounce token is for one notice") {
  const std::string mac = mac_of(tokens.bounce_extension(TicketId{42}, 7));
  CHECK(tokens.verify_bounce(TicketId{42}, 7, mac));
  CHECK_FALSE(tokens.verify_bounce(TicketId{42}, 8, mac));
  CHECK_FALSE(tokens.verify_bounce(TicketId{42}, 7, "aaaaaaaaaaaaaaaa"));
  CHECK_FALSE(tokens.verify_bounce(TicketId{42}, 7, ""));
  // A mark never counts for another purpose.
  CHECK_FALSE(tokens.find_reply_person(TicketId{42}, mac, {"7"}));
}

TEST_CASE("our msg-ids are known by their MAC") {
  const OwnMessageId id{TicketId{42}, 17, 3};
  const std::string text = tokens.message_id(id);
  CHECK(text.starts_with("42.17.3."));
  CHECK(text.ends_with("@tickets.example"));
  CHECK(tokens.parse_message_id(text) == id);
  std::string forged = text;
  forged[0] = '5';
  for (std::string_view other : {std::string_view(forged), std::string_view("a@b"), std::string_view(""),
                                 std::string_view("42.17.3.aaaaaaaaaaaaaaaa@tickets.example"),
                                 std::string_view("1.2.99999999999.aaaaaaaaaaaaaaaa@x")}) {
    CHECK_FALSE(tokens.parse_message_id(other));
  }
}

TEST_CASE("N5, N6 the loop mark: ours in any case, forged, foreign") {
  const std::string mark = tokens.loop_mark();
  CHECK(tokens.check_loop_mark(mark) == Tokens::LoopMark::Ours);
  CHECK(tokens.check_loop_mark("EXAMPLE.COM " + mark.substr(mark.find(' ') + 1)) == Tokens::LoopMark::Ours);
  CHECK(tokens.check_loop_mark("example.com aaaaaaaaaaaaaaaa") == Tokens::LoopMark::Forged);
  CHECK(tokens.check_loop_mark("example.com") == Tokens::LoopMark::Forged);
  CHECK(tokens.check_loop_mark("other.example x") == Tokens::LoopMark::Foreign);
  CHECK(tokens.check_loop_mark("") == Tokens::LoopMark::Foreign);
}

TEST_CASE("former secrets and former names verify, the current ones sign") {
  const config::Secrets renewed{"another secret, 32 bytes long...", {"0123456789abcdef0123456789abcdef"}};
  const Tokens later(site("new.example", {"example.com"}), renewed);
  const std::string old_mac = mac_of(tokens.reply_extension(TicketId{1}, "r@x"));
  CHECK(later.find_reply_person(TicketId{1}, old_mac, {"r@x"}));
  CHECK(later.reply_extension(TicketId{1}, "r@x") != tokens.reply_extension(TicketId{1}, "r@x"));
  const Tokens stranger(site("example.com"), {"somebody else's secret..........", {}});
  CHECK_FALSE(stranger.find_reply_person(TicketId{1}, old_mac, {"r@x"}));
}
