// SPDX-License-Identifier: MIT
// What a relay answers, in pieces of a size that the first byte tells.
#include "base/text.h"
#include "fuzz.h"
#include "notify/smtp_reply.h"

using namespace ticketmilter;
using fuzz::demand;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::size_t piece = 1U + data[0];
  const std::string_view bytes = fuzz::bytes_of(data + 1, size - 1);
  notify::ReplyReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    std::string_view rest = bytes.substr(at, piece);
    while (!rest.empty()) {
      const std::size_t before = rest.size();
      const auto reply = reader.read(rest);
      if (!reply) {
        demand(rest.empty());
        break;
      }
      demand(reply->lines.size() <= 100 && (reply->code == 0 || (reply->code >= 200 && reply->code <= 599)));
      const std::string line = notify::one_line(*reply);
      demand(base::is_valid_utf8(line) && !base::has_control(line));
      notify::parse_offers(*reply);
      if (reply->code == 0) {
        return 0;  // nothing that follows can be trusted
      }
      demand(rest.size() < before);
    }
  }
  return 0;
}
