// SPDX-License-Identifier: MIT
// policy/attachments over mail/parse: a refused name is refused in whatever dress it comes. Each row is a part's header as a sender may write it.
#include "policy/attachments.h"

#include <doctest/doctest.h>

#include "mail/parse.h"
#include "policy/decide.h"
#include "policy/plan.h"
#include "sample_config.h"

using namespace ticketmilter;

namespace {

const std::string preamble =
    "From: Ann <ann@customers.example>\r\nTo: help@tickets.example\r\nSubject: files\r\nMessage-ID: "
    "<f1@customers.example>\r\n"
    "MIME-Version: 1.0\r\n";

// A text and, behind it, a part with this header.
std::string mail_with(const std::string& part_header, const std::string& content = "AAAA", const std::string& b = "b") {
  return preamble + "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n\r\nSee the file.\r\n--" +
         b + "\r\n" + part_header + "\r\n" + content + "\r\n--" + b + "--\r\n";
}

// The reason of the only refused part, "" = nothing is refused.
std::string refused(const std::string& mail, const std::vector<std::string>& types = {".exe", ".js"}) {
  const mail::Facts facts = mail::parse(mail, {});
  const auto parts = policy::refused_parts({types, config::OnRefused::Strip}, facts);
  REQUIRE(parts.size() <= 1);
  return parts.empty() ? "" : parts.front().reason;
}

}  // namespace

TEST_CASE("a refused ending is found in every dress") {
  struct Row {
    const char* what;
    std::string header;
    bool refused;
  };
  const std::string attached = "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; ";
  const Row rows[] = {
      {"plain", attached + "filename=evil.exe\r\n", true},
      {"another ending", attached + "filename=good.txt\r\n", false},
      {"the ending in the middle", attached + "filename=evil.exe.txt\r\n", false},
      {"no dot", attached + "filename=notexe\r\n", false},
      {"two endings", attached + "filename=invoice.pdf.exe\r\n", true},
      {"capitals", attached + "filename=\"EVIL.EXE\"\r\n", true},
      {"trailing dots", attached + "filename=\"evil.exe...\"\r\n", true},
      {"trailing blanks", attached + "filename=\"evil.exe   \"\r\n", true},
      {"trailing dots and blanks", attached + "filename=\"evil.exe. . .\"\r\n", true},
      {"an NTFS stream", attached + "filename=\"evil.exe:$DATA\"\r\n", true},
      {"a zero width space", attached + "filename*=utf-8''evil.exe%E2%80%8B\r\n", true},
      {"a zero width space inside", attached + "filename*=utf-8''evil.e%E2%80%8Bxe\r\n", true},
      {"written from right to left", attached + "filename*=utf-8''photo%E2%80%AEgpj.exe\r\n", true},
      {"full width letters", attached + "filename*=utf-8''evil%EF%BC%8E%EF%BD%85%EF%BD%98%EF%BD%85\r\n", true},
      {"RFC 2231", attached + "filename*=utf-8''ev%69l%2eexe\r\n", true},
      {"RFC 2231 in pieces", attached + "filename*0=\"evil.\"; filename*1=\"exe\"\r\n", true},
      {"RFC 2231 in pieces, encoded", attached + "filename*0*=utf-8''evil%2e; filename*1*=exe\r\n", true},
      {"RFC 2231 in pieces, out of order", attached + "filename*1=exe; filename*0=\"evil.\"\r\n", true},
      {"RFC 2047", attached + "filename=\"=?utf-8?B?ZXZpbC5leGU=?=\"\r\n", true},
      {"plain good, RFC 2231 bad", attached + "filename=good.txt; filename*=utf-8''evil.exe\r\n", true},
      {"plain bad, RFC 2231 good", attached + "filename=evil.exe; filename*=utf-8''good.txt\r\n", true},
      {"two names, the first bad", attached + "filename=evil.exe; filename=good.txt\r\n", true},
      {"two names, the second bad", attached + "filename=good.txt; filename=evil.exe\r\n", true},
      {"blank without quotes", attached + "filename=my evil.exe\r\n", true},
      {"a missing quote", attached + "filename=\"evil.exe\r\n", true},
      {"blanks around the equals sign", attached + "filename = \"evil.exe\"\r\n", true},
      {"a path", attached + "filename=\"C:\\\\Temp\\\\evil.exe\"\r\n", true},
      {"folded", attached + "\r\n filename=\"evil.exe\"\r\n", true},
      {"only in Content-Type", "Content-Type: application/octet-stream; name=evil.exe\r\n", true},
      {"good in one field, bad in the other",
       "Content-Type: application/octet-stream; name=evil.exe\r\nContent-Disposition: attachment; filename=a.txt\r\n",
       true},
      {"a text with a name", "Content-Type: text/plain; name=evil.js\r\n", true},
      {"inline", "Content-Type: text/plain\r\nContent-Disposition: inline; filename=evil.js\r\n", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    CHECK(!refused(mail_with(row.header)).empty() == row.refused);
  }
}

TEST_CASE("a refused media type is found in files, not in what is read in place") {
  const std::string file = mail_with("Content-Type: Application/X-MSDownload\r\n");
  CHECK(refused(file, {"application/x-msdownload"}) == "application/x-msdownload, refused as application/x-msdownload");
  CHECK(refused(file, {"application/*"}) == "application/x-msdownload, refused as application/*");
  CHECK(refused(file, {"application/x-ms"}).empty());
  CHECK(refused(file, {"image/*"}).empty());
  CHECK(refused(file, {"text/*"}).empty());
  CHECK_FALSE(refused(mail_with("Content-Type: text/html\r\nContent-Disposition: attachment\r\n"), {"text/*"}).empty());
}

TEST_CASE("the message itself may be the file") {
  CHECK_FALSE(refused(preamble + "Content-Type: application/octet-stream; name=evil.exe\r\n\r\nMZ\r\n").empty());
}

TEST_CASE("attached messages are looked into, and left out as a whole") {
  const std::string evil = mail_with("Content-Disposition: attachment; filename=evil.exe\r\n");
  std::string deep = evil;
  for (int i = 0; i < 10; ++i) {
    deep = mail_with("Content-Type: message/rfc822\r\n", deep, "deep" + std::to_string(i));
    CHECK(refused(deep) == "evil.exe in an attached message, refused as .exe");
  }
  const std::string digest =
      preamble + "Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\n" + evil + "\r\n--d--\r\n";
  CHECK_FALSE(refused(digest).empty());
}

TEST_CASE("an attached message in a transfer encoding is decoded first") {
  const std::string evil = "Content-Type: application/octet-stream; name=\"evil.exe\"\r\n\r\nMZ\r\n";
  // base64 of the line above
  CHECK_FALSE(
      refused(mail_with("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n",
                        "Q29udGVudC1UeXBlOiBhcHBsaWNhdGlvbi9vY3RldC1zdHJlYW07IG5hbWU9ImV2aWwuZXhlIg0KDQpN\r\nWg0K"))
          .empty());
  CHECK_FALSE(refused(mail_with("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n",
                                "Content-Type: application/octet-stream; name=3D\"evil.exe\"\r\n\r\nMZ"))
                  .empty());
}

TEST_CASE("hostile nests end") {
  std::string nest;
  for (int i = 0; i < 2000; ++i) {
    nest += "Content-Type: message/rfc822\r\n\r\n";
  }
  CHECK(refused(preamble + nest).empty());
  std::string many = preamble + "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (int i = 0; i < 5000; ++i) {
    many += "--b\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: a/b; name=x.txt\r\n\r\n";
  }
  CHECK(mail::parse(many, {}).offers.size() <= 2000);
}

TEST_CASE("on_refused: strip files the mail without the part, reject answers 554 5.7.1") {
  const mail::Facts facts = mail::parse(mail_with("Content-Disposition: attachment; filename=evil.exe\r\n"), {});
  mail::Envelope envelope;
  envelope.sender = "<ann@customers.example>";
  envelope.recipients = {"<help@tickets.example>"};
  config::Config config = test::sample_config();
  const auto run = [&](auto check) {
    const auto policy = test::sample_policy(config);
    const policy::Case c = policy::make_case(*policy, facts, envelope, base::Time(std::chrono::hours(480000)));
    const auto decision = policy::decide(c, {});
    check(decision, policy::plan(c, decision, {}));
  };
  run([](const policy::Decision& decision, const policy::Plan& plan) {
    CHECK(decision.outcome == policy::Outcome::Accept);
    REQUIRE(plan.intent.filings.size() == 1);
    const auto& entry = plan.intent.filings[0].entries.back();
    CHECK(entry.attachments.empty());
    REQUIRE(entry.notes.size() == 1);
    CHECK(entry.notes[0] == "left out: evil.exe, refused as .exe");
  });
  config.attachment.on_refused = config::OnRefused::Reject;
  run([](const policy::Decision& decision, const policy::Plan& plan) {
    CHECK(decision.outcome == policy::Outcome::Reject);
    REQUIRE(decision.refusal);
    CHECK(decision.refusal->reply.code == 554);
    CHECK(decision.refusal->reply.enhanced == "5.7.1");
    CHECK(decision.refusal->reply.text == "attachment not taken: evil.exe, refused as .exe");
    CHECK(decision.rule == "attachment");
    CHECK(plan.intent.filings.empty());
  });
  config.attachment.refuse_types.clear();
  run([](const policy::Decision&, const policy::Plan& plan) {
    REQUIRE(plan.intent.filings.size() == 1);
    CHECK(plan.intent.filings[0].entries.back().attachments.size() == 1);
  });
}
