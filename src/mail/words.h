// SPDX-License-Identifier: MIT
// Encoded words (RFC 2047) in header fields. Adjacent words of one character set are joined before they are converted, because senders cut
// characters in two; GMime converts word by word and would lose them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mail/charset.h"

namespace ticketmilter::mail {

// The length of the encoded word that text begins with; 0 where it begins with none. search tells whether there may be an end of a word in text at
// all, and is set to false when there is none: pass the same variable for one field, so that a field of nothing but beginnings is read once.
std::size_t encoded_word_length(std::string_view text, bool& search);

// A field's value, unfolded and decoded: valid UTF-8, blanks and control characters as they come (see base::one_line). Bytes over 127 outside of words
// are read by the fallbacks. In a word of an unknown character set ASCII stays and the rest becomes U+FFFD.
std::string decode_words(std::string_view value, const Charsets& fallbacks);

}  // namespace ticketmilter::mail
