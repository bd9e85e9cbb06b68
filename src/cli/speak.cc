// SPDX-License-Identifier: MIT
// An answer to all, or a comment for agents. Whether it may be said is looked at before anybody writes it, and again when it is filed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "cli/sitting.h"
#include "cli/terminal.h"
#include "cli/words.h"

namespace ticketmilter::cli {
namespace {

using tickets::Ticket;

struct SpeakOptions {
  std::string id, as;
  WordOptions words;
  bool take = false;
  bool resolve = false;
};

// What is answered: the last thing that was said to those who will read the answer.
std::string quoted_words(const store::Reader& reader, const Ticket& ticket, bool comment) {
  const auto entries = reader.entries(ticket.id);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    const bool said = entry->kind == tickets::Kind::Create || entry->kind == tickets::Kind::Correspond ||
                      (comment && entry->kind == tickets::Kind::Comment);
    const std::string text = said ? read_text(reader, entry->message) : "";
    if (!text.empty()) {
      return fmt::format("{}, {} wrote:\n{}", base::local_minute(entry->created), safe_line(entry->actor),
                         quote(safe_text(text)));
    }
  }
  return "";
}

std::string head_line(const char* field, const std::vector<std::string>& values) {
  return values.empty() ? "" : fmt::format("{}: {}\n", field, safe_line(base::join(values, ", ")));
}

Page make_page(const store::Reader& reader, const Ticket& ticket, bool comment) {
  Page page;
  page.name = fmt::format("{}-{}", comment ? "comment" : "reply", number(ticket.id));
  page.head = fmt::format("Ticket: #{} {}\n", number(ticket.id), safe_line(ticket.subject));
  page.head += comment ? "For: agents only\n" : head_line("To", ticket.requestors) + head_line("Cc", ticket.cc);
  page.head += fmt::format("Status: {}\n", name(ticket.status));
  page.quoted = quoted_words(reader, ticket, comment);
  return page;
}

void run_speak(const Shared& shared, const SpeakOptions& options, bool comment) {
  const auto id = parse_ticket_id(options.id);
  const Sitting sitting = sit_down(shared, options.as);
  const Terms terms = sitting.terms();
  Words words{.comment = comment, .take = options.take, .resolve = options.resolve};
  Ticket ticket;
  Page page;
  sitting.store->read([&](const store::Reader& reader) {
    ticket = find_survivor(reader, id);
    say(terms, ticket, words);
    page = make_page(reader, ticket, comment);
  });
  Draft draft(options.words, page);
  const config::Config& config = sitting.policy->config;
  Message message = make_message(draft.text(), options.words.files, ticket.subject, sitting.clerk,
                                 find_queue(config, ticket.queue), config, base::now());
  if (message.packed == nullptr) {
    throw base::Error(base::Kind::Permanent, "nothing is said, so nothing is filed");
  }
  words.attachments = std::move(message.attachments);
  const auto changed = change(
      sitting, {ticket.id},
      [&](const Terms& now, const store::Reader&, const Ticket& t) { return std::vector{say(now, t, words)}; },
      message.packed);
  draft.keep_not();
  if (shared.json) {
    print(json_line(to_json(changed.at(0))));
  }
}

Run declare_speak(CLI::App& app, const Shared& shared, bool comment) {
  auto options = std::make_shared<SpeakOptions>();
  app.add_option("ID", options->id, "Number of the ticket")->required();
  add_word_options(app, options->words);
  app.add_flag("--take", options->take, "And make it yours");
  app.add_flag("--resolve", options->resolve, "And resolve it");
  add_as(app, options->as);
  return [&shared, options, comment] {
    run_speak(shared, *options, comment);
    return 0;
  };
}

}  // namespace

Run declare_reply(CLI::App& app, const Shared& shared) {
  return declare_speak(app, shared, false);
}
Run declare_comment(CLI::App& app, const Shared& shared) {
  return declare_speak(app, shared, true);
}

}  // namespace ticketmilter::cli
