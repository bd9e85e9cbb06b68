// SPDX-License-Identifier: MIT
// The value is read once from left to right: plain text, words, and the blanks between two words, which are no text.
#include "mail/words.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "mail/transfer.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t no_limit = static_cast<std::size_t>(-1);
constexpr std::size_t longest_charset = 60;

// A word taken apart. charset is without the language of RFC 2231.
struct Word {
  std::string_view charset;
  bool base64 = false;
  std::string_view payload;
  std::size_t length = 0;  // of the whole word
};

std::optional<Word> parse_word(std::string_view text, bool& search) {
  if (!search || !text.starts_with("=?")) {
    return {};
  }
  auto charset_end = text.substr(0, longest_charset).find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 3 > text.size() || text[charset_end + 2] != '?') {
    return {};
  }
  char encoding = static_cast<char>(text[charset_end + 1] | 0x20);
  Word word;
  word.charset = text.substr(2, charset_end - 2);
  if ((encoding != 'b' && encoding != 'q') || word.charset.empty() ||
      word.charset.find_first_of(" \t\r\n\"") != std::string_view::npos) {
    return {};
  }
  auto begin = charset_end + 3;
  auto end = text.find("?=", begin);
  if (end == std::string_view::npos) {
    search = false;
    return {};
  }
  word.charset = word.charset.substr(0, word.charset.find('*'));
  word.base64 = encoding == 'b';
  word.payload = text.substr(begin, end - begin);
  word.length = end + 2;
  return word;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void decode_q(std::string_view payload, std::string& to) {
  for (std::size_t i = 0; i < payload.size(); ++i) {
    char c = payload[i];
    if (c == '=' && i + 2 < payload.size() && hex_digit(payload[i + 1]) >= 0 && hex_digit(payload[i + 2]) >= 0) {
      to += static_cast<char>(hex_digit(payload[i + 1]) * 16 + hex_digit(payload[i + 2]));
      i += 2;
    } else {
      to += c == '_' ? ' ' : c;
    }
  }
}

bool is_blank(std::string_view s) {
  return s.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// Gathers the bytes of adjacent words of one character set.
class Decoder {
 public:
  explicit Decoder(const Charsets& fallbacks) : fallbacks_(fallbacks) {}

  void add_plain(std::string_view text) {
    flush();
    out_ += to_utf8(text, "", fallbacks_, no_limit).text;
  }
  void add_word(const Word& word) {
    if (!base::ascii_iequals(word.charset, charset_)) {
      flush();
      charset_ = word.charset;
    }
    if (word.base64) {
      bytes_ += decode_base64(word.payload);
    } else {
      decode_q(word.payload, bytes_);
    }
  }
  std::string finish() {
    flush();
    return std::move(out_);
  }

 private:
  void flush() {
    if (is_known_charset(charset_)) {
      out_ += to_utf8(bytes_, charset_, fallbacks_, no_limit).text;
    } else {
      std::replace_if(
          bytes_.begin(), bytes_.end(),
          [](char c) {
            return base::has_control({&c, 1}) && !is_blank({&c, 1});
          },
          '\xFF');
      out_ += base::to_valid_utf8(bytes_);
    }
    bytes_.clear();
    charset_ = {};
  }

  const Charsets& fallbacks_;
  std::string out_;
  std::string bytes_;
  std::string_view charset_;
};

std::string unfold(std::string_view value) {
  std::string line(value);
  std::erase_if(line, [](char c) { return c == '\r' || c == '\n'; });
  return line;
}

}  // namespace

std::size_t encoded_word_length(std::string_view text, bool& search) {
  auto word = parse_word(text, search);
  return word ? word->length : 0;
}

std::string decode_words(std::string_view value, const Charsets& fallbacks) {
  std::string line = unfold(value);
  if (line.find("=?") == std::string::npos) {
    return to_utf8(line, "", fallbacks, no_limit).text;
  }
  Decoder decoder(fallbacks);
  std::string_view rest = line;
  bool search = true;
  bool after_word = false;
  std::size_t plain = 0;  // bytes at the front of rest that are no word
  while (plain < rest.size()) {
    auto word = parse_word(rest.substr(plain), search);
    if (!word) {
      plain = std::min(rest.find("=?", plain + 1), rest.size());
      continue;
    }
    if (plain > 0 && !(after_word && is_blank(rest.substr(0, plain)))) {
      decoder.add_plain(rest.substr(0, plain));
    }
    decoder.add_word(*word);
    rest.remove_prefix(plain + word->length);
    plain = 0;
    after_word = true;
  }
  if (!rest.empty()) {
    decoder.add_plain(rest);
  }
  return decoder.finish();
}

}  // namespace ticketmilter::mail
