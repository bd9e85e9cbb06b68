// SPDX-License-Identifier: MIT
// The kinds of rows the key tables are made of. Each takes the key's name, the member it fills, and what the value must be.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "config/keys.h"
#include "config/values.h"

namespace ticketmilter::config {

template <class E>
using Words = std::vector<std::pair<const char*, E>>;

// `"on", "off" or "auto"`.
template <class E>
std::string show_words(const Words<E>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
    text += "\"" + std::string(words[i].first) + "\"";
  }
  return text;
}

template <class E>
std::optional<E> find_word(const Words<E>& words, const std::string& text) {
  for (const auto& [word, value] : words) {
    if (text == word) {
      return value;
    }
  }
  return {};
}

template <class S>
Key<S> row(const char* name, std::function<void(const Value&, S&)> read) {
  return {name, std::move(read), {name}};
}

template <class S>
Key<S> flag(const char* name, bool S::*member) {
  return row<S>(name, [member](const Value& v, S& s) {
    if (v.node.type != Node::Type::Flag) {
      return v.expected("true or false");
    }
    s.*member = v.node.flag;
  });
}

// A whole number within bounds.
template <class S, class T>
Key<S> number(const char* name, T S::*member, std::int64_t low, std::int64_t high) {
  return row<S>(name, [=](const Value& v, S& s) {
    if (v.node.type != Node::Type::Number || v.node.number < low || v.node.number > high) {
      return v.expected("a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    }
    if constexpr (std::is_same_v<T, std::optional<int>>) {
      s.*member = static_cast<int>(v.node.number);
    } else {
      s.*member = static_cast<T>(v.node.number);
    }
  });
}

template <class S, class E>
Key<S> word(const char* name, E S::*member, Words<E> words) {
  return row<S>(name, [member, words](const Value& v, S& s) {
    const auto found = v.node.type == Node::Type::Text ? find_word(words, v.node.text) : std::nullopt;
    return found ? void(s.*member = *found) : v.expected(show_words(words));
  });
}

// Text that parse understands; what says which.
template <class S, class T, class Parsed>
Key<S> text(const char* name, T S::*member, std::optional<Parsed> (*parse)(const std::string&), const char* what) {
  return row<S>(name, [=](const Value& v, S& s) {
    const auto parsed = v.node.type == Node::Type::Text ? parse(v.node.text) : std::nullopt;
    return parsed ? void(s.*member = *parsed) : v.expected(what);
  });
}

template <class S>
Key<S> size(const char* name, std::uint64_t S::*member, std::uint64_t low, std::uint64_t high) {
  return row<S>(name, [=](const Value& v, S& s) {
    const auto bytes = v.node.type == Node::Type::Text ? base::parse_size(v.node.text) : std::nullopt;
    if (!bytes || *bytes < low || *bytes > high) {
      return v.expected("a size such as \"25MiB\", from \"" + show_size(low) + "\" to \"" + show_size(high) + "\"");
    }
    s.*member = *bytes;
  });
}

template <class S, class T>
Key<S> duration(const char* name, T S::*member, seconds low, seconds high, const char* or_else = "") {
  return row<S>(name, [=](const Value& v, S& s) {
    const auto length = v.node.type == Node::Type::Text ? base::parse_duration(v.node.text) : std::nullopt;
    if (length && *length >= low && *length <= high) {
      s.*member = *length;
    } else if (*or_else != '\0' && v.node.type == Node::Type::Text && v.node.text == or_else) {
      s.*member = T();
    } else {
      const std::string word = *or_else == '\0' ? "" : "\"" + std::string(or_else) + "\" or ";
      v.expected(word + "a duration such as \"12h\", from \"" + show_duration(low) + "\" to \"" + show_duration(high) +
                 "\"");
    }
  });
}

// Calls each for the items of a list; no list is a complaint of its own.
template <class Each>
void read_items(const Value& v, const std::string& what, Each each) {
  if (v.node.type != Node::Type::List) {
    return v.expected("a list of " + what + ": [\"...\", \"...\"]");
  }
  for (std::size_t i = 0; i < v.node.items.size(); ++i) {
    const std::string key = item_key(v.key, i);
    v.report.place(key, v.node.items[i].line);
    each(Value{v.node.items[i], key, v.report});
  }
}

// A list of texts, each understood by parse; one names a single item ("an address"), many the whole.
template <class S, class T>
Key<S> list(const char* name, std::vector<T> S::*member, std::optional<T> (*parse)(const std::string&), const char* one,
            const char* many) {
  return row<S>(name, [=](const Value& v, S& s) {
    (s.*member).clear();
    read_items(v, many, [&](const Value& item) {
      auto parsed = item.node.type == Node::Type::Text ? parse(item.node.text) : std::nullopt;
      if (!parsed) {
        item.expected(one);
      }
      (s.*member).push_back(parsed ? std::move(*parsed) : T());  // so that what follows keeps its number
    });
  });
}

// A list of words, told to take as their values.
template <class S, class E>
Key<S> words(const char* name, Words<E> known, std::function<void(S&, const std::vector<E>&)> take) {
  return row<S>(name, [=](const Value& v, S& s) {
    std::vector<E> found;
    read_items(v, "words", [&](const Value& item) {
      const auto value = item.node.type == Node::Type::Text ? find_word(known, item.node.text) : std::nullopt;
      return value ? found.push_back(*value) : item.expected(show_words(known));
    });
    take(s, found);
  });
}

// Reads the members of a table by the rows of its section.
template <class S>
void read_table(const Value& v, const Keys<S>& keys, S& section) {
  if (v.node.type != Node::Type::Table) {
    return v.expected("a table");
  }
  const std::string prefix = v.key.empty() ? "" : v.key + ".";
  for (const auto& [name, node] : v.node.members) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&n = name](const Key<S>& k) { return k.name == n; });
    const std::string key = prefix + base::for_log(name, 80);
    v.report.place(key, node.line);
    if (found != keys.end()) {
      found->read(Value{node, key, v.report}, section);
      continue;
    }
    std::string known;
    for (const Key<S>& k : keys) {
      known.append(known.empty() ? "" : ", ").append(k.name);
    }
    v.report.complain_at(node.line, key, "there is no such key; expected one of " + known);
  }
}

template <class S>
std::vector<std::string> names_below(const std::string& name, const Keys<S>& keys) {
  std::vector<std::string> all;
  for (const Key<S>& key : keys) {
    for (const std::string& below : key.all) {
      all.push_back(name + "." + below);
    }
  }
  return all;
}

template <class S, class T>
Key<S> table(const char* name, T S::*member, const Keys<T>& keys) {
  return {name, [member, &keys](const Value& v, S& s) { read_table(v, keys, s.*member); }, names_below(name, keys)};
}

// [[name]], each through finish at last.
template <class S, class T>
Key<S> tables(const char* name, std::vector<T> S::*member, const Keys<T>& keys,
              void (*finish)(const Value&, T&) = nullptr) {
  const auto read = [=, &keys](const Value& v, S& s) {
    if (v.node.type != Node::Type::List) {
      const bool top = v.key.find('[') == std::string::npos;
      return v.expected(top ? "tables in double brackets: [[" + v.key + "]]"
                            : "a list of tables: [ { ... }, { ... } ]");
    }
    read_items(v, "tables", [&](const Value& item) {
      T& section = (s.*member).emplace_back();
      read_table(item, keys, section);
      if (finish != nullptr && item.node.type == Node::Type::Table) {
        finish(item, section);
      }
    });
  };
  return {name, read, names_below(name, keys)};
}

}  // namespace ticketmilter::config
