// SPDX-License-Identifier: MIT
// A tokenizer after the WHATWG rules as far as they decide what is text and what is not. It errs on the side of dropping.
#include "mail/html_clean.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t piece_size = 16 << 10;
constexpr std::size_t longest_target = 2000;
using Names = std::string_view;

// Elements that shape text; all others are transparent.
constexpr std::array<Names, 30> kept = {"a",  "address", "article", "blockquote", "br",    "center", "dd",      "div",
                                        "dl", "dt",      "h1",      "h2",         "h3",    "h4",     "h5",      "h6",
                                        "hr", "img",     "li",      "ol",         "p",     "pre",    "section", "table",
                                        "td", "th",      "tr",      "ul",         "tbody", "footer"};
// Elements whose content is not for reading.
constexpr std::array<Names, 12> dropped = {"script",   "style",    "title",    "xmp", "iframe", "noembed",
                                           "noframes", "template", "textarea", "svg", "math",   "object"};

template <std::size_t N>
bool is_in(const std::array<Names, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_void(std::string_view name) {
  return name == "br" || name == "hr" || name == "img";
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

// A tag taken apart: of the attributes only the one that is kept for its element.
struct Tag {
  std::string name;  // lower case
  std::string_view target;
  bool is_end = false;
};

class Cleaner {
 public:
  Cleaner(std::string_view html, const std::function<bool(const std::string&)>& sink) : rest_(html), sink_(sink) {}

  void run() {
    while (!rest_.empty() && going_on_) {
      if (rest_.front() == '<') {
        read_markup();
      } else {
        read_text();
      }
      if (piece_.size() >= piece_size) {
        flush();
      }
    }
    flush();
  }

 private:
  // Text goes on unchanged, entities and all; a piece may end at a blank.
  void read_text() {
    auto end = std::min(rest_.find('<'), rest_.size());
    if (end > piece_size) {
      auto blank = rest_.find_first_of(" \n", piece_size);
      end = std::min(end, blank == std::string_view::npos ? end : blank + 1);
    }
    piece_ += rest_.substr(0, end);
    rest_.remove_prefix(end);
  }

  void read_markup() {
    char next = rest_.size() > 1 ? rest_[1] : ' ';
    if (rest_.starts_with("<!--")) {
      skip_behind("-->", 4);
    } else if (is_letter(next) || (next == '/' && rest_.size() > 2 && is_letter(rest_[2]))) {
      read_tag();
    } else if (next == '!' || next == '?' || next == '/') {
      skip_behind(">", 2);
    } else {
      piece_ += "&lt;";
      rest_.remove_prefix(1);
    }
  }

  void skip_behind(std::string_view end, std::size_t from) {
    auto at = rest_.find(end, std::min(from, rest_.size()));
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
  }

  void read_tag() {
    Tag tag;
    tag.is_end = rest_[1] == '/';
    rest_.remove_prefix(tag.is_end ? 2 : 1);
    auto end = std::min(rest_.find_first_of(" \t\r\n\f/>"), rest_.size());
    tag.name = base::ascii_lower(rest_.substr(0, std::min<std::size_t>(end, 20)));
    rest_.remove_prefix(end);
    bool self_closing = read_attributes(tag);
    if (is_in(kept, tag.name)) {
      emit(tag);
    } else if (!tag.is_end && !self_closing && is_in(dropped, tag.name)) {
      skip_element(tag.name);
    }
  }

  // Up to and with the ">"; true where a "/" stands before it.
  bool read_attributes(Tag& tag) {
    bool slash = false;
    while (!rest_.empty() && rest_.front() != '>') {
      slash = rest_.front() == '/';
      if (slash || is_space(rest_.front())) {
        rest_.remove_prefix(1);
      } else {
        read_attribute(tag);
      }
    }
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    return slash;
  }

  void read_attribute(Tag& tag) {
    auto end = std::min(rest_.find_first_of(" \t\r\n\f/>=", 1), rest_.size());
    std::string_view name = rest_.substr(0, end);
    rest_.remove_prefix(end);
    skip_space();
    if (!rest_.starts_with('=')) {
      return;
    }
    rest_.remove_prefix(1);
    skip_space();
    std::string_view value = take_value();
    bool wanted = (tag.name == "a" && base::ascii_iequals(name, "href")) ||
                  (tag.name == "img" && base::ascii_iequals(name, "alt"));
    if (wanted && tag.target.empty() && value.size() <= longest_target) {
      tag.target = value;
    }
  }

  std::string_view take_value() {
    char quote = rest_.empty() ? '\0' : rest_.front();
    bool quoted = quote == '"' || quote == '\'';
    if (quoted) {
      rest_.remove_prefix(1);
    }
    auto end = quoted ? rest_.find(quote) : rest_.find_first_of(" \t\r\n\f>");
    std::string_view value = rest_.substr(0, end);
    rest_.remove_prefix(value.size());
    if (quoted && !rest_.empty()) {
      rest_.remove_prefix(1);
    }
    return value;
  }

  void skip_space() {
    while (!rest_.empty() && is_space(rest_.front())) {
      rest_.remove_prefix(1);
    }
  }

  // Behind the end tag of an element whose content is dropped; all the rest where there is none.
  void skip_element(const std::string& name) {
    std::string end = "</" + name;
    for (;;) {
      auto at = rest_.find("</");
      if (at == std::string_view::npos) {
        rest_ = {};
        return;
      }
      rest_.remove_prefix(at);
      if (base::ascii_istarts_with(rest_, end)) {
        skip_behind(">", 2);
        return;
      }
      rest_.remove_prefix(2);
    }
  }

  void emit(const Tag& tag) {
    if (tag.is_end) {
      auto open = std::find(open_.rbegin(), open_.rend(), tag.name);
      if (open != open_.rend()) {
        open_.resize(static_cast<std::size_t>(open_.rend() - open) - 1);
        piece_ += "</" + tag.name + '>';
      }
      return;
    }
    close_implied(tag.name);
    if (!is_void(tag.name)) {
      if (open_.size() >= deepest_html) {
        return;
      }
      open_.push_back(tag.name);
    }
    piece_ += '<' + tag.name;
    if (!tag.target.empty()) {
      piece_ += tag.name == "a" ? " href=\"" : " alt=\"";
      for (char c : tag.target) {
        piece_ += c == '"' ? "&quot;" : c == '<' ? "&lt;" : std::string_view(&c, 1);
      }
      piece_ += '"';
    }
    piece_ += '>';
  }

  // Elements that end where the next of their kind begins must not fill the stack.
  void close_implied(std::string_view name) {
    bool implied = name == "p" || name == "li" || name == "a" || name == "dt" || name == "dd";
    if (implied && !open_.empty() && open_.back() == name) {
      open_.pop_back();
      piece_ += "</" + std::string(name) + '>';
    }
  }

  void flush() {
    if (!piece_.empty()) {
      going_on_ = sink_(piece_);
    }
    piece_.clear();
    std::vector<std::string> still;
    for (const auto& name : open_) {
      if (name == "blockquote" || name == "pre") {
        piece_ += '<' + name + '>';
        still.push_back(name);
      }
    }
    open_ = std::move(still);
    if (rest_.empty()) {
      piece_.clear();
    }
  }

  std::string_view rest_;
  const std::function<bool(const std::string&)>& sink_;
  std::string piece_;
  std::vector<std::string> open_;
  bool going_on_ = true;
};

}  // namespace

void clean_html(std::string_view html, const std::function<bool(const std::string&)>& sink) {
  Cleaner(html, sink).run();
}

}  // namespace ticketmilter::mail
