// SPDX-License-Identifier: MIT
// The choice follows the meaning of the multiparts (RFC 2046 section 5.1, RFC 2387): of alternatives one, of related parts the root, of all others
// every text that does not call itself a file. Recursion is as deep as find_parts lets parts lie.
#include <algorithm>

#include "mail/parse_text.h"

namespace ticketmilter::mail {
namespace {

class Chooser {
 public:
  explicit Chooser(const PartTree& tree) : parts_(tree.parts), children_(tree.parts.size()), fate_(tree.parts.size()) {
    for (std::uint32_t i = 1; i < parts_.size(); ++i) {
      children_[parts_[i].parent].push_back(i);
    }
  }

  Layout run() {
    show(0);
    if (layout_.shown.empty()) {
      show_first_named();
    }
    for (std::uint32_t i = 0; i < parts_.size(); ++i) {
      if (!parts_[i].is_multipart && fate_[i] == Fate::File) {
        layout_.files.push_back(i);
      }
    }
    return std::move(layout_);
  }

 private:
  enum class Fate { File, Shown, Superseded };

  // Text without a name of its own.
  bool is_text_in_place(std::uint32_t i) const {
    const Part& part = parts_[i];
    return (part.is_plain() || part.is_html()) && part.name().empty();
  }

  bool is_blank(std::uint32_t i) const {
    return parts_[i].content.find_first_not_of(" \t\r\n") == std::string_view::npos;
  }

  template <class Test>
  bool holds(std::uint32_t i, const Test& test) const {
    if (!parts_[i].is_multipart) {
      return is_text_in_place(i) && test(i);
    }
    return std::any_of(children_[i].begin(), children_[i].end(), [&](std::uint32_t c) { return holds(c, test); });
  }

  void show(std::uint32_t i) {
    const Part& part = parts_[i];
    if (!part.is_multipart) {
      if (is_text_in_place(i)) {
        put(i);
      }
    } else if (part.media.type == "multipart/alternative") {
      show_alternative(children_[i]);
    } else if (part.media.type == "multipart/related") {
      show(children_[i].front());
    } else {
      for (auto child : children_[i]) {
        show(child);
      }
    }
  }

  void show_alternative(const std::vector<std::uint32_t>& children) {
    auto plain = [this](std::uint32_t i) { return parts_[i].is_plain() && !is_blank(i); };
    auto html = [this](std::uint32_t i) { return parts_[i].is_html() && !is_blank(i); };
    auto find = [&](const auto& test) {
      return std::find_if(children.begin(), children.end(), [&](std::uint32_t c) { return holds(c, test); });
    };
    auto chosen = find(plain);
    if (chosen == children.end()) {
      chosen = find(html);
    }
    if (chosen == children.end()) {
      chosen = find([](std::uint32_t) { return true; });
    }
    if (chosen == children.end()) {
      return;
    }
    show(*chosen);
    for (auto child : children) {
      if (child != *chosen) {
        supersede(child);
      }
    }
  }

  // The same words in another dress are no file; pictures and invitations beside them are.
  void supersede(std::uint32_t i) {
    const Part& part = parts_[i];
    if (!part.is_multipart && part.is_text() && part.media.type != "text/calendar" && part.name().empty() &&
        !part.is_opaque && part.disposition.kind != "attachment") {
      fate_[i] = Fate::Superseded;
    }
    for (auto child : children_[i]) {
      supersede(child);
    }
  }

  // Some programs name the body itself.
  void show_first_named() {
    for (std::uint32_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i].is_plain() || parts_[i].is_html()) {
        put(i);
        return;
      }
    }
  }

  void put(std::uint32_t i) {
    fate_[i] = Fate::Shown;
    layout_.shown.push_back(i);
  }

  const std::vector<Part>& parts_;
  std::vector<std::vector<std::uint32_t>> children_;
  std::vector<Fate> fate_;
  Layout layout_;
};

}  // namespace

Layout lay_out(const PartTree& tree) {
  return Chooser(tree).run();
}

}  // namespace ticketmilter::mail
