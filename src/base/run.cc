// SPDX-License-Identifier: MIT
// Errors end here, each with its exit code; whatever else was thrown is a bug and says so.
#include "base/run.h"

#include <cstdio>

#include "base/error.h"

namespace ticketmilter::base {

int run_main(const char* name, const std::function<int()>& body) {
  try {
    return body();
  } catch (const Error& e) {
    std::fprintf(stderr, "%s: %s\n", name, e.what());
    return exit_code(e.kind());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: internal error: %s\n", name, e.what());
    return exit_code(Kind::Internal);
  }
}

}  // namespace ticketmilter::base
