// SPDX-License-Identifier: MIT
// How far something long has come, as one line of a terminal. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace ticketmilter::cli {

// "[=====>     ]  43 %  text  0:12 left". part: from 0 to 1; how much is left is told from the first hundredth on. The text goes first where there is no room.
std::string progress_bar(double part, std::chrono::seconds elapsed, const std::string& text, std::size_t width);

}  // namespace ticketmilter::cli
