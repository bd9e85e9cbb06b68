// SPDX-License-Identifier: MIT
// What stands between hostile HTML and gumbo, which destroys its tree by recursion, compares each attribute with all others and rebuilds open
// formatting elements without bound: a linear pass that keeps only the few elements that shape text, without attributes but links' targets,
// to a limited depth, in pieces of limited size.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace ticketmilter::mail {

// Elements are nested no deeper than this in what clean_html hands on.
inline constexpr std::size_t deepest_html = 100;

// Calls sink with one piece of clean HTML after the other until it returns false. Block quotes and preformatted text that go on in the next piece
// are opened again there.
void clean_html(std::string_view html, const std::function<bool(const std::string&)>& sink);

}  // namespace ticketmilter::mail
