// SPDX-License-Identifier: MIT
// What a message offers to be opened, for those who refuse some of it: every part under every name it might go by, those in attached messages too.
#pragma once

#include <vector>

#include "mail/facts.h"
#include "mail/parse.h"
#include "mail/parse_parts.h"
#include "mail/parse_text.h"

namespace ticketmilter::mail {

// layout: of the same tree; size: of the whole message.
std::vector<Offer> find_offers(const PartTree& tree, const Layout& layout, std::size_t size,
                               const ParseOptions& options);

}  // namespace ticketmilter::mail
