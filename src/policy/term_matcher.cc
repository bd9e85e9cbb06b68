// SPDX-License-Identifier: MIT
// Built breadth first from the sorted terms: a node is a run of terms with a common beginning, its children split the run by their next letter.
#include "policy/term_matcher.h"

#include <algorithm>

namespace ticketmilter::policy {

TermMatcher::TermMatcher(std::vector<Term> terms) : terms_(std::move(terms)) {
  std::erase_if(terms_, [](const Term& term) { return term.text.empty(); });
  std::ranges::stable_sort(terms_, {}, &Term::text);
  build_trie();
  link();
}

void TermMatcher::build_trie() {
  struct Run {
    std::uint32_t begin, end;  // in terms_
    std::uint32_t depth;
  };
  std::vector<Run> runs = {{0, static_cast<std::uint32_t>(terms_.size()), 0}};
  std::vector<Term> by_node;  // the terms again, in the order of the nodes they end at
  by_node.reserve(terms_.size());
  label_ = {'\0'};
  for (std::uint32_t node = 0; node < runs.size(); ++node) {
    Run run = runs[node];
    first_child_.push_back(static_cast<std::uint32_t>(runs.size()));
    first_term_.push_back(static_cast<std::uint32_t>(by_node.size()));
    while (run.begin < run.end && terms_[run.begin].text.size() == run.depth) {
      by_node.push_back(terms_[run.begin++]);
    }
    while (run.begin < run.end) {
      const char label = terms_[run.begin].text[run.depth];
      std::uint32_t end = run.begin;
      while (end < run.end && terms_[end].text[run.depth] == label) {
        ++end;
      }
      runs.push_back({run.begin, end, run.depth + 1});
      label_.push_back(label);
      run.begin = end;
    }
  }
  first_child_.push_back(static_cast<std::uint32_t>(runs.size()));
  first_term_.push_back(static_cast<std::uint32_t>(by_node.size()));
  terms_ = std::move(by_node);
}

// In the order of the nodes, so what a node falls back to, being shorter, is linked before it.
void TermMatcher::link() {
  fall_.assign(label_.size(), 0);
  next_end_.assign(label_.size(), 0);
  for (std::uint32_t node = 0; node < label_.size(); ++node) {
    for (std::uint32_t c = first_child_[node]; c < first_child_[node + 1]; ++c) {
      fall_[c] = node == 0 ? 0 : step(fall_[node], label_[c]);
      next_end_[c] = ends_here(fall_[c]) ? fall_[c] : next_end_[fall_[c]];
    }
  }
}

// 0 when there is none. Most nodes have one child, the root has dozens.
std::uint32_t TermMatcher::child(std::uint32_t node, char label) const {
  const auto begin = label_.begin() + first_child_[node];
  const auto end = label_.begin() + first_child_[node + 1];
  const auto less = [](char a, char b) { return static_cast<unsigned char>(a) < static_cast<unsigned char>(b); };
  const auto found = std::lower_bound(begin, end, label, less);
  return found != end && *found == label ? static_cast<std::uint32_t>(found - label_.begin()) : 0;
}

std::uint32_t TermMatcher::step(std::uint32_t node, char label) const {
  for (;;) {
    if (const std::uint32_t next = child(node, label)) {
      return next;
    }
    if (node == 0) {
      return 0;
    }
    node = fall_[node];
  }
}

bool TermMatcher::holds(const Term& term, std::string_view text, std::size_t end) {
  const std::size_t begin = end - term.text.size();
  switch (term.how) {
    case How::Contains: return true;
    case How::Equals: return begin == 0 && end == text.size();
    case How::Prefix: return begin == 0;
    case How::Suffix: return end == text.size();
    case How::Domain: return end == text.size() && (begin == 0 || text[begin - 1] == '.');
  }
  return false;
}

}  // namespace ticketmilter::policy
