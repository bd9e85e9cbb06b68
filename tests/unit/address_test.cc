// SPDX-License-Identifier: MIT
#include "mail/address.h"

#include <doctest/doctest.h>

#include <string>

using namespace ticketmilter;

namespace {

std::string path(std::string_view argument, bool utf8 = false) {
  auto address = mail::parse_path(argument, utf8);
  return address ? address->spec() : "-";
}

// "Name <spec>|..." with "!" for malformed and "8" for raw 8-bit behind it.
std::string field(std::string_view value, bool utf8 = false) {
  mail::AddressList list = mail::parse_address_field(value, utf8);
  std::string all;
  for (const auto& m : list.mailboxes) {
    all += (all.empty() ? "" : "|") + m.name + '<' + m.address.spec() + '>';
  }
  return all + (list.malformed ? "!" : "") + (list.raw_8bit ? "8" : "");
}

}  // namespace

TEST_CASE("A58 paths as clients type them") {
  struct Row {
    const char* argument;
    const char* spec;
  };
  const Row rows[] = {
      {"<a@b.example>", "a@b.example"},
      {"a@b.example", "a@b.example"},
      {" <a@b.example> ", "a@b.example"},
      {"<@relay.example,@two.example:a@b.example>", "a@b.example"},
      {"<@relay.example a@b.example>", "-"},
      {"<>", "-"},
      {"", "-"},
      {"<postmaster>", "postmaster"},
      {"<Postmaster>", "Postmaster"},
      {"<\"a b\"@c.example>", "\"a b\"@c.example"},
      {"<\"a.b\"@c.example>", "a.b@c.example"},
      {"<\"a\\\"b\"@c.example>", "\"a\\\"b\"@c.example"},
      {"<a+b=c@d.example>", "a+b=c@d.example"},
      {"<a@[127.0.0.1]>", "a@[127.0.0.1]"},
      {"<a@[IPv6:::1]>", "a@[IPv6:::1]"},
      {"<a@b.example.>", "a@b.example"},
      {"<a>", "-"},
      {"<@b.example>", "-"},
      {"<a@>", "-"},
      {"<a@b@c.example>", "-"},
      {"<a b@c.example>", "-"},
      {"<a@b..example>", "-"},
      {"<a@b.example", "-"},
      {"a@b.example>", "-"},
      {"<\"a\nb\"@c.example>", "-"},
      {"<a\r@c.example>", "-"},
      {"<\"open@c.example>", "-"},
      {"<j\xC3\xB6@c.example>", "-"},
      {"<a@b.example> SIZE=3", "-"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.argument);
    CHECK(path(row.argument) == row.spec);
  }
  CHECK(path("<j\xC3\xB6@c.example>", true) == "j\xC3\xB6@c.example");
  CHECK(path("<j\xF6@c.example>", true) == "-");
  CHECK(path("<" + std::string(257, 'a') + "@b.example>") == "-");
  CHECK(path("<a@" + std::string(255, 'b') + ">") == "-");
  CHECK(mail::is_null_path("<>"));
  CHECK(mail::is_null_path(" "));
  CHECK_FALSE(mail::is_null_path("<a@b>"));
}

TEST_CASE("addresses are compared folded") {
  CHECK(mail::parse_addr_spec("Support@Example.COM")->folded() == "support@example.com");
  CHECK(mail::parse_addr_spec("\"A B\"@Example.COM")->folded() == "\"a b\"@example.com");
  CHECK(mail::parse_addr_spec("J\xC3\x96@\xC3\x84.example", true)->folded() == "j\xC3\xB6@\xC3\xA4.example");
  CHECK_FALSE(mail::parse_addr_spec("<a@b>"));
  CHECK_FALSE(mail::parse_addr_spec("a@b, c@d"));
}

TEST_CASE("extensions") {
  auto split = [](std::string_view local, std::string_view delimiters) {
    auto s = mail::split_extension(local, delimiters);
    return s.user + '|' + s.extension.value_or("none");
  };
  CHECK(split("help+12", "+") == "help|12");
  CHECK(split("help+", "+") == "help|");
  CHECK(split("help", "+") == "help|none");
  CHECK(split("+help", "+") == "+help|none");
  CHECK(split("help-a+b", "+-") == "help|a+b");
  CHECK(split("help+a+b", "+") == "help|a+b");
  CHECK(split("help+x", "") == "help+x|none");
  CHECK(split("", "+") == "|none");
}

TEST_CASE("A18 A57 A67 A68 address fields") {
  struct Row {
    const char* value;
    const char* list;
  };
  const Row rows[] = {
      {"", ""},
      {"root@host", "<root@host>"},
      {"Jo Baker <jo@r.example>", "Jo Baker<jo@r.example>"},
      {"jo@r.example (Jo (the) Baker)", "Jo (the) Baker<jo@r.example>"},
      {"\"Baker, Jo\" <jo@r.example>, x@r.example", "Baker, Jo<jo@r.example>|<x@r.example>"},
      {"\"\"Baker, Jo\"\" <jo@r.example>", "Baker, Jo<jo@r.example>"},
      {"\"Baker, Jo <jo@r.example>", "Jo<jo@r.example>!"},
      {"Jo\r\n <jo@r.example>,\r\n\tx@r.example", "Jo<jo@r.example>|<x@r.example>"},
      {"<<jo@r.example>>", "<jo@r.example>"},
      {"'jo@r.example'", "<jo@r.example>"},
      {"\"jo@r.example\"", "<jo@r.example>"},
      {"\"jo smith\"@r.example", "<\"jo smith\"@r.example>"},
      {"jo . smith @ r . example", "<jo.smith@r.example>"},
      {"jo smith@r.example", "!"},
      {"jo@r.example smith@r.example", "<jo@r.example>!"},
      {"Jo Smith", "!"},
      {"<>", "!"},
      {"a@r.example; b@r.example", "<a@r.example>|<b@r.example>"},
      {",,a@r.example,,", "<a@r.example>"},
      {"undisclosed-recipients:;", ""},
      {"team: a@r.example, b@r.example;, c@r.example", "<c@r.example>"},
      {"Re: me <a@r.example>", "Re: me<a@r.example>"},
      {"<@one,@two:a@r.example>", "<a@r.example>"},
      {"a@x.example, b@x.example, c@x.example, =?utf-8?Q?d@example.com,e@example.com;?=",
       "<a@x.example>|<b@x.example>|<c@x.example>!"},
      {"=?utf-8?B?ZEBleGFtcGxlLmNvbSxlQGV4YW1wbGUuY29tOw==?= <f@x.example>",
       "d@example.com,e@example.com;<f@x.example>"},
      {"=?utf-8?Q?Baker,_Jo?= <jo@r.example>", "Baker, Jo<jo@r.example>"},
      {"J\xC3\xB6 <jo@r.example>", "J\xC3\xB6<jo@r.example>"},
      {"J\xF6 <jo@r.example>", "J\xC3\xB6<jo@r.example>"},
      {"j\xF6@r.example", "!8"},
      {"J <j\xC3\xB6@r.example>", "!8"},
      {"\"one\ntwo\" <jo@r.example>", "onetwo<jo@r.example>"},
      {"=?utf-8?Q?one=0D=0AEvil:_yes?= <jo@r.example>", "one Evil: yes<jo@r.example>"},
      {"jo\n@r.example", "<jo@r.example>"},
      {"\"jo\x01\"@r.example", "!"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    CHECK(field(row.value) == row.list);
  }
  CHECK(field("j\xC3\xB6@r.example", true) == "<j\xC3\xB6@r.example>");
  CHECK(field("j\xF6@r.example", true) == "!");
}

TEST_CASE("an address field is bounded whatever it holds") {
  std::string many;
  for (int i = 0; i < 3000; ++i) {
    many += "a@b,";
  }
  CHECK(mail::parse_address_field(many, false).mailboxes.size() == 1000);
  for (std::string unit : {"g:", "(", "\"", "<", "<@", "<@,", "\",", "=?a?q?x", "g:;", "\\", "<(\"", "a@b(", ":;,"}) {
    CAPTURE(unit);
    std::string value;
    while (value.size() < 300000) {
      value += unit;
    }
    CHECK(mail::parse_address_field(value, false).mailboxes.size() <= 1000);
  }
}
