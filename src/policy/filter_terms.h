// SPDX-License-Identifier: MIT
// Terms, numbered, and what it takes to try them all on one mail: a walk over the fields that any of them asks for. Each field holds its plain
// patterns in one automaton and its expressions side by side.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/filter_fields.h"
#include "policy/filters.h"
#include "policy/term_matcher.h"

namespace ticketmilter::policy {

class FilterTerms {
 public:
  FilterTerms();
  ~FilterTerms();

  // A term holds when any of its values does. field, match and values are as in config::RuleTerm, and checked. Returns the term's number.
  std::uint32_t add(std::string_view field, std::string_view match, const std::vector<std::string>& values);
  // Once, behind the last term.
  void compile();
  // By number. Open: does not hold yet, and the field is not wholly known.
  std::vector<Holds> try_on(const FilterSource& source) const;
  // Only those on the recipient, anew.
  void try_recipient(const FilterSource& source, std::vector<Holds>& found) const;

 private:
  struct Expression;
  struct Patterns;
  struct SizeTest {
    char than;  // '<', '>' or '='
    std::uint64_t size;
    std::uint32_t term;
  };
  Patterns& patterns_on(const FilterField& field);
  static void try_field(const Patterns& patterns, const FilterSource& source, std::vector<Holds>& found);

  std::vector<Patterns> fields_;
  std::vector<SizeTest> sizes_;
  std::uint32_t count_ = 0;
};

}  // namespace ticketmilter::policy
