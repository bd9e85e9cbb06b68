// SPDX-License-Identifier: MIT
// What becomes of a folder of mail: how many of each class, by which rule, with which verdict. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <tuple>

#include "cli/terminal.h"
#include "intake/intake.h"

namespace ticketmilter::cli {

class Census {
 public:
  void add(const intake::Explanation& explanation);
  // A file that is no message at all.
  void add_other() { ++others_; }
  // A table, most frequent first, and a line with the sums.
  std::string format(const Terminal& terminal) const;

 private:
  using Kind =
      std::tuple<std::string, std::string, std::string, std::string>;  // class, its rule, verdict, the rule of that
  std::map<Kind, std::size_t> mails_;
  std::size_t others_ = 0;
};

}  // namespace ticketmilter::cli
