// SPDX-License-Identifier: MIT
// gumbo makes the tree, this file walks it. Line breaks are asked for and only written when text follows, so that nested blocks make one break.
#include "mail/html.h"

#include <gumbo.h>

#include <algorithm>

#include "base/text.h"
#include "mail/html_clean.h"

namespace ticketmilter::mail {
namespace {

// Text as it grows: white space collapsed, breaks pending, quotes prefixed.
class Page {
 public:
  explicit Page(std::size_t max) : max_(max) {}

  bool is_full() const { return text_.size() >= max_; }
  // At least n line ends before whatever comes next: 1 a new line, 2 a blank line before it.
  void want_breaks(int n) { breaks_ = std::max(breaks_, n); }
  void add_break() { breaks_ = std::min(breaks_ + 1, 2); }
  bool at_line_start() const { return text_.empty() || breaks_ > 0; }

  void add_words(std::string_view s) {
    for (char c : s) {
      if (is_enough(c)) {
        return;
      }
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        space_ = true;
      } else {
        add_char(c);
      }
    }
  }
  void add_verbatim(std::string_view s) {
    for (char c : s) {
      if (is_enough(c)) {
        return;
      }
      if (c == '\n') {
        add_break();
      } else if (c != '\r') {
        space_ = false;
        add_char(c);
      }
    }
  }
  // Only between words of one line.
  void add_gap(std::string_view gap) {
    if (!at_line_start()) {
      text_ += gap;
      space_ = false;
    }
  }

  int quotes = 0;  // open block quotes

  std::string finish() {
    while (!text_.empty() && (text_.back() == ' ' || text_.back() == '\t')) {
      text_.pop_back();
    }
    if (!text_.empty()) {
      text_ += '\n';
    }
    if (text_.size() > max_) {
      text_ = to_valid_length();
    }
    return std::move(text_);
  }

 private:
  // A character that was begun is finished.
  bool is_enough(char next) const { return is_full() && (static_cast<unsigned char>(next) & 0xC0) != 0x80; }

  void add_char(char c) {
    if (at_line_start()) {
      start_line();
    } else if (space_) {
      text_ += ' ';
    }
    space_ = false;
    text_ += c;
  }

  static std::string quote_prefix(int quotes) {
    std::string prefix;
    for (int i = 0; i < std::min(quotes, 10); ++i) {
      prefix += "> ";
    }
    return prefix;
  }

  void start_line() {
    std::string prefix = quote_prefix(quotes);
    if (!text_.empty()) {
      while (text_.ends_with(' ') || text_.ends_with('\t')) {
        text_.pop_back();
      }
      text_ += '\n';
      if (breaks_ > 1) {
        text_ += base::trim(quote_prefix(std::min(quotes, last_quotes_)));
        text_ += '\n';
      }
    }
    text_ += prefix;
    last_quotes_ = quotes;
    breaks_ = 0;
  }

  // The most whole characters that fit.
  std::string to_valid_length() const {
    std::size_t n = max_;
    while (n > 0 && (static_cast<unsigned char>(text_[n]) & 0xC0) == 0x80) {
      --n;
    }
    return text_.substr(0, n);
  }

  std::string text_;
  std::size_t max_;
  int breaks_ = 0;
  int last_quotes_ = 0;  // of the last line that was begun
  bool space_ = false;
};

// Recursion is as deep as clean_html lets elements lie, and a few levels that gumbo adds.
class Walker {
 public:
  explicit Walker(Page& page) : page_(page) {}

  void walk(const GumboNode& node) {
    switch (node.type) {
      case GUMBO_NODE_ELEMENT: element(node.v.element); break;
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_CDATA:
      case GUMBO_NODE_WHITESPACE: text(node.v.text.text); break;
      default: break;
    }
  }

 private:
  void text(std::string_view s) {
    if (preformatted_ > 0) {
      page_.add_verbatim(s);
    } else {
      page_.add_words(s);
    }
  }

  void children(const GumboElement& e) {
    for (unsigned i = 0; i < e.children.length && !page_.is_full(); ++i) {
      walk(*static_cast<const GumboNode*>(e.children.data[i]));
    }
  }

  void block(const GumboElement& e, int breaks) {
    page_.want_breaks(breaks);
    children(e);
    page_.want_breaks(breaks);
  }

  void element(const GumboElement& e) {
    switch (e.tag) {
      case GUMBO_TAG_BR: page_.add_break(); break;
      case GUMBO_TAG_HR: rule(); break;
      case GUMBO_TAG_IMG: image(e); break;
      case GUMBO_TAG_A: link(e); break;
      case GUMBO_TAG_LI: item(e); break;
      case GUMBO_TAG_UL:
      case GUMBO_TAG_OL: list(e); break;
      case GUMBO_TAG_TD:
      case GUMBO_TAG_TH:
        page_.add_gap("\t");
        children(e);
        break;
      case GUMBO_TAG_PRE:
        ++preformatted_;
        block(e, 2);
        --preformatted_;
        break;
      case GUMBO_TAG_BLOCKQUOTE: quote(e); break;
      case GUMBO_TAG_P:
      case GUMBO_TAG_H1:
      case GUMBO_TAG_H2:
      case GUMBO_TAG_H3:
      case GUMBO_TAG_H4:
      case GUMBO_TAG_H5:
      case GUMBO_TAG_H6: block(e, 2); break;
      case GUMBO_TAG_HTML:
      case GUMBO_TAG_HEAD:
      case GUMBO_TAG_BODY:
      case GUMBO_TAG_TBODY: children(e); break;
      default: block(e, 1); break;
    }
  }

  void rule() {
    page_.want_breaks(1);
    page_.add_words("----------");
    page_.want_breaks(1);
  }

  void list(const GumboElement& e) {
    ++lists_;
    block(e, lists_ > 1 ? 1 : 2);
    --lists_;
  }

  void item(const GumboElement& e) {
    page_.want_breaks(1);
    page_.add_verbatim(std::string(static_cast<std::size_t>(2 * std::clamp(lists_ - 1, 0, 10)), ' ') + '-');
    page_.add_words(" ");
    children(e);
    page_.want_breaks(1);
  }

  void quote(const GumboElement& e) {
    page_.want_breaks(1);
    ++page_.quotes;
    children(e);
    --page_.quotes;
    page_.want_breaks(1);
  }

  static std::string_view attribute(const GumboElement& e, const char* name) {
    const GumboAttribute* a = gumbo_get_attribute(&e.attributes, name);
    return a == nullptr ? std::string_view() : base::trim(a->value);
  }

  void image(const GumboElement& e) {
    if (auto alt = attribute(e, "alt"); !alt.empty()) {
      page_.add_words("[" + std::string(alt) + "]");
    }
  }

  // "the words <https://example.com/>"; the target alone says nothing new where the words are the target.
  void link(const GumboElement& e) {
    std::string_view target = attribute(e, "href");
    if (base::ascii_istarts_with(target, "mailto:")) {
      target.remove_prefix(7);
    }
    children(e);
    bool elsewhere = !target.empty() && target.front() != '#' && !base::ascii_istarts_with(target, "javascript:");
    if (elsewhere && !says(e, target)) {
      page_.add_words(" <" + std::string(target) + ">");
    }
  }

  static bool says(const GumboElement& e, std::string_view target) {
    if (e.children.length != 1) {
      return false;
    }
    const auto& child = *static_cast<const GumboNode*>(e.children.data[0]);
    return child.type == GUMBO_NODE_TEXT && base::trim(child.v.text.text) == target;
  }

  Page& page_;
  int preformatted_ = 0;
  int lists_ = 0;
};

}  // namespace

std::string html_to_text(std::string_view utf8_html, std::size_t max) {
  Page page(max);
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  clean_html(utf8_html, [&](const std::string& piece) {
    GumboOutput* output = gumbo_parse_with_options(&options, piece.data(), piece.size());
    Walker(page).walk(*output->root);
    gumbo_destroy_output(&options, output);
    return !page.is_full();
  });
  return page.finish();
}

}  // namespace ticketmilter::mail
