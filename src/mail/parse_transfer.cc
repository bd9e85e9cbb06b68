// SPDX-License-Identifier: MIT
// GMime's decoders, fed with pieces of bounded size.
#include <gmime/gmime.h>

#include <algorithm>

#include "base/handle.h"
#include "base/text.h"
#include "mail/transfer.h"

namespace ticketmilter::mail {
namespace {

using Filter = base::Handle<GMimeFilter, g_object_unref>;
constexpr std::size_t piece_size = 16 << 10;

GMimeContentEncoding parse_encoding(std::string_view value) {
  std::string name = base::ascii_lower(base::trim(value.substr(0, value.find_first_of(";("))));
  return name.empty() ? GMIME_CONTENT_ENCODING_DEFAULT : g_mime_content_encoding_from_string(name.c_str());
}

bool is_identity(GMimeContentEncoding encoding) {
  return encoding != GMIME_CONTENT_ENCODING_BASE64 && encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE &&
         encoding != GMIME_CONTENT_ENCODING_UUENCODE;
}

}  // namespace

void decode_transfer(std::string_view content, std::string_view encoding, const Sink& sink) {
  GMimeContentEncoding kind = parse_encoding(encoding);
  if (is_identity(kind)) {
    sink(content);
    return;
  }
  Filter filter(g_mime_filter_basic_new(kind, FALSE));
  char* out = nullptr;
  std::size_t size = 0;
  std::size_t prespace = 0;
  // GMime takes a char* but writes only to its own buffers, there being no room in front of ours.
  while (!content.empty()) {
    std::size_t n = std::min(content.size(), piece_size);
    g_mime_filter_filter(filter.get(), const_cast<char*>(content.data()), n, 0, &out, &size, &prespace);
    if (size > 0 && !sink({out, size})) {
      return;
    }
    content.remove_prefix(n);
  }
  char nothing = '\0';
  g_mime_filter_complete(filter.get(), &nothing, 0, 0, &out, &size, &prespace);
  if (size > 0) {
    sink({out, size});
  }
}

std::string decode_base64(std::string_view text) {
  GMimeEncoding decoder;
  g_mime_encoding_init_decode(&decoder, GMIME_CONTENT_ENCODING_BASE64);
  std::string bytes(g_mime_encoding_outlen(&decoder, text.size()), '\0');
  bytes.resize(g_mime_encoding_flush(&decoder, text.data(), text.size(), bytes.data()));
  return bytes;
}

}  // namespace ticketmilter::mail
