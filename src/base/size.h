// SPDX-License-Identifier: MIT
// Sizes as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace ticketmilter::base {

// "512 B", "3.1 MiB".
std::string human_size(std::uint64_t bytes);

}  // namespace ticketmilter::base
