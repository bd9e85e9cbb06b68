// SPDX-License-Identifier: MIT
// iconv does the work; what is ours is the choice of the character set, and going on after each byte it cannot read.
#include "mail/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// What the world writes, lower case, and what iconv is asked for. Supersets stand in for the sets that are declared in their place.
struct Alias {
  std::string_view name;
  const char* iconv;
};
constexpr Alias aliases[] = {
    {"ansi_x3.4-1968", "us-ascii"},
    {"armscii-8", "armscii-8"},
    {"ascii", "us-ascii"},
    {"big5", "big5-hkscs"},
    {"big5-hkscs", "big5-hkscs"},
    {"cn-big5", "big5-hkscs"},
    {"cn-gb", "gb18030"},
    {"cp1250", "cp1250"},
    {"cp1251", "cp1251"},
    {"cp1252", "cp1252"},
    {"cp437", "cp437"},
    {"cp850", "cp850"},
    {"cp852", "cp852"},
    {"cp866", "cp866"},
    {"cp874", "cp874"},
    {"cp932", "cp932"},
    {"cp936", "gb18030"},
    {"cp949", "cp949"},
    {"cp950", "big5-hkscs"},
    {"euc-cn", "gb18030"},
    {"euc-jp", "euc-jp-ms"},
    {"euc-kr", "cp949"},
    {"euc-tw", "euc-tw"},
    {"gb18030", "gb18030"},
    {"gb2312", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"gbk", "gb18030"},
    {"georgian-ps", "georgian-ps"},
    {"ibm437", "cp437"},
    {"ibm850", "cp850"},
    {"ibm852", "cp852"},
    {"ibm866", "cp866"},
    {"iso-2022-cn", "iso-2022-cn"},
    {"iso-2022-jp", "iso-2022-jp-2"},
    {"iso-2022-jp-1", "iso-2022-jp-2"},
    {"iso-2022-jp-2", "iso-2022-jp-2"},
    {"iso-2022-kr", "iso-2022-kr"},
    {"iso-8859-1", "cp1252"},
    {"iso-8859-10", "iso-8859-10"},
    {"iso-8859-11", "cp874"},
    {"iso-8859-13", "iso-8859-13"},
    {"iso-8859-14", "iso-8859-14"},
    {"iso-8859-15", "iso-8859-15"},
    {"iso-8859-16", "iso-8859-16"},
    {"iso-8859-2", "iso-8859-2"},
    {"iso-8859-3", "iso-8859-3"},
    {"iso-8859-4", "iso-8859-4"},
    {"iso-8859-5", "iso-8859-5"},
    {"iso-8859-6", "iso-8859-6"},
    {"iso-8859-6-i", "iso-8859-6"},
    {"iso-8859-7", "iso-8859-7"},
    {"iso-8859-8", "iso-8859-8"},
    {"iso-8859-8-e", "iso-8859-8"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"iso-8859-9", "cp1254"},
    {"iso8859-1", "cp1252"},
    {"iso8859-15", "iso-8859-15"},
    {"iso8859-2", "iso-8859-2"},
    {"iso_8859-1", "cp1252"},
    {"iso_8859-15", "iso-8859-15"},
    {"iso_8859-2", "iso-8859-2"},
    {"koi8-r", "koi8-r"},
    {"koi8-ru", "koi8-u"},
    {"koi8-t", "koi8-t"},
    {"koi8-u", "koi8-u"},
    {"ks_c_5601-1987", "cp949"},
    {"ksc5601", "cp949"},
    {"latin-1", "cp1252"},
    {"latin1", "cp1252"},
    {"latin2", "iso-8859-2"},
    {"mac", "macintosh"},
    {"macintosh", "macintosh"},
    {"ms_kanji", "cp932"},
    {"shift-jis", "cp932"},
    {"shift_jis", "cp932"},
    {"sjis", "cp932"},
    {"tis-620", "cp874"},
    {"ucs-2", "ucs-2"},
    {"ucs-4", "utf-32be"},  // iconv's own goes beyond U+10FFFF
    {"uhc", "cp949"},
    {"unicode-1-1-utf-7", "utf-7"},
    {"unicode-1-1-utf-8", "utf-8"},
    {"us-ascii", "us-ascii"},
    {"utf-16", "utf-16"},
    {"utf-16be", "utf-16be"},
    {"utf-16le", "utf-16le"},
    {"utf-32", "utf-32"},
    {"utf-32be", "utf-32be"},
    {"utf-32le", "utf-32le"},
    {"utf-7", "utf-7"},
    {"utf-8", "utf-8"},
    {"utf7", "utf-7"},
    {"utf8", "utf-8"},
    {"viscii", "viscii"},
    {"windows-1250", "cp1250"},
    {"windows-1251", "cp1251"},
    {"windows-1252", "cp1252"},
    {"windows-1253", "cp1253"},
    {"windows-1254", "cp1254"},
    {"windows-1255", "cp1255"},
    {"windows-1256", "cp1256"},
    {"windows-1257", "cp1257"},
    {"windows-1258", "cp1258"},
    {"windows-31j", "cp932"},
    {"windows-874", "cp874"},
    {"windows-949", "cp949"},
    {"x-big5", "big5-hkscs"},
    {"x-gbk", "gb18030"},
    {"x-mac-roman", "macintosh"},
    {"x-sjis", "cp932"},
    {"x-x-big5", "big5-hkscs"},
};
static_assert(std::is_sorted(std::begin(aliases), std::end(aliases),
                             [](const Alias& a, const Alias& b) { return a.name < b.name; }));

// iconv's name for a character set; empty for one that we do not know.
const char* find_charset(std::string_view charset) {
  charset = base::trim(charset);
  if (charset.size() > 40) {
    return nullptr;
  }
  std::string name = base::ascii_lower(charset);
  const auto* at = std::lower_bound(std::begin(aliases), std::end(aliases), name,
                                    [](const Alias& a, const std::string& n) { return a.name < n; });
  return at != std::end(aliases) && at->name == name ? at->iconv : nullptr;
}

bool is_ascii(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

// Bytes below 128 do not always mean ASCII.
bool is_ascii_superset(std::string_view iconv_name) {
  return !iconv_name.starts_with("utf-16") && !iconv_name.starts_with("utf-32") && !iconv_name.starts_with("utf-7") &&
         !iconv_name.starts_with("ucs-") && !iconv_name.starts_with("iso-2022");
}

std::size_t unit_size(std::string_view iconv_name) {
  if (iconv_name.starts_with("utf-32")) {
    return 4;
  }
  return iconv_name.starts_with("utf-16") || iconv_name == "ucs-2" ? 2 : 1;
}

// NUL is legal nowhere in text, but it does not make the rest of it something else.
bool is_utf8_but_for_nul(std::string_view bytes) {
  for (;;) {
    auto nul = bytes.find('\0');
    if (!base::is_valid_utf8(bytes.substr(0, nul))) {
      return false;
    }
    if (nul == std::string_view::npos) {
      return true;
    }
    bytes.remove_prefix(nul + 1);
  }
}

void cut_to(Converted& converted, std::size_t max) {
  std::string& text = converted.text;
  if (text.size() <= max) {
    return;
  }
  while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xC0) == 0x80) {
    --max;
  }
  text.resize(max);
  converted.cut = true;
}

Converted from_utf8(std::string_view bytes, std::size_t max) {
  bool longer = bytes.size() > max;
  if (longer) {
    bytes = bytes.substr(0, max + 4);  // what is cut through here is cut away below
  }
  Converted converted;
  converted.exact = is_utf8_but_for_nul(bytes) || longer;
  converted.text = base::to_valid_utf8(bytes);
  cut_to(converted, max);
  return converted;
}

// An open conversion to UTF-8.
class Conversion {
 public:
  explicit Conversion(const char* from) : handle_(iconv_open("utf-8", from)) {}
  ~Conversion() {
    if (is_open()) {
      iconv_close(handle_);
    }
  }
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;
  bool is_open() const { return reinterpret_cast<std::intptr_t>(handle_) != -1; }

  // Converts up to the next byte that cannot be read, and takes what it read off the front. False at such a byte.
  bool run(std::string_view& bytes, std::string& to, std::size_t max) {
    std::array<char, 4096> buffer;
    while (!bytes.empty() && to.size() <= max) {
      char* in = const_cast<char*>(bytes.data());  // iconv only reads it
      char* out = buffer.data();
      std::size_t in_left = bytes.size();
      std::size_t out_left = buffer.size();
      bool ok = iconv(handle_, &in, &in_left, &out, &out_left) != static_cast<std::size_t>(-1);
      int error = errno;
      bool progress = in_left < bytes.size() || out_left < buffer.size();
      to.append(buffer.data(), buffer.size() - out_left);
      bytes.remove_prefix(bytes.size() - in_left);
      if (!ok && (error != E2BIG || !progress)) {
        return false;
      }
    }
    return true;
  }

 private:
  iconv_t handle_;
};

Converted from_charset(std::string_view bytes, const char* charset, std::size_t max) {
  Converted converted;
  Conversion conversion(charset);
  if (!conversion.is_open()) {  // this system's iconv lacks it
    converted = from_utf8(bytes, max);
    converted.exact = false;
    return converted;
  }
  converted.text.reserve(std::min(bytes.size(), max) + 16);
  while (!conversion.run(bytes, converted.text, max)) {
    converted.exact = false;
    converted.text += replacement;
    bytes.remove_prefix(std::min(bytes.size(), unit_size(charset)));
  }
  if (!base::is_valid_utf8(converted.text)) {  // a NUL
    converted.text = base::to_valid_utf8(converted.text);
  }
  cut_to(converted, max);
  return converted;
}

Converted from_known(std::string_view bytes, const char* charset, std::size_t max) {
  return std::string_view(charset) == "utf-8" ? from_utf8(bytes, max) : from_charset(bytes, charset, max);
}

// All of the bytes mean something in a character set.
bool fits(std::string_view bytes, std::string_view charset) {
  return charset == "utf-8" ? is_utf8_but_for_nul(bytes) : from_charset(bytes, charset.data(), bytes.size() * 4).exact;
}

Converted from_undeclared(std::string_view bytes, const Charsets& fallbacks, std::size_t max) {
  const char* chosen = "utf-8";
  for (const auto& fallback : fallbacks) {
    const char* charset = find_charset(fallback);
    if (charset != nullptr && std::string_view(charset) != "us-ascii") {
      chosen = charset;
      if (&fallback == &fallbacks.back() || fits(bytes, charset)) {
        break;
      }
    }
  }
  return from_known(bytes, chosen, max);
}

}  // namespace

const Charsets& default_fallbacks() {
  static const Charsets charsets = {"utf-8", "windows-1252"};
  return charsets;
}

bool is_known_charset(std::string_view charset) {
  return find_charset(charset) != nullptr;
}

Converted to_utf8(std::string_view bytes, std::string_view charset, const Charsets& fallbacks, std::size_t max) {
  const char* known = charset.empty() ? "us-ascii" : find_charset(charset);
  if (is_ascii(bytes) && (known == nullptr || is_ascii_superset(known))) {
    Converted converted = from_utf8(bytes, max);
    converted.exact = known != nullptr;
    return converted;
  }
  if (known != nullptr && std::string_view(known) != "us-ascii") {
    return from_known(bytes, known, max);
  }
  Converted converted = from_undeclared(bytes, fallbacks, max);
  converted.exact = converted.exact && known != nullptr;
  return converted;
}

}  // namespace ticketmilter::mail
