// SPDX-License-Identifier: MIT
// A relay's replies (RFC 5321 section 4.2) out of the bytes that arrive, in whatever pieces. What a relay says is hostile until read here: of a line
// the first thousand bytes are kept, of lines there are a hundred at most, and what is kept is fit for logs and tickets. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ticketmilter::notify {

struct Reply {
  int code = 0;                    // 200 to 599; 0: there is no reply, and the one line says why
  std::vector<std::string> lines;  // what stands behind the code: valid UTF-8 without control characters
};

// "550 5.1.1 No such user": all lines as one, an enhanced status code once, cut at 1000 characters.
std::string one_line(const Reply& reply);

class ReplyReader {
 public:
  // Takes off the front of bytes what belongs to the next reply. Empty: bytes are used up and more are needed. What is no reply comes out with
  // code 0, and nothing that follows can be trusted.
  std::optional<Reply> read(std::string_view& bytes);

 private:
  std::optional<Reply> end_line();

  std::string line_;
  Reply reply_;
};

// What the reply to EHLO offers, as far as we use it.
struct Offers {
  bool pipelining = false;  // RFC 2920
  bool dsn = false;         // RFC 3461
  bool size = false;        // RFC 1870
};
Offers parse_offers(const Reply& hello);

}  // namespace ticketmilter::notify
