// SPDX-License-Identifier: MIT
// Message identifiers (RFC 5322 section 3.6.4), read as senders write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ticketmilter::mail {

// The msg-ids of a Message-ID, In-Reply-To or References value, without <>, in order, at most limit (the last ones win). Comments, phrases
// and folds between them are skipped; blanks inside <> removed; anything over 998 bytes or with control characters is none. One
// without @ is taken, as some programs make such. A value without any <> that is one word counts as one msg-id.
std::vector<std::string> parse_msgids(std::string_view value, std::size_t limit);

}  // namespace ticketmilter::mail
