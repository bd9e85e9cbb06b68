// SPDX-License-Identifier: MIT
// The only home of toml++: text becomes a tree of values with their lines, and everything after that is ours.
#include "config/load.h"

// Some of its assertions forbid what the code behind them answers with an error ("[{" is one): they must neither abort nor, with NDEBUG, be
// taken for true.
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 16
#include <toml++/toml.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "config/check.h"
#include "config/keys.h"
#include "config/syntax.h"
#include "config/tree.h"

namespace ticketmilter::config {
namespace {

constexpr std::size_t max_file = 4U << 20;
constexpr unsigned max_depth = 8;  // no key lies deeper

Node to_node(const toml::node& from, unsigned depth);

Node table_to_node(const toml::table& table, unsigned depth) {
  Node node{.type = Node::Type::Table};
  for (auto&& [key, value] : table) {
    node.members.emplace_back(key.str(), to_node(value, depth + 1));
    // A table's own region is that of its first mention; of a key it is where the key stands.
    if (!value.is_table() && !value.is_array_of_tables()) {
      node.members.back().second.line = key.source().begin.line;
    }
  }
  return node;
}

Node list_to_node(const toml::array& array, unsigned depth) {
  Node node{.type = Node::Type::List};
  for (const toml::node& item : array) {
    node.items.push_back(to_node(item, depth + 1));
  }
  return node;
}

Node scalar_to_node(const toml::node& from) {
  if (const auto* text = from.as_string()) {
    return {.type = Node::Type::Text, .text = text->get()};
  }
  if (const auto* number = from.as_integer()) {
    return {.type = Node::Type::Number, .number = number->get()};
  }
  if (const auto* flag = from.as_boolean()) {
    return {.type = Node::Type::Flag, .flag = flag->get()};
  }
  return {.text = from.is_floating_point() ? "a fraction" : "a date or time"};
}

Node to_node(const toml::node& from, unsigned depth) {
  Node node;
  if (depth > max_depth) {
    node.text = "something nested too deep";
  } else if (const auto* table = from.as_table()) {
    node = table_to_node(*table, depth);
  } else if (const auto* array = from.as_array()) {
    node = list_to_node(*array, depth);
  } else {
    node = scalar_to_node(from);
  }
  node.line = from.source().begin.line;
  return node;
}

Loaded refuse(const std::string& name, unsigned line, std::string text) {
  return {{}, {{name, line, "", std::move(text)}}};
}

}  // namespace

Loaded load_text(const std::string& text, const std::string& name) {
  if (text.size() > max_file) {
    return refuse(name, 0, "expected a file of at most 4 MiB");
  }
  if (const unsigned line = find_long_key(text)) {
    return refuse(name, line, "expected keys of at most 16 parts");
  }
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const auto& error = parsed.error();
    return refuse(name, error.source().begin.line, base::for_log(error.description(), 500));
  }
  Report report(name);
  Loaded loaded;
  Config config;
  read_keys(to_node(parsed.table(), 0), config, report);
  check(config, report);
  loaded.complaints = report.take();
  if (loaded.complaints.empty()) {
    loaded.config = std::move(config);
  }
  return loaded;
}

Loaded load(const std::string& path) {
  std::string text;
  try {
    text = base::read_file(path, max_file);
  } catch (const base::Error& e) {  // a complaint like any other
    return refuse(path, 0, e.what());
  }
  return load_text(text, path);
}

}  // namespace ticketmilter::config
