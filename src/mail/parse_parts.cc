// SPDX-License-Identifier: MIT
// The open multiparts are a stack of boundaries. A line that is one of them ends everything above it; all other lines are content.
#include "mail/parse_parts.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t longest_part_header = 64 << 10;
constexpr std::size_t longest_boundary = 1000;  // RFC 2046 says 70

// "--boundary" or "--boundary--", blanks behind it ignored.
enum class Match { None, Next, Close };

Match match(std::string_view line, std::string_view boundary) {
  line.remove_prefix(2);
  if (!line.starts_with(boundary)) {
    return Match::None;
  }
  line = base::trim(line.substr(boundary.size()));
  if (line.empty()) {
    return Match::Next;
  }
  return line == "--" ? Match::Close : Match::None;
}

class Finder {
 public:
  Finder(std::string_view message, const ParseLimits& limits, const Charsets& fallbacks)
      : bytes_(message), limits_(limits), fallbacks_(fallbacks) {}

  PartTree run() {
    read_message_header();
    for (std::size_t at = tree_.header.body; !open_.empty() && !done_;) {
      at = next_dashes(at);
      if (at == std::string_view::npos) {
        break;
      }
      at = read_line(at);
    }
    end_content(bytes_.size());
    turn_childless_into_text();
    number_leaves();
    return std::move(tree_);
  }

 private:
  struct Open {
    std::uint32_t part;
    std::string boundary;
    bool closed = false;  // its epilogue has begun
  };

  void read_message_header() {
    HeaderSpan& span = tree_.header = find_header(bytes_, limits_.header, {});
    if (span.over_limit) {
      note("over " + std::to_string(limits_.header) + " bytes or " + std::to_string(most_fields) +
           " fields of header: the rest is one opaque part");
    } else if (span.odd_line) {
      note("a line in the header is no field");
    }
    Part part;
    part.header = bytes_.substr(span.begin, span.end - span.begin);
    part.is_opaque = span.over_limit;
    add_part(std::move(part), span.body, "text/plain");
    tree_.content_type = tree_.parts.front().media.type;
  }

  // The next line that begins with "--"; npos where there is none.
  std::size_t next_dashes(std::size_t at) const {
    if (bytes_.substr(at).starts_with("--") && (at == 0 || bytes_[at - 1] == '\n')) {
      return at;
    }
    at = bytes_.find("\n--", at);
    return at == std::string_view::npos ? at : at + 1;
  }

  std::string_view line_at(std::size_t at) const {
    auto end = bytes_.find('\n', at);
    return bytes_.substr(at, end == std::string_view::npos ? end : end - at);
  }

  // Index of the innermost open multipart that has this line as boundary; open_.size() where none has.
  std::size_t find_open(std::string_view line, Match& kind) const {
    for (std::size_t i = open_.size(); i-- > 0;) {
      kind = match(line, open_[i].boundary);
      if (kind != Match::None && !open_[i].closed) {
        return i;
      }
    }
    return open_.size();
  }

  // What stands at a line that begins with "--"; returns where to go on.
  std::size_t read_line(std::size_t at) {
    std::string_view line = line_at(at);
    std::size_t next = std::min(bytes_.size(), at + line.size() + 1);
    Match kind = Match::None;
    std::size_t level = find_open(line, kind);
    if (level == open_.size()) {
      return next;
    }
    end_content(at);
    open_.resize(level + 1);
    open_.back().closed = kind == Match::Close;
    return kind == Match::Close ? next : read_part(next);
  }

  // A part that begins behind a boundary; returns where its content begins.
  std::size_t read_part(std::size_t at) {
    Part part;
    part.parent = open_.back().part;
    part.depth = tree_.parts[part.parent].depth + 1;
    bool digest = tree_.parts[part.parent].media.type == "multipart/digest";
    if (tree_.parts.size() >= limits_.parts) {
      note("over " + std::to_string(limits_.parts) + " parts: the rest is one opaque part");
      part.is_opaque = true;
      done_ = true;
      add_part(std::move(part), at, "");
      return bytes_.size();
    }
    HeaderSpan span = find_header(bytes_.substr(at), longest_part_header, [this](std::string_view line) {
      Match kind = Match::None;
      return line.starts_with("--") && find_open(line, kind) < open_.size();
    });
    if (span.over_limit) {
      note("a part has over " + std::to_string(longest_part_header) + " bytes of header");
      part.is_opaque = true;
    }
    part.header = bytes_.substr(at + span.begin, span.end - span.begin);
    add_part(std::move(part), at + span.body, digest ? "message/rfc822" : "text/plain");
    return at + span.body;
  }

  void add_part(Part&& part, std::size_t content, std::string_view default_type) {
    part.media =
        parse_media_type(find_field(part.header, "Content-Type", longest_parameters), default_type, fallbacks_);
    part.disposition =
        parse_content_disposition(find_field(part.header, "Content-Disposition", longest_parameters), fallbacks_);
    bool multipart = part.media.type.starts_with("multipart/") && !part.media.boundary.empty() && !part.is_opaque;
    if (multipart && part.depth >= limits_.depth) {
      note("over " + std::to_string(limits_.depth) + " levels: what is deeper is one opaque part");
      part.is_opaque = true;
      multipart = false;
    }
    auto index = static_cast<std::uint32_t>(tree_.parts.size());
    part.is_multipart = multipart;
    part.content = bytes_.substr(content);
    current_ = index;
    if (multipart) {
      open_.push_back({index, std::string(base::trim(part.media.boundary.substr(0, longest_boundary))), false});
    }
    tree_.parts.push_back(std::move(part));
  }

  // The content of the current part ends before the boundary line at an offset.
  void end_content(std::size_t at) {
    Part& part = tree_.parts[current_];
    auto begin = static_cast<std::size_t>(part.content.data() - bytes_.data());
    if (part.content.size() != bytes_.size() - begin || at < begin) {
      return;  // ended already, or a boundary right behind its header
    }
    part.content = bytes_.substr(begin, at - begin);
    if (at < bytes_.size() && part.content.ends_with('\n')) {
      part.content.remove_suffix(part.content.ends_with("\r\n") ? 2 : 1);
    }
  }

  // A multipart whose boundary never comes is what a person wrote, under a wrong label.
  void turn_childless_into_text() {
    std::vector<bool> has_children(tree_.parts.size());
    for (std::size_t i = 1; i < tree_.parts.size(); ++i) {
      has_children[tree_.parts[i].parent] = true;
    }
    for (std::size_t i = 0; i < tree_.parts.size(); ++i) {
      Part& part = tree_.parts[i];
      bool labelled = part.media.type.starts_with("multipart/") && !part.is_opaque;
      if (labelled && !has_children[i]) {
        part.is_multipart = false;
        part.media.type = "text/plain";
        note("a multipart without parts is read as text");
      }
    }
  }

  void number_leaves() {
    std::uint32_t number = 0;
    for (auto& part : tree_.parts) {
      if (!part.is_multipart) {
        part.leaf = number++;
      }
    }
  }

  void note(std::string defect) { add_defect(tree_.defects, std::move(defect)); }

  std::string_view bytes_;
  const ParseLimits& limits_;
  const Charsets& fallbacks_;
  PartTree tree_;
  std::vector<Open> open_;
  std::uint32_t current_ = 0;  // the part whose content is being passed
  bool done_ = false;
};

}  // namespace

void add_defect(std::vector<std::string>& defects, std::string defect) {
  constexpr std::size_t most_defects = 50;
  if (defects.size() < most_defects && std::find(defects.begin(), defects.end(), defect) == defects.end()) {
    defects.push_back(std::move(defect));
  }
}

PartTree find_parts(std::string_view message, const ParseLimits& limits, const Charsets& fallbacks) {
  return Finder(message, limits, fallbacks).run();
}

}  // namespace ticketmilter::mail
