// SPDX-License-Identifier: MIT
// A ticket filed by hand: somebody called, somebody came by.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/draft.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/user.h"
#include "intake/intake.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;

struct CreateOptions {
  std::string queue, requestor, subject;
};

std::shared_ptr<const tickets::PackedMessage> read_message() {
  constexpr std::size_t max = 1 << 20;  // as much as is kept of the text of a mail
  const std::string text = safe_text(base::read_all(STDIN_FILENO, max));
  return text.empty() ? nullptr : store::pack(text, "");
}

// The right is looked at, and nobody is kept from editing the store itself: for root, who could, it is not.
void check_right(const Clerk& clerk, const config::Config& config, const config::Queue& queue) {
  const auto right = policy::Right::Create;
  if (::getuid() != 0 && !policy::has_right(right, standing(clerk, config, queue), config, queue)) {
    throw Error(Kind::NoPermission,
                fmt::format("{} may not {} in queue {}", clerk.name, policy::name(right), queue.name));
  }
}

std::string parse_requestor(const policy::Policy& policy, const std::string& text) {
  std::string address = parse_address(text);
  if (policy.router.is_ours(address)) {
    throw Error(Kind::Permanent, fmt::format("{} is one of our own addresses, it cannot be a requestor", address));
  }
  return address;
}

// As long_subject = "reject" has it for mail; somebody at the desk can shorten it with more sense than we.
const std::string& check_subject(const config::Config& config, const std::string& subject) {
  const std::uint64_t max = config.milter.max_subject;
  if (max > 0 && base::count_code_points(base::to_valid_utf8(subject)) > max) {
    throw Error(Kind::Permanent, fmt::format("the subject is longer than {} characters (milter.max_subject)", max));
  }
  return subject;
}

void run_create(const Shared& shared, const CreateOptions& options) {
  const policy::PolicyPtr policy = load_policy(shared);
  const config::Config& config = policy->config;
  const config::Queue& queue = find_queue(config, options.queue);
  const Clerk clerk = find_clerk(config, login_name());
  check_right(clerk, config, queue);
  Draft draft{parse_requestor(*policy, options.requestor), check_subject(config, options.subject), nullptr, {}};
  const auto store = open_store(config);
  draft.message = read_message();
  draft.now = base::now();
  tickets::Ticket ticket;
  store->write([&](store::Writer& writer) {
    tickets::Intent intent = draft_ticket(draft, clerk, queue);
    const policy::NoticeTerms terms = plan_notices(clerk, queue, *policy, intent);
    intake::settle_notices(*policy, writer, terms, intent);
    ticket = find_ticket(writer, writer.apply(intent).tickets.at(0));
  });
  print(shared.json ? json_line(to_json(ticket)) : fmt::format("ticket {}\n", number(ticket.id)));
}

}  // namespace

Run declare_create(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<CreateOptions>();
  app.add_option("--queue", options->queue, "Queue the ticket belongs to")->type_name("QUEUE")->required();
  app.add_option("--requestor", options->requestor, "Who asks")->type_name("ADDRESS")->required();
  app.add_option("--subject", options->subject, "What it is about")->type_name("TEXT")->required();
  return [&shared, options] {
    run_create(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
