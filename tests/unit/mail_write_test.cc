// SPDX-License-Identifier: MIT
#include "mail/write.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "base/text.h"
#include "mail/parse.h"
#include "other_parser.h"

using namespace ticketmilter;
using mail::Outgoing;

namespace {

constexpr base::Time when{std::chrono::milliseconds(1'795'255'808'123)};

Outgoing plain_mail() {
  Outgoing m;
  m.date = when;
  m.from = {"Ann Clerk via Example Support", {"support", "tickets.example.com"}};
  m.to = {"", {"joe", "example.net"}};
  m.subject = "[example.com #42] Printer on fire";
  m.message_id = "42.17.3.abcdefghijklmnop@tickets.example.com";
  m.text = "Hello,\n\nit still burns.\n";
  m.boundary = "0123456789abcdef";
  return m;
}

std::string repeated(const std::string& s, std::size_t n) {
  std::string all;
  for (std::size_t i = 0; i < n; ++i) {
    all += s;
  }
  return all;
}

bool has(const std::string& where, std::string_view what) {
  return where.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("a plain message is written as one would by hand") {
  CHECK(mail::write(plain_mail()) ==
        "Date: Sat, 21 Nov 2026 10:10:08 +0000\r\n"
        "From: Ann Clerk via Example Support <support@tickets.example.com>\r\n"
        "To: joe@example.net\r\n"
        "Subject: [example.com #42] Printer on fire\r\n"
        "Message-ID: <42.17.3.abcdefghijklmnop@tickets.example.com>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Hello,\r\n\r\nit still burns.\r\n");
}

TEST_CASE("subjects and texts of any kind come back from another parser") {
  const struct {
    const char* name;
    std::string subject, comes_back_as;
  } subjects[] = {
      {"ascii", "Printer on fire", "Printer on fire"},
      {"umlauts", "Drucker brennt: Größe übergroß", "Drucker brennt: Größe übergroß"},
      {"japanese", repeated("プリンターが燃えている ", 20) + "終", repeated("プリンターが燃えている ", 20) + "終"},
      {"emoji", "🔥 and 🧯, 🔥 and 🧯", "🔥 and 🧯, 🔥 and 🧯"},
      {"long-ascii", repeated("word ", 2000) + "end", repeated("word ", 2000) + "end"},
      {"long-word", repeated("x", 10000), repeated("x", 10000)},
      {"long-wide", repeated("ä", 10000), repeated("ä", 10000)},
      {"crlf", "hello\r\nBcc: evil@example.net\r\n\r\nbody", "hello Bcc: evil@example.net body"},
      {"nul", std::string("a\0b", 3), "a b"},
      {"invalid", "caf\xE9 \xFF\xFE", "caf\uFFFD \uFFFD\uFFFD"},
      {"encoded-word", "=?utf-8?q?evil=0D=0AX-Evil:_1?=", "=?utf-8?q?evil=0D=0AX-Evil:_1?="},
      {"half-encoded-word", "look: =?utf-8?b?", "look: =?utf-8?b?"},
      {"escape", "a\x1b[2Jb", "a [2Jb"},
      {"blanks", "  a   b  ", "a b"},
  };
  tests::OtherParser other;
  for (const auto& row : subjects) {
    Outgoing m = plain_mail();
    m.subject = row.subject;
    other.add(std::string("subject-") + row.name, m, row.comes_back_as, m.text);
  }
  const struct {
    const char* name;
    std::string text, comes_back_as;
  } texts[] = {
      {"empty", "", ""},
      {"umlauts", "Größe\nübergroß =3D =\n", "Größe\nübergroß =3D =\n"},
      {"japanese", repeated("プリンターが燃えている\n", 200), repeated("プリンターが燃えている\n", 200)},
      {"long-line", repeated("x", 20000), repeated("x", 20000)},
      {"crlf", "a\r\nb\rc\nd", "a\nb\nc\nd"},
      {"dots", ".\n..\nFrom me\n-- \nme", ".\n..\nFrom me\n-- \nme"},
      {"trailing", "blank \ntab\t\n", "blank \ntab\t\n"},
      {"controls", std::string("a\0b\x1b[2J\x7f", 8),
       "a\uFFFD"
       "b\uFFFD[2J\uFFFD"},
      {"invalid", "caf\xE9", "caf\uFFFD"},
      {"boundary", "--=_0123456789abcdef_mixed--\n", "--=_0123456789abcdef_mixed--\n"},
  };
  for (const auto& row : texts) {
    Outgoing m = plain_mail();
    m.text = row.text;
    other.add(std::string("text-") + row.name, m, m.subject, row.comes_back_as);
    m.html = "<p>Größe</p>\n";
    m.files.push_back({"Größe.txt", "text/csv", row.text});
    other.add(std::string("parts-") + row.name, m, m.subject, row.comes_back_as);
  }
  CHECK(other.complaints() == "");
}

TEST_CASE("names and addresses of any kind come back from another parser") {
  const struct {
    const char* name;
    std::string written, comes_back_as;
  } names[] = {
      {"none", "", ""},
      {"umlauts", "Jürgen Müller", "Jürgen Müller"},
      {"comma", "Müller, Jürgen", "Müller, Jürgen"},
      {"quotes", "Ann \"the \\ best\" Clerk", "Ann \"the \\ best\" Clerk"},
      {"address", "evil@example.net>, <x@example.org", "evil@example.net>, <x@example.org"},
      {"crlf", "Ann\r\nX-Evil: 1\r\n", "Ann X-Evil: 1"},
      {"long", repeated("Müller ", 100) + "x", repeated("Müller ", 36) + "Mül"},
      {"long-word", repeated("x", 1500), repeated("x", 255)},
      {"encoded-word", "=?utf-8?q?x=40example.net?=", "=?utf-8?q?x=40example.net?="},
      {"comment", "Ann (Clerk); group: x;", "Ann (Clerk); group: x;"},
  };
  tests::OtherParser other;
  for (const auto& row : names) {
    Outgoing m = plain_mail();
    m.from.name = row.written;
    other.add(std::string("name-") + row.name, m, m.subject, m.text, row.comes_back_as);
  }
  Outgoing quoted = plain_mail();
  quoted.to = {"", {"a, \"b\" <c", "example.net"}};
  other.add("quoted-local", quoted, quoted.subject, quoted.text);
  CHECK(other.complaints() == "");

  Outgoing eight_bit = plain_mail();
  eight_bit.to.address.local = "jürgen";
  CHECK_THROWS_AS(mail::write(eight_bit), base::Error);
  eight_bit.to.address.local = "a\r\nb";
  CHECK_THROWS_AS(mail::write(eight_bit), base::Error);
}

TEST_CASE("no field is empty, broken or smuggled in") {
  Outgoing m = plain_mail();
  m.subject = " \r\n ";
  m.in_reply_to = "a b@x";
  m.message_id = "x>\r\nX-Evil: 1@y";
  m.references = {"", "a@b", "<c@d>", "e\r\nf@g", std::string(2000, 'x'), "h@i", "ü@j"};
  m.fields = {{"X-Ticket", "example.com #42"}, {"X-Empty", " "}, {"", "x"}, {"X Y", "x"}, {"X:Y", "x"},
              {"X-Fold", "a\r\nX-Evil: 1"},    {"X-Grü", "x"}};
  const auto header = mail::write(m);
  CHECK(has(header, "\r\nReferences: <a@b>\r\n <h@i>\r\n"));
  CHECK(has(header, "\r\nX-Ticket: example.com #42\r\n"));
  CHECK(has(header, "\r\nX-Fold: a X-Evil: 1\r\n"));
  for (const char* never : {"Subject", "In-Reply-To", "Message-ID", "X-Empty", "X Y", "X:Y", "X-Gr"}) {
    CAPTURE(never);
    CHECK_FALSE(has(header, std::string("\r\n") + never));
  }
}

TEST_CASE("A66 files keep name, type, bytes and disposition; a type that must not be base64 becomes plain bytes") {
  Outgoing m = plain_mail();
  m.files = {
      {"a b.pdf", "application/pdf", repeated("%PDF\n", 1000)},
      {"Rechnung für Müller.png", "image/png", std::string("\x89PNG\0\r\n", 7), true},
      {repeated("長い", 100) + ".txt", "text/plain", "x"},
      {"", "application/octet-stream", ""},
      {"q\"u\\o;te.txt", "text/plain", "x"},
  };
  tests::OtherParser other;
  other.add("files", m, m.subject, m.text);
  CHECK(other.complaints() == "");

  m.files = {{"m.eml", "message/rfc822", "x"}, {"n", "evil\r\ntype/x", "x"}, {"o\r\nX-Evil: 1", "x", "x"}};
  const auto facts = mail::parse(mail::write(m), {});
  REQUIRE(facts.attachments.size() == 3);
  for (const auto& attachment : facts.attachments) {
    CHECK(attachment.type == "application/octet-stream");
  }
  CHECK(facts.attachments[2].name == "o X-Evil: 1");
  CHECK(facts.defects.empty());
}
