// SPDX-License-Identifier: MIT
// A ticket filed by hand: somebody called, somebody came by.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "cli/sitting.h"
#include "cli/terminal.h"
#include "cli/words.h"

namespace ticketmilter::cli {
namespace {

struct CreateOptions {
  std::string queue, requestor, subject, as;
  WordOptions words;
};

Page make_page(const config::Queue& queue, const NewTicket& asked) {
  return {"create",
          fmt::format("Queue: {}\nRequestor: {}\nSubject: {}\n", queue.name, asked.requestor, safe_line(asked.subject)),
          ""};
}

void run_create(const Shared& shared, const CreateOptions& options) {
  const Sitting sitting = sit_down(shared, options.as);
  const config::Config& config = sitting.policy->config;
  const config::Queue& queue = find_queue(config, options.queue);
  NewTicket asked{parse_address(options.requestor), options.subject};
  create(sitting.terms(), queue, asked);  // before anybody writes a text that cannot be filed
  Draft draft(options.words, make_page(queue, asked));
  Message message =
      make_message(draft.text(), options.words.files, asked.subject, sitting.clerk, queue, config, base::now());
  asked.has_words = message.packed != nullptr;
  asked.attachments = std::move(message.attachments);
  const tickets::Ticket ticket = file(sitting, create(sitting.terms(), queue, asked), message.packed);
  draft.keep_not();
  print(shared.json ? json_line(to_json(ticket)) : fmt::format("ticket {}\n", number(ticket.id)));
}

}  // namespace

Run declare_create(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<CreateOptions>();
  app.add_option("--queue", options->queue, "Queue the ticket belongs to")->type_name("QUEUE")->required();
  app.add_option("--requestor", options->requestor, "Who asks")->type_name("ADDRESS")->required();
  app.add_option("--subject", options->subject, "What it is about")->type_name("TEXT")->required();
  add_word_options(app, options->words);
  add_as(app, options->as);
  return [&shared, options] {
    run_create(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
