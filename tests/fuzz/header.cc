// SPDX-License-Identifier: MIT
// What stands in single header fields and in HTML. The first byte chooses the reader.
#include "base/text.h"
#include "fuzz.h"
#include "mail/auth_results.h"
#include "mail/html.h"
#include "mail/msgid.h"
#include "mail/parse_date.h"
#include "mail/received.h"
#include "mail/words.h"

using namespace ticketmilter;
using fuzz::demand;

namespace {

void read_auth_results(std::string_view bytes) {
  const std::vector<mail::Field> fields = {{"Authentication-Results", std::string(bytes)}};
  const auto results = mail::trusted_auth_results(fields, {"mx.example.com"});
  for (const auto& r : results) {
    demand(!r.method.empty() && !r.result.empty());
  }
  demand(!mail::proves_domain(results, ""));
  demand(mail::trusted_auth_results(fields, {}).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes = fuzz::bytes_of(data + 1, size - 1);
  switch (data[0] % 6) {
    case 0: read_auth_results(bytes); break;
    case 1: demand(mail::html_to_text(base::to_valid_utf8(bytes), 10000).size() <= 10000); break;
    case 2: demand(mail::parse_msgids(bytes, 100).size() <= 100); break;
    case 3: demand(base::is_valid_utf8(mail::decode_words(bytes, mail::default_fallbacks()))); break;
    case 4: mail::parse_received(bytes); break;
    default: mail::parse_date(std::string(bytes)); break;
  }
  return 0;
}
