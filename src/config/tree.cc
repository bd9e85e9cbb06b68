// SPDX-License-Identifier: MIT
// A complaint about a key that is not there stands at the nearest thing that is: its table, or the file as a whole.
#include "config/tree.h"

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::config {
namespace {

constexpr std::size_t max_complaints = 1000;

}  // namespace

std::string describe(const Node& node) {
  switch (node.type) {
    case Node::Type::Text: return "the text \"" + base::for_log(node.text, 80) + "\"";
    case Node::Type::Number: return "the number " + std::to_string(node.number);
    case Node::Type::Flag: return node.flag ? "true" : "false";
    case Node::Type::List: return "a list";
    case Node::Type::Table: return "a table";
    case Node::Type::Other: return node.text;
  }
  return "something else";
}

void Report::complain(const std::string& key, std::string text) {
  complain_at(line_of(key), key, std::move(text));
}

void Report::complain_at(unsigned line, const std::string& key, std::string text) {
  if (complaints_.size() < max_complaints) {
    complaints_.push_back({file_, line, key, std::move(text)});
  } else if (complaints_.size() == max_complaints) {
    complaints_.push_back({file_, ~0U, "", "there is more, left out here"});
  }
}

std::vector<Complaint> Report::take() {
  std::stable_sort(complaints_.begin(), complaints_.end(),
                   [](const Complaint& a, const Complaint& b) { return a.line < b.line; });
  if (!complaints_.empty() && complaints_.back().line == ~0U) {
    complaints_.back().line = 0;
  }
  return std::move(complaints_);
}

unsigned Report::line_of(std::string key) const {
  while (!key.empty()) {
    if (auto found = lines_.find(key); found != lines_.end()) {
      return found->second;
    }
    const std::size_t end = key.find_last_of(".[");
    key.resize(end == std::string::npos ? 0 : end);
  }
  return 0;
}

std::string item_key(const std::string& list, std::size_t index) {
  return list + "[" + std::to_string(index + 1) + "]";
}

std::string to_string(const Complaint& c) {
  std::string text = c.file;
  if (c.line != 0) {
    text += ":" + std::to_string(c.line);
  }
  return text + ": " + (c.key.empty() ? "" : c.key + ": ") + c.text;
}

}  // namespace ticketmilter::config
