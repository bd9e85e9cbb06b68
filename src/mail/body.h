// SPDX-License-Identifier: MIT
// The text of a message as people use it: what is quoted, what is signature, what is new.
#pragma once

#include <string>
#include <string_view>

namespace ticketmilter::mail {

// The text without quoted lines ("> "), the "On ... wrote:" line above them, and what follows a "-- " line. For tags in the body and for
// loop comparison.
std::string unquoted(std::string_view text);

// For display: each run of quoted lines of more than 3 and each signature replaced by one line "[12 quoted lines]", "[signature, 3 lines]"; the
// length of the signature is that of what stands below its mark.
std::string fold_quotes(std::string_view text);

}  // namespace ticketmilter::mail
