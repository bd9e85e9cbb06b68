// SPDX-License-Identifier: MIT
// Text in a frame: a margin before each line, and lines that are too long for the terminal broken between words. Pure.
#pragma once

#include <string>
#include <string_view>

#include "cli/terminal.h"

namespace ticketmilter::cli {

// text: made safe before. Every line gets the margin, but a blank one none of the margin's blanks at its end; a last line without line feed gets one. Lines
// are broken only on a terminal; a word that is wider than a line is broken anywhere but inside a character.
std::string framed(std::string_view text, std::string_view margin, const Terminal& terminal);

}  // namespace ticketmilter::cli
