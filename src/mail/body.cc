// SPDX-License-Identifier: MIT
// Lines are what quoting is about: each is quoted, the head of a quotation, part of the signature, or new.
#include "mail/body.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t most_shown = 3;  // quoted lines in a row that are shown unfolded

bool is_quoted(std::string_view line) {
  return line.starts_with('>');
}

bool is_signature_mark(std::string_view line) {
  return line == "-- " || line == "--";
}

bool is_blank(std::string_view line) {
  return base::trim(line).empty();
}

// Lines without their line ends; a last line end makes no line of its own.
std::vector<std::string_view> lines_of(std::string_view text) {
  auto lines = base::split(text, '\n');
  if (lines.back().empty()) {
    lines.pop_back();
  }
  return lines;
}

std::size_t find_signature(const std::vector<std::string_view>& lines) {
  return static_cast<std::size_t>(std::find_if(lines.begin(), lines.end(), is_signature_mark) - lines.begin());
}

// "On Monday, Jo wrote:" in the languages we meet.
bool ends_attribution(std::string_view line) {
  constexpr std::array<std::string_view, 9> endings = {"wrote:",
                                                       "writes:",
                                                       "schrieb:",
                                                       "a \xC3\xA9"
                                                       "crit :",
                                                       "a \xC3\xA9"
                                                       "crit:",
                                                       "escribi\xC3\xB3:",
                                                       "ha scritto:",
                                                       "schreef:",
                                                       "escreveu:"};
  line = base::trim(line);
  bool german = line.starts_with("Am ") && line.ends_with(':') && line.find(" schrieb ") != std::string_view::npos;
  return german ||
         std::any_of(endings.begin(), endings.end(), [line](std::string_view e) { return line.ends_with(e); });
}

bool begins_attribution(std::string_view line) {
  constexpr std::array<std::string_view, 6> beginnings = {"On ", "Am ", "Le ", "El ", "Il ", "Op "};
  line = base::trim(line);
  return std::any_of(beginnings.begin(), beginnings.end(), [line](std::string_view b) { return line.starts_with(b); });
}

// Takes the attribution that stands last in kept, on one line or wrapped onto two, off it.
void drop_attribution(std::vector<std::string_view>& kept) {
  std::size_t n = kept.size();
  while (n > 0 && is_blank(kept[n - 1])) {
    --n;
  }
  if (n == 0 || !ends_attribution(kept[n - 1])) {
    return;
  }
  --n;
  if (!begins_attribution(kept[n]) && n > 0 && begins_attribution(kept[n - 1])) {
    --n;
  }
  kept.resize(n);
}

std::string join_lines(const std::vector<std::string_view>& lines) {
  std::string text;
  for (auto line : lines) {
    text += line;
    text += '\n';
  }
  return text;
}

}  // namespace

std::string unquoted(std::string_view text) {
  auto lines = lines_of(text);
  lines.resize(find_signature(lines));
  std::vector<std::string_view> kept;
  bool in_quote = false;
  for (auto line : lines) {
    if (!is_quoted(line)) {
      kept.push_back(line);
    } else if (!in_quote) {
      drop_attribution(kept);
    }
    in_quote = is_quoted(line);
  }
  return join_lines(kept);
}

std::string fold_quotes(std::string_view text) {
  auto lines = lines_of(text);
  std::size_t end = find_signature(lines);
  std::string folded;
  for (std::size_t i = 0; i < end;) {
    std::size_t run = i;
    while (run < end && is_quoted(lines[run])) {
      ++run;
    }
    if (run - i > most_shown) {
      folded += '[' + std::to_string(run - i) + " quoted lines]\n";
      i = run;
      continue;
    }
    do {
      folded += lines[i++];
      folded += '\n';
    } while (i < run);
  }
  const std::size_t signature = end < lines.size() ? lines.size() - end - 1 : 0;
  const std::string unit = signature == 1 ? " line]\n" : " lines]\n";
  return signature > 0 ? folded + "[signature, " + std::to_string(signature) + unit : folded;
}

}  // namespace ticketmilter::mail
