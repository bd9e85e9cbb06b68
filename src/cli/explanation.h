// SPDX-License-Identifier: MIT
// A decision with its reasons, for a program and for a person. Pure.
#pragma once

#include <string>

#include "cli/json.h"
#include "cli/terminal.h"
#include "intake/intake.h"

namespace ticketmilter::cli {

Json to_json(const intake::Explanation& explanation);
std::string format_explanation(const intake::Explanation& explanation, const Terminal& terminal);

// What the client would be told: the refusal, or a 250.
policy::Reply answer(const intake::Explanation& explanation);

}  // namespace ticketmilter::cli
