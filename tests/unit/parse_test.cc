// SPDX-License-Identifier: MIT
#include "mail/parse.h"

#include <doctest/doctest.h>

#include <thread>

#include "base/text.h"

using namespace ticketmilter;
using namespace std::string_literals;

namespace {

const std::string top = "From: a@remote.example\r\nSubject: s\r\nMessage-ID: <1@remote.example>\r\n";

std::string repeat(std::string_view unit, std::size_t bytes) {
  std::string s;
  while (s.size() < bytes) {
    s += unit;
  }
  return s;
}

mail::Facts parse(std::string_view message) {
  return mail::parse(message, {});
}

bool has_defect(const mail::Facts& facts, std::string_view part) {
  for (const auto& defect : facts.defects) {
    if (defect.find(part) != std::string::npos) {
      return true;
    }
  }
  return false;
}

std::string content(std::string_view message, std::uint32_t part, bool* found = nullptr) {
  std::string bytes;
  bool any = mail::decode_part(message, part, {}, [&](std::string_view piece) { bytes += piece; });
  if (found != nullptr) {
    *found = any;
  }
  return bytes;
}

}  // namespace

TEST_CASE("header fields are kept as received, every instance") {
  mail::Facts f = parse("A: one\r\n\ttwo \r\nb:x\r\na:  y\r\nC:\r\nD: n\0l\r\n\r\nbody"s);
  REQUIRE(f.fields.size() == 5);
  CHECK(f.fields[0].name == "A");
  CHECK(f.fields[0].value == "one\r\n\ttwo ");
  CHECK(f.fields[4].value == "nl");
  CHECK(f.all("a") == std::vector<std::string_view>{"one\r\n\ttwo ", " y"});
  CHECK(f.first("A") == "one two");
  CHECK(f.first("c") == "");
  CHECK_FALSE(f.first("none"));
  CHECK(f.text == "body");
  CHECK(f.body_sha256 == base::sha256("body"));
}

TEST_CASE("messages that are hardly any") {
  CHECK(parse("").text.empty());
  CHECK(parse("").fields.empty());
  CHECK(parse("\n").text.empty());
  CHECK(parse("\r\n\r\nbody").text == "\nbody");
  CHECK(parse("A: b\r\n\r\n\rone\r\r\ntwo\r\n\r\nthree\rfour\r").text == "\none\n\ntwo\n\nthree\nfour\n");
  CHECK(parse("no header at all\nonly text\n").text == "no header at all\nonly text\n");
  CHECK(parse("Subject: x").subject == "x");
  CHECK(parse("Subject: x").text.empty());
  CHECK(parse(" folded start\nSubject: x\n\nb").subject == "x");
  CHECK(parse(":\n:\n").fields.empty());
  CHECK(parse("Subject: a\nSubject: b\n\n").subject == "a");
  CHECK(parse("\0\0\0"s).text == "\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("A31 a subject of 200 digits, folded") {
  std::string digits(200, '7');
  CHECK(parse("Subject:\r\n " + digits + "\r\n\r\n").subject == digits);
  CHECK(parse("Subject: " + std::string(401, 'x') + "\r\n\r\n").subject.size() == 401);
}

TEST_CASE("A18 A67 A68 authors") {
  mail::Facts root = parse("Reply-To: \r\nFrom: root@host\r\n\r\nx");
  CHECK(root.reply_to.empty());
  REQUIRE(root.from.size() == 1);
  CHECK(root.from[0].address.spec() == "root@host");
  CHECK(parse("From: J <j\xF6@remote.example>\n\n").raw_8bit_address);
  CHECK(parse("Sender: J <j\xF6@remote.example>\n\n").raw_8bit_address);
  CHECK_FALSE(parse("From: J\xF6 <j@remote.example>\nTo: \xF6@remote.example\n\n").raw_8bit_address);
  mail::ParseOptions utf8;
  utf8.utf8 = true;
  CHECK(mail::parse("From: j\xC3\xB6@remote.example\n\n", utf8).from.size() == 1);
  CHECK(parse("To: a@b.example\n\n").from.empty());
  CHECK(parse("From: a@b.example\nFrom: c@d.example\n\n").from.size() == 2);
}

TEST_CASE("A63 nothing inside an attached message is a fact of this one") {
  mail::Facts f = parse(
      top +
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nAuto-Submitted: auto-replied\n\ntext\n--b\nContent-Type: "
      "message/rfc822\n\n"
      "Auto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=c\n\n--c\n"
      "Content-Type: message/delivery-status\n\nAction: failed\n--c--\n--b--\n");
  CHECK(f.all("Auto-Submitted").empty());
  CHECK(f.report_type.empty());
  REQUIRE(f.reports.size() == 1);
  CHECK(f.reports[0].type == "message/rfc822");
}

TEST_CASE("boundaries") {
  const std::string head = top + "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n";
  struct Row {
    const char* body;
    const char* text;
    std::size_t files;
  };
  const Row rows[] = {
      {"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n", "one\ntwo", 0},
      {"preamble\r\n--b\r\n\r\none\r\n--b--\r\nepilogue\r\n--b\r\n\r\nno\r\n", "one", 0},
      {"--b \t\r\n\r\none\r\n--b-- \r\n", "one", 0},
      {"--b\r\n\r\none\r\n--bb\r\n--bx\r\n--b-\r\n -b\r\n--b--\r\n", "one\n--bb\n--bx\n--b-\n -b", 0},
      {"--b\r\n\r\none\r\n", "one\n", 0},
      {"--b\r\n\r\n--b\r\n\r\ntwo\r\n--b--", "two", 0},
      {"--b\r\nContent-Type: image/png\r\n--b\r\n\r\ntwo\r\n--b--", "two", 1},
      {"--b\r\nno header, no blank line\r\n--b--", "no header, no blank line", 0},
      {"--b\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n", "x", 0},
      {"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--b\r\nContent-Type: "
       "image/png\r\n\r\n--c\r\n--b--",
       "x", 1},
  };
  for (const auto& row : rows) {
    CAPTURE(row.body);
    mail::Facts f = parse(head + row.body);
    CHECK(f.text == row.text);
    CHECK(f.attachments.size() == row.files);
  }
}

TEST_CASE("A15 A76 parts are decoded as a stream") {
  std::string png = "\x89PNG\r\n\x1a\n\0\1\2"s;
  std::string message =
      top +
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: image/png\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAQI=\r\n--b--\r\n";
  mail::Facts f = parse(message);
  REQUIRE(f.attachments.size() == 1);
  CHECK(f.attachments[0].part == 1);
  CHECK(f.attachments[0].size == png.size());
  CHECK(f.attachments[0].sha256 == base::sha256(png));
  CHECK(content(message, 1) == png);
  CHECK(content(message, 0) == "text");
  bool found = true;
  CHECK(content(message, 2, &found).empty());
  CHECK_FALSE(found);

  std::string line = repeat("TWFu", 250 << 10);
  std::string long_line =
      top + "Content-Type: application/x-thing\r\nContent-Transfer-Encoding: BASE64 (really)\r\n\r\n" + line + "\r\n";
  REQUIRE(parse(long_line).attachments.size() == 1);
  CHECK(parse(long_line).attachments[0].size == line.size() / 4 * 3);
  CHECK(content(long_line, 0) == repeat("Man", line.size() / 4 * 3));
}

TEST_CASE("transfer encodings of other names leave the bytes alone") {
  for (std::string name : {"7-bit", "8bit;", "", "text/html", "x-nothing", "binary"}) {
    CAPTURE(name);
    CHECK(parse(top + "Content-Transfer-Encoding: " + name + "\n\na=20b\n").text == "a=20b\n");
  }
  CHECK(parse(top + "Content-Transfer-Encoding: Quoted-Printable\n\na=20b=\n c\n").text == "a b c\n");
}

TEST_CASE("text is cut at its limit and can be had whole") {
  mail::ParseOptions options;
  options.limits.text = 100;
  for (std::string type : {"text/plain", "text/html"}) {
    CAPTURE(type);
    mail::Facts f =
        mail::parse(top + "Content-Type: " + type + "; charset=utf-8\n\n" + repeat("\u00E9 ", 3000), options);
    CHECK(f.text.size() <= 100);
    CHECK(f.text.size() > 90);
    CHECK(base::is_valid_utf8(f.text));
    CHECK(has_defect(f, "is cut"));
    REQUIRE(f.attachments.size() == 1);
    CHECK(f.attachments[0].size == 3000);
  }
}

TEST_CASE("header over its limit: the rest is one opaque part") {
  for (std::string header : {repeat("X-Field: 0123456789\r\n", 2 << 20),
                             "Subject: " + std::string(2 << 20, 'x') + "\r\n", repeat("a:\n", 40000)}) {
    std::string message = top + header + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n";
    mail::Facts f = parse(message);
    CHECK(has_defect(f, "one opaque part"));
    CHECK(f.fields.size() <= 60000);
    CHECK(f.from.size() == 1);
    CHECK(f.text.empty());
    REQUIRE(f.attachments.size() == 1);
    CHECK(f.attachments[0].type == "application/octet-stream");
    CHECK(message.ends_with(content(message, 0)));
  }
}

TEST_CASE("parts over their limit: the rest is one opaque part") {
  std::string message = top + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
                        repeat("--b\r\nContent-Type: image/x\r\n\r\nx\r\n", 200000);
  mail::Facts f = parse(message);
  CHECK(has_defect(f, "over 1000 parts"));
  CHECK(f.attachments.size() == 1000);
  CHECK(f.attachments.back().type == "application/octet-stream");
  CHECK(message.ends_with(content(message, f.attachments.back().part)));
}

TEST_CASE("levels over their limit are one opaque part, what follows is read") {
  std::string message = top + "Content-Type: multipart/mixed; boundary=b0\r\n\r\n";
  for (int i = 0; i < 1000; ++i) {
    message += "--b" + std::to_string(i) + "\r\nContent-Type: multipart/mixed; boundary=b" + std::to_string(i + 1) +
               "\r\n\r\n";
  }
  message += "--b0\r\n\r\nthe text\r\n--b0--\r\n";
  mail::Facts f = parse(message);
  CHECK(has_defect(f, "over 30 levels"));
  CHECK(f.text == "the text");
  CHECK(f.attachments.size() == 1);
}

TEST_CASE("A72 hostile mail leaves bounded facts") {
  const std::string messages[] = {
      "To: " + repeat("g:", 900000) + "\n\nx",
      top + "Content-Type: text/plain" + repeat(";a*0=x", 900000) + "\n\nx",
      top + "Content-Type: multipart/mixed; boundary=b\n\n" + repeat("--b\n\n", 1000000),
      top + "Content-Type: multipart/mixed; boundary=b\n\n" + repeat("--\n", 1000000),
      top + "Content-Type: text/plain; charset=utf-32le\nContent-Transfer-Encoding: base64\n\n" +
          repeat("TWFu", 250 << 10),
      top + "Content-Type: text/html\n\n" + repeat("<a href=x><div><table>", 1000000),
      "References: " + repeat("<a@b>", 900000) + "\n\nx",
      repeat("From: x\n", 70000) + "\nx",
  };
  for (const auto& message : messages) {
    mail::Facts f = parse(message);
    CHECK(f.text.size() <= 1 << 20);
    CHECK(base::is_valid_utf8(f.text));
    CHECK(f.references.size() <= 100);
    CHECK(f.attachments.size() <= 1000);
    CHECK(f.defects.size() <= 50);
  }
}

TEST_CASE("A64 names of attached messages") {
  auto name = [](const std::string& type, const std::string& inner) {
    mail::Facts f = parse(top + "Content-Type: " + type + "\n\n" + inner);
    return f.attachments.empty() ? "-" : f.attachments[0].name;
  };
  CHECK(name("message/rfc822; name=\"a b.eml\"", "Subject: x\n\n") == "a b.eml");
  CHECK(name("message/rfc822", "Subject: =?utf-8?Q?a/b_=E2=82=AC?=\n\n") == "a_b €.eml");
  CHECK(name("message/rfc822", "\n\n") == "message.eml");
  CHECK(name("image/png; name=\"/etc/passwd\"", "") == "passwd");
  CHECK(name("image/png; name=\"..\"", "") == "");
  CHECK(name("image/png; name=\"a\x01"
             "b\x7f.png\"",
             "") == "a b .png");
}

TEST_CASE("A35 HTML that declares its character set itself") {
  auto text = [](const std::string& html) { return parse(top + "Content-Type: text/html\n\n" + html).text; };
  CHECK(text("<meta charset=\"windows-1250\">\xE8") == "\u010D\n");
  CHECK(text("<meta http-equiv=x content=\"text/html; charset=koi8-r\">\xF0") == "\u041F\n");
  CHECK(text("<meta charset=utf-16>\xE8") == "\u00E8\n");
  CHECK(text("<meta charset=koi8-r>\u041F") == "\u041F\n");
}

TEST_CASE("calendar methods") {
  CHECK(parse(top + "Content-Type: text/calendar; method=reply\n\nx").calendar_method == "REPLY");
  CHECK(parse(top + "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\r\nmethod:Cancel\r\n").calendar_method == "CANCEL");
  CHECK(parse(top + "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\r\n").calendar_method.empty());
}

TEST_CASE("parsing is safe on any thread") {
  std::string message = top +
                        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; "
                        "charset=iso-8859-1\n\n\xE9\n--b\nContent-Type: "
                        "image/png; name=x\nContent-Transfer-Encoding: base64\n\nTWFu\n--b--\n";
  std::vector<std::thread> threads;
  std::vector<int> good(4);
  for (int& mine : good) {
    threads.emplace_back([&mine, &message] {
      for (int i = 0; i < 200; ++i) {
        mail::Facts f = parse(message);
        mine += f.text == "é" && f.attachments.size() == 1 && f.attachments[0].size == 3 ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  CHECK(good == std::vector<int>(4, 200));
}
