// SPDX-License-Identifier: MIT
// The configuration as a table: every key, what it takes and where it goes, each in one row of keys.cc or rule_keys.cc.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/tree.h"

namespace ticketmilter::config {

// A value on its way into a member, with the name it has in complaints.
struct Value {
  const Node& node;
  const std::string& key;
  Report& report;

  // Complains: "expected WHAT, found ...".
  void expected(const std::string& what) const;
};

// One row: how the value of a key gets into a Section. all: the names it adds to all_keys(), its own or those below it.
template <class Section>
struct Key {
  std::string name;
  std::function<void(const Value&, Section&)> read;
  std::vector<std::string> all;
};
template <class Section>
using Keys = std::vector<Key<Section>>;

// Reads a whole file's tree. What is wrong is complained about and stays at its default.
void read_keys(const Node& root, Config& config, Report& report);

// The rows of [[filter.rule]].
const Keys<FilterRule>& rule_keys();
// What one row cannot tell: keys that a rule needs, or that contradict each other.
void finish_rule(const Value& value, FilterRule& rule);

}  // namespace ticketmilter::config
