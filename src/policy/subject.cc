// SPDX-License-Identifier: MIT
// A tag is found from its bracket: what stands between the brackets is read from the end, digits, "#", white space, name, so that a name may
// hold anything.
#include "policy/subject.h"

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::policy {
namespace {

constexpr std::size_t longest_tag = 300;
constexpr std::size_t longest_text = 65536;  // beyond it no tag is looked for

struct Tag {
  std::size_t begin = 0, end = 0;  // of the brackets and all between
  tickets::TicketId id{};
};

std::string_view without_scheme(std::string_view name) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (base::ascii_istarts_with(name, scheme)) {
      return name.substr(scheme.size());
    }
  }
  return name;
}

// Some programs make a no-break space of the blank between name and number; to who looks at it that is the same tag.
std::string_view without_blanks_behind(std::string_view text) {
  constexpr std::string_view no_break_space = "\xC2\xA0";
  for (std::size_t before = 0; before != text.size();) {
    before = text.size();
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    text.remove_suffix(text.ends_with(no_break_space) ? no_break_space.size() : 0);
  }
  return text;
}

// "example.com #42" to 42, when the name is ours.
std::optional<tickets::TicketId> read_inner(std::string_view inner, const std::vector<std::string>& names) {
  inner = base::trim(inner);
  const auto hash = inner.rfind('#');
  const std::string_view before = without_blanks_behind(inner.substr(0, hash));
  if (hash == std::string_view::npos || before.size() == hash) {
    return {};
  }
  auto id = base::parse_number(inner.substr(hash + 1));
  const std::string name = base::fold_case(without_scheme(before));
  if (!id || *id == 0 || std::find(names.begin(), names.end(), name) == names.end()) {
    return {};
  }
  return tickets::TicketId{*id};
}

std::optional<Tag> next_tag(std::string_view text, std::size_t from, const std::vector<std::string>& names) {
  for (auto open = text.find('[', from); open != std::string_view::npos; open = text.find('[', open + 1)) {
    const auto window = text.substr(open + 1, longest_tag);
    for (auto close = window.find(']'); close != std::string_view::npos; close = window.find(']', close + 1)) {
      if (auto id = read_inner(window.substr(0, close), names)) {
        return Tag{open, open + close + 2, *id};
      }
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> tag_names(const config::Config& config) {
  std::vector<std::string> names{base::fold_case(config.site.name)};
  for (const auto& name : config.site.former_names) {
    names.push_back(base::fold_case(name));
  }
  for (const auto& queue : config.queues) {
    names.push_back(base::fold_case(queue.tag));
  }
  return names;
}

std::optional<tickets::TicketId> find_tag(std::string_view text, const std::vector<std::string>& names) {
  auto tag = next_tag(text.substr(0, longest_text), 0, names);
  return tag ? std::optional(tag->id) : std::nullopt;
}

std::string strip_tags(std::string_view subject, const std::vector<std::string>& names) {
  std::string stripped;
  std::size_t at = 0;
  while (auto tag = next_tag(subject, at, names)) {
    stripped.append(subject.substr(at, tag->begin - at));
    at = tag->end;
    if (stripped.empty() || stripped.back() == ' ') {  // one of the blanks around it goes with it
      at = std::min(subject.find_first_not_of(' ', at), subject.size());
    }
  }
  stripped.append(subject.substr(at));
  const std::string_view rest = base::trim(stripped);
  return rest.empty() ? "(no subject)" : std::string(rest);
}

std::vector<std::string> foreign_tags(std::string_view subject, const std::vector<std::string>& names) {
  constexpr std::size_t most = 3;
  constexpr std::size_t longest = 60;
  std::vector<std::string> tags;
  for (auto open = subject.find('['); open != std::string_view::npos && tags.size() < most;
       open = subject.find('[', open + 1)) {
    const auto close = subject.find(']', open);
    if (close == std::string_view::npos) {
      break;
    }
    const auto inner = subject.substr(open + 1, close - open - 1);
    const auto hash = inner.rfind('#');
    const bool is_tag = inner.size() <= longest && hash != std::string_view::npos && inner.find('[') == inner.npos &&
                        !base::trim(inner.substr(0, hash)).empty() && base::parse_number(inner.substr(hash + 1));
    std::string tag = "[" + std::string(inner) + "]";
    if (is_tag && !read_inner(inner, names) && std::find(tags.begin(), tags.end(), tag) == tags.end()) {
      tags.push_back(std::move(tag));
    }
  }
  return tags;
}

}  // namespace ticketmilter::policy
