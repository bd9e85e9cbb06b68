// SPDX-License-Identifier: MIT
// The fields of a ticket that a person sets: FIELD=VALUE.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/sitting.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;

struct SetOptions {
  std::vector<std::string> words;  // numbers, then FIELD=VALUE
  std::string as;
};

std::int32_t parse_priority(const std::string& text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) {
    throw Error(Kind::Usage, fmt::format("priority: \"{}\" is no whole number", text));
  }
  return value;
}

// "" and "none" take it away; a duration counts from now.
std::optional<base::Time> parse_due(const std::string& text, base::Time now) {
  if (text.empty() || text == "none") {
    return std::nullopt;
  }
  if (const auto time = base::parse_rfc3339(text)) {
    return time;
  }
  if (const auto wait = base::parse_duration(text)) {
    return now + *wait;
  }
  throw Error(Kind::Usage,
              fmt::format("due: \"{}\" is neither a time such as 2026-11-21T04:53:36Z or 2026-11-21, nor a "
                          "duration such as 2d, nor \"none\"",
                          text));
}

void set_field(Fields& fields, const std::string& word, base::Time now) {
  const auto equals = word.find('=');
  const std::string field = word.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
  if (equals == std::string::npos) {
    throw Error(Kind::Usage, fmt::format("\"{}\" is not FIELD=VALUE", word));
  }
  if (field == "subject") {
    fields.subject = value;
  } else if (field == "queue") {
    fields.queue = value;
  } else if (field == "priority") {
    fields.priority = parse_priority(value);
  } else if (field == "due") {
    fields.due = parse_due(value, now);
  } else {
    throw Error(Kind::Usage, fmt::format("\"{}\" is none of subject, queue, priority, due", field));
  }
}

void run_set(const Shared& shared, const SetOptions& options) {
  Whom whom{{}, options.as};
  Fields fields;
  bool any = false;
  for (const std::string& word : options.words) {
    if (!any && word.find('=') == std::string::npos) {
      whom.ids.push_back(word);
      continue;
    }
    any = true;
    set_field(fields, word, base::now());
  }
  if (whom.ids.empty() || !any) {
    throw Error(Kind::Usage, "set: wanted is ID ... FIELD=VALUE ...");
  }
  run_change(shared, whom, [&](const Terms& terms, const store::Reader&, const tickets::Ticket& ticket) {
    Fields known = fields;
    if (fields.queue) {
      known.queue = find_queue(terms.policy.config, *fields.queue).name;
    }
    return std::vector{set_fields(terms, ticket, known)};
  });
}

}  // namespace

Run declare_set(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<SetOptions>();
  app.add_option("ID", options->words, "Numbers of tickets, then subject=, queue=, priority= or due= with a value")
      ->type_name("... FIELD=VALUE ...")
      ->required();
  add_as(app, options->as);
  return [&shared, options] {
    run_set(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
