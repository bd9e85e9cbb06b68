// SPDX-License-Identifier: MIT
// Every failure answers one question: should the sender try again? The doors turn the answer into a reply code or an exit
// status; nothing below a door catches an Error but to add context.
#pragma once

#include <stdexcept>
#include <string>

namespace ticketmilter::base {

enum class Kind {
  Temporary,     // try again: 451 4.3.0, exit 75
  Full,          // store or disk is full, try again: 452 4.3.1, exit 75
  Permanent,     // trying again will not help: 5xx, exit 65
  Config,        // the operator has to mend the configuration: 451 and loud, exit 78
  Usage,         // wrong command line, exit 64
  NotFound,      // no such ticket, queue or person, exit 67
  Unavailable,   // a service is not there, exit 69
  CannotCreate,  // an output file or folder cannot be made, exit 73
  Io,            // reading or writing failed: 451 4.3.0, exit 74
  NoPermission,  // exit 77
  Internal,      // a bug of ours: 451 4.3.0, exit 70
};

class Error : public std::runtime_error {
 public:
  Error(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

// The sysexits(3) code of a kind.
int exit_code(Kind kind) noexcept;

// "open /x: No such file or directory": an Error with the text of errno_value behind it. ENOSPC and EDQUOT become Full, ENOENT
// is left at the given kind, as the caller knows what is missing.
Error system_error(Kind kind, const std::string& doing, int errno_value);

}  // namespace ticketmilter::base
