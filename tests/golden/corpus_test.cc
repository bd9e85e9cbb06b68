// SPDX-License-Identifier: MIT
// Mail that nobody here wrote, where it lies beside the checkout: whatever it holds, facts are valid and bounded, and what decode_part gives is what the
// facts say.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "mail/auth_results.h"
#include "mail/body.h"
#include "mail/parse.h"

using namespace ticketmilter;
namespace fs = std::filesystem;

namespace {

fs::path corpus() {
  const char* elsewhere = std::getenv("CORPUS");
  return elsewhere != nullptr ? elsewhere : "../shared/corpus";
}

void check_names(const std::vector<mail::Mailbox>& mailboxes) {
  for (const auto& m : mailboxes) {
    CHECK(base::is_valid_utf8(m.name));
    CHECK_FALSE(base::has_control(m.name));
    CHECK_FALSE(base::has_control(m.address.spec()));
  }
}

void check(const std::string& message) {
  mail::Facts f = mail::parse(message, {});
  CHECK(f.size == message.size());
  CHECK(base::is_valid_utf8(f.text));
  CHECK(f.text.find('\r') == std::string::npos);
  CHECK(base::is_valid_utf8(f.subject));
  CHECK_FALSE(base::has_control(f.subject));
  CHECK(base::is_printable_ascii(f.content_type));
  for (const auto* list : {&f.from, &f.sender, &f.reply_to, &f.to, &f.cc}) {
    check_names(*list);
  }
  for (const auto& a : f.attachments) {
    CHECK(base::is_valid_utf8(a.name));
    CHECK(a.name.find('/') == std::string::npos);
    std::string bytes;
    CHECK(mail::decode_part(message, a.part, {}, [&](std::string_view piece) { bytes += piece; }));
    CHECK(bytes.size() == a.size);
    CHECK(base::sha256(bytes) == a.sha256);
  }
  CHECK(mail::unquoted(f.text).size() <= f.text.size() + 1);
  mail::trusted_auth_results(f.fields, {"mx.example.com"});
}

}  // namespace

TEST_CASE("mail of the world") {
  if (!fs::is_directory(corpus())) {
    MESSAGE("skipped: no corpus at " << corpus().string());
    return;
  }
  int mails = 0;
  for (const auto& entry : fs::recursive_directory_iterator(corpus())) {
    if (!entry.is_regular_file() || entry.path().extension() == ".md" || entry.path().extension() == ".tsv") {
      continue;
    }
    CAPTURE(entry.path().string());
    std::ifstream in(entry.path(), std::ios::binary);
    std::string message{std::istreambuf_iterator<char>(in), {}};
    check(message);
    for (std::size_t n : {message.size() / 3, message.size() / 2}) {  // cut off on the way
      check(message.substr(0, n));
    }
    ++mails;
  }
  CHECK(mails > 400);
}
