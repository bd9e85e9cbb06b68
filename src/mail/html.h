// SPDX-License-Identifier: MIT
// HTML as a person would read it aloud: text with line breaks, links' targets behind their words, no scripts, no styles. The only home
// of gumbo. Never fails; output is bounded by max bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ticketmilter::mail {

std::string html_to_text(std::string_view utf8_html, std::size_t max);

}  // namespace ticketmilter::mail
