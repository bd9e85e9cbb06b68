// SPDX-License-Identifier: MIT
// What a stranger's bytes reach first. The first byte chooses the reader, so that one corpus serves all; whatever comes, nothing crashes, nothing is
// unbounded, and what is text is valid.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "mail/address.h"
#include "mail/auth_results.h"
#include "mail/body.h"
#include "mail/html.h"
#include "mail/msgid.h"
#include "mail/parse.h"
#include "mail/words.h"

using namespace ticketmilter;

namespace {

void demand(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void fuzz_message(std::string_view bytes) {
  mail::Facts facts = mail::parse(bytes, {});
  demand(base::is_valid_utf8(facts.text) && base::is_valid_utf8(facts.subject));
  demand(facts.text.size() <= mail::ParseLimits().text && facts.defects.size() <= 50);
  for (const auto& a : facts.attachments) {
    std::uint64_t size = 0;
    demand(mail::decode_part(bytes, a.part, {}, [&size](std::string_view piece) { size += piece.size(); }));
    demand(size == a.size && base::is_valid_utf8(a.name) && a.name.find('/') == std::string::npos);
  }
  mail::trusted_auth_results(facts.fields, {"mx.example.com"});
  mail::fold_quotes(mail::unquoted(facts.text));
}

void fuzz_addresses(std::string_view bytes) {
  for (bool utf8 : {false, true}) {
    for (const auto& m : mail::parse_address_field(bytes, utf8).mailboxes) {
      demand(!base::has_control(m.address.local) && mail::parse_addr_spec(m.address.spec(), utf8) == m.address);
      demand(base::is_valid_utf8(m.name) && !base::has_control(m.name));
    }
    if (auto address = mail::parse_path(bytes, utf8); address && !address->domain.empty()) {
      demand(mail::parse_path('<' + address->spec() + '>', utf8) == address);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0: fuzz_message(bytes); break;
    case 1: fuzz_addresses(bytes); break;
    case 2: demand(mail::html_to_text(base::to_valid_utf8(bytes), 10000).size() <= 10000); break;
    case 3: demand(mail::parse_msgids(bytes, 100).size() <= 100); break;
    default: demand(base::is_valid_utf8(mail::decode_words(bytes, mail::default_fallbacks()))); break;
  }
  return 0;
}
