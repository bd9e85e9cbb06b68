// SPDX-License-Identifier: MIT
// A whole message: facts, the text without quotes, each attachment, and the way from a file to what an MTA hands over.
#include "base/error.h"
#include "base/text.h"
#include "fuzz.h"
#include "mail/as_received.h"
#include "mail/body.h"
#include "mail/dsn.h"
#include "mail/parse.h"

using namespace ticketmilter;
using fuzz::demand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::bytes_of(data, size);
  const mail::Facts facts = mail::parse(bytes, {});
  demand(base::is_valid_utf8(facts.text) && base::is_valid_utf8(facts.subject));
  demand(facts.text.size() <= mail::ParseLimits().text && facts.defects.size() <= 50);
  for (const auto& a : facts.attachments) {
    std::uint64_t decoded = 0;
    demand(mail::decode_part(bytes, a.part, {}, [&decoded](std::string_view piece) { decoded += piece.size(); }));
    demand(decoded == a.size && base::is_valid_utf8(a.name) && a.name.find('/') == std::string::npos);
  }
  mail::fold_quotes(mail::unquoted(facts.text));
  demand(mail::read_bounce(facts).deliveries.size() <= 50);
  try {
    demand(!mail::as_received(std::string(bytes)).empty());
  } catch (const base::Error&) {  // no message at all
  }
  return 0;
}
