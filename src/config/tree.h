// SPDX-License-Identifier: MIT
// A configuration file as values with line numbers, and the complaints about it. The syntax library stays behind load.cc: what checks keys
// and values knows only this.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "config/load.h"

namespace ticketmilter::config {

struct Node {
  enum class Type {
    Text,
    Number,
    Flag,
    List,
    Table,
    Other
  };  // Other: dates, fractions, what is nested too deep; no key wants one
  Type type = Type::Other;
  unsigned line = 0;
  std::string text = {};  // of Other what it is
  std::int64_t number = 0;
  bool flag = false;
  std::vector<Node> items = {};                            // of List
  std::vector<std::pair<std::string, Node>> members = {};  // of Table, sorted by name
};

// What stands there, for a complaint: "the text \"abc\"", "the number 5", "a list".
std::string describe(const Node& node);

// The complaints of one file. A key is placed while it is read; a complaint then needs only the key to find its line.
class Report {
 public:
  explicit Report(std::string file) : file_(std::move(file)) {}
  void place(const std::string& key, unsigned line) { lines_.emplace(key, line); }
  bool has(const std::string& key) const { return lines_.contains(key); }
  void complain(const std::string& key, std::string text);
  void complain_at(unsigned line, const std::string& key, std::string text);
  // In file order; past a thousand a last one tells that there are more.
  std::vector<Complaint> take();

 private:
  unsigned line_of(std::string key) const;

  std::string file_;
  std::map<std::string, unsigned> lines_;
  std::vector<Complaint> complaints_;
};

// "queue[2]": counted from 1, as people count.
std::string item_key(const std::string& list, std::size_t index);

}  // namespace ticketmilter::config
