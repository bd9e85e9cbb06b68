// SPDX-License-Identifier: MIT
// Subject tags: "[example.com #42]". Names are compared literally after case folding, never as patterns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "tickets/ticket.h"

namespace ticketmilter::policy {

// The names under which a tag is ours: the site's, its former ones, every queue's; case-folded.
std::vector<std::string> tag_names(const config::Config& config);

// The number of the first tag of ours. text: UTF-8, one line or many.
std::optional<tickets::TicketId> find_tag(std::string_view text, const std::vector<std::string>& names);

// The subject without tags of ours, "(no subject)" when nothing is left; foreign tags stay.
std::string strip_tags(std::string_view subject, const std::vector<std::string>& names);

// The tags of other systems, "[remote-system #79]", as they stand there: each once, not many, and none that is long.
std::vector<std::string> foreign_tags(std::string_view subject, const std::vector<std::string>& names);

}  // namespace ticketmilter::policy
