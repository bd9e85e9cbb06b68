// SPDX-License-Identifier: MIT
// Plain patterns and globs are compared in the form of base::fold_for_match, on both sides; a regular expression sees the text as it was written.
#include "policy/filter_terms.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace ticketmilter::policy {

using How = TermMatcher::How;

struct FilterTerms::Expression {
  std::unique_ptr<RE2> regex;
  bool folded;
  std::uint32_t term;
};

struct FilterTerms::Patterns {
  FilterField field;
  std::vector<std::uint32_t> terms;
  std::vector<TermMatcher::Term> plain;  // until compiled
  TermMatcher matcher;
  std::vector<Expression> expressions;
};

namespace {

std::optional<How> find_how(std::string_view match) {
  constexpr std::pair<std::string_view, How> kHows[] = {{"contains", How::Contains},
                                                        {"equals", How::Equals},
                                                        {"prefix", How::Prefix},
                                                        {"suffix", How::Suffix},
                                                        {"domain", How::Domain}};
  const auto* found = std::ranges::find(kHows, match, &std::pair<std::string_view, How>::first);
  return found == std::end(kHows) ? std::nullopt : std::optional(found->second);
}

// "*.example.org" as an anchored expression.
std::string glob_expression(std::string_view glob) {
  std::string expression = "(?s)^";
  for (std::size_t at = 0; at < glob.size();) {
    const auto end = std::min(glob.find_first_of("*?", at), glob.size());
    expression += RE2::QuoteMeta(re2::StringPiece(glob.data() + at, end - at));
    if (end < glob.size()) {
      expression += glob[end] == '*' ? ".*" : ".";
    }
    at = end + 1;
  }
  return expression + "$";
}

std::unique_ptr<RE2> compile_expression(const std::string& expression) {
  RE2::Options options;
  options.set_log_errors(false);
  return std::make_unique<RE2>(expression, options);
}

}  // namespace

FilterTerms::FilterTerms() = default;
FilterTerms::~FilterTerms() = default;

FilterTerms::Patterns& FilterTerms::patterns_on(const FilterField& field) {
  const auto found = std::ranges::find(fields_, field, &Patterns::field);
  return found != fields_.end() ? *found : fields_.emplace_back(Patterns{field, {}, {}, {}, {}});
}

std::uint32_t FilterTerms::add(std::string_view field_name, std::string_view match,
                               const std::vector<std::string>& values) {
  const std::uint32_t term = count_++;
  const FilterField field = parse_filter_field(field_name);
  if (field.source == FilterField::Source::Size) {
    for (const std::string& value : values) {
      sizes_.push_back({match == "gt" ? '>' : match == "lt" ? '<' : '=', base::parse_size(value).value_or(0), term});
    }
    return term;
  }
  Patterns& patterns = patterns_on(field);
  patterns.terms.push_back(term);
  for (const std::string& value : values) {
    if (const auto how = find_how(match)) {
      patterns.plain.push_back({base::fold_for_match(value), *how, term});
    } else if (match == "glob") {
      patterns.expressions.push_back({compile_expression(glob_expression(base::fold_for_match(value))), true, term});
    } else {
      patterns.expressions.push_back({compile_expression(value), false, term});
    }
  }
  return term;
}

void FilterTerms::compile() {
  for (auto& patterns : fields_) {
    patterns.matcher = TermMatcher(std::move(patterns.plain));
  }
}

void FilterTerms::try_field(const Patterns& patterns, const FilterSource& source, std::vector<Holds>& found) {
  const FilterValues values = values_of(patterns.field, source);
  const Holds otherwise = values.whole ? Holds::No : Holds::Open;
  std::ranges::for_each(patterns.terms, [&](std::uint32_t term) { found[term] = otherwise; });
  for (const std::string& value : values.values) {
    const std::string folded = base::fold_for_match(value);
    patterns.matcher.match(folded, [&](std::uint32_t term) { found[term] = Holds::Yes; });
    for (const auto& expression : patterns.expressions) {
      if (RE2::PartialMatch(expression.folded ? folded : value, *expression.regex)) {
        found[expression.term] = Holds::Yes;
      }
    }
  }
}

void FilterTerms::try_recipient(const FilterSource& source, std::vector<Holds>& found) const {
  for (const auto& patterns : fields_) {
    if (patterns.field.source == FilterField::Source::EnvelopeRecipient) {
      try_field(patterns, source, found);
    }
  }
}

std::vector<Holds> FilterTerms::try_on(const FilterSource& source) const {
  std::vector<Holds> found(count_, Holds::No);
  for (const auto& patterns : fields_) {
    try_field(patterns, source, found);
  }
  for (const SizeTest& test : sizes_) {
    if (!source.facts) {
      found[test.term] = Holds::Open;
      continue;
    }
    const std::uint64_t size = source.facts->size;
    if (test.than == '>' ? size > test.size : test.than == '<' ? size < test.size : size == test.size) {
      found[test.term] = Holds::Yes;
    }
  }
  return found;
}

}  // namespace ticketmilter::policy
