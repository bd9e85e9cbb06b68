// SPDX-License-Identifier: MIT
// The one table from kinds to sysexits codes.
#include "base/error.h"

#include <sysexits.h>

#include <cerrno>
#include <system_error>

namespace ticketmilter::base {

int exit_code(Kind kind) noexcept {
  switch (kind) {
    case Kind::Temporary:
    case Kind::Full: return EX_TEMPFAIL;
    case Kind::Permanent: return EX_DATAERR;
    case Kind::Config: return EX_CONFIG;
    case Kind::Usage: return EX_USAGE;
    case Kind::NotFound: return EX_NOUSER;
    case Kind::Unavailable: return EX_UNAVAILABLE;
    case Kind::CannotCreate: return EX_CANTCREAT;
    case Kind::Io: return EX_IOERR;
    case Kind::NoPermission: return EX_NOPERM;
    case Kind::Internal: return EX_SOFTWARE;
  }
  return EX_SOFTWARE;
}

Error system_error(Kind kind, const std::string& doing, int errno_value) {
  if (errno_value == ENOSPC || errno_value == EDQUOT) {
    kind = Kind::Full;
  }
  return {kind, doing + ": " + std::generic_category().message(errno_value)};
}

}  // namespace ticketmilter::base
