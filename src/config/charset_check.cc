// SPDX-License-Identifier: MIT
// Asks the system's iconv, which will do the work later.
#include <iconv.h>

#include "base/text.h"
#include "config/values.h"

namespace ticketmilter::config {

Text parse_charset(const std::string& s) {
  // "//TRANSLIT" and paths are iconv's own notation, not names of charsets.
  const bool plain =
      !s.empty() && s.size() <= 64 && base::is_printable_ascii(s) && s.find_first_of("/, ") == std::string::npos;
  if (!plain) {
    return {};
  }
  const iconv_t conversion = iconv_open("UTF-8", s.c_str());
  // NOLINTNEXTLINE(performance-no-int-to-ptr): this is how iconv_open(3) says no
  if (conversion == reinterpret_cast<iconv_t>(-1)) {
    return {};
  }
  iconv_close(conversion);
  return base::ascii_lower(s);
}

}  // namespace ticketmilter::config
