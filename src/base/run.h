// SPDX-License-Identifier: MIT
// The one place where a program's failures become its exit status.
#pragma once

#include <functional>

namespace ticketmilter::base {

// Calls body and returns its value, or prints "NAME: what went wrong" on standard error and returns the sysexits code of the
// Error's kind; any other exception is 70.
int run_main(const char* name, const std::function<int()>& body);

}  // namespace ticketmilter::base
