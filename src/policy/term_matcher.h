// SPDX-License-Identifier: MIT
// Which of many plain terms occur in a text, found in one pass over it (Aho and Corasick, 1975). Our own, because RE2::Set builds its automaton
// while it matches: with ten thousand terms a hostile text stops it for milliseconds, and out of memory it answers "no match". Here the
// cost is settled at load, and a text costs the same whatever it says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ticketmilter::policy {

class TermMatcher {
 public:
  enum class How : std::uint8_t { Contains, Equals, Prefix, Suffix, Domain };  // Domain: whole labels, from the right
  struct Term {
    std::string text;  // never empty
    How how = How::Contains;
    std::uint32_t id = 0;  // of the caller; several terms may share one
  };

  TermMatcher() : TermMatcher(std::vector<Term>()) {}
  explicit TermMatcher(std::vector<Term> terms);

  // Calls found(id) for each term that holds, more than once where it occurs more than once.
  template <class Found>
  void match(std::string_view text, Found found) const {
    std::uint32_t node = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      node = step(node, text[i]);
      for (std::uint32_t end = ends_here(node) ? node : next_end_[node]; end != 0; end = next_end_[end]) {
        for (std::uint32_t t = first_term_[end]; t < first_term_[end + 1]; ++t) {
          if (holds(terms_[t], text, i + 1)) {
            found(terms_[t].id);
          }
        }
      }
    }
  }
  bool empty() const { return terms_.empty(); }

 private:
  bool ends_here(std::uint32_t node) const { return first_term_[node] != first_term_[node + 1]; }
  std::uint32_t child(std::uint32_t node, char label) const;
  std::uint32_t step(std::uint32_t node, char label) const;
  static bool holds(const Term& term, std::string_view text, std::size_t end);
  void build_trie();
  void link();

  // Nodes are numbered breadth first, so the children of one stand side by side, ordered by label. Node 0 is the root. Arrays that say
  // "first" have one element more than there are nodes.
  std::vector<Term> terms_;  // sorted by text
  std::vector<char> label_;  // that leads to a node
  std::vector<std::uint32_t> first_child_;
  std::vector<std::uint32_t> first_term_;  // terms that end at a node
  std::vector<std::uint32_t> fall_;        // the longest proper suffix that is a node too
  std::vector<std::uint32_t> next_end_;    // the longest proper suffix at which a term ends, 0 = none
};

}  // namespace ticketmilter::policy
