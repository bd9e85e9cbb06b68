// SPDX-License-Identifier: MIT
// A mailbox as tickets: each mail goes the way of one that comes, as if it had been sent to the queue when it was written.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/text.h"
#include "cli/clerk.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/mailbox.h"
#include "cli/progress_bar.h"
#include "cli/terminal.h"
#include "intake/intake.h"
#include "mail/as_received.h"
#include "mail/parse.h"
#include "mail/parse_date.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;

struct ImportOptions {
  std::string queue, path;
  bool notify = false;
};

struct Sum {
  std::size_t filed = 0;
  std::size_t known = 0;
  std::size_t failed = 0;
};

class Importer {
 public:
  Importer(const policy::Policy& policy, store::Store& store, const config::Queue& queue, bool notify)
      : policy_(policy),
        intake_(store, nullptr),
        queue_(queue),
        notify_(notify),
        who_(clerk_at_desk(policy.config).name) {}

  void take(const MailboxMail& mail) {
    try {
      if (mail.too_large) {
        throw Error(Kind::Permanent, "larger than milter.max_message");
      }
      file(mail::as_received(mail.bytes));
      ++sum_.filed;
    } catch (const Error& e) {
      if (e.kind() != Kind::Permanent) {
        throw;
      }
      const bool known = std::string_view(e.what()).find("was filed before") != std::string_view::npos;
      ++(known ? sum_.known : sum_.failed);
      if (!known) {
        clear_progress();
        fmt::print(stderr, "{}: {}\n", safe_line(mail.name), safe_line(e.what()));
      }
    }
    show_progress(mail.part);
  }

  const Sum& finish() {
    clear_progress();
    return sum_;
  }

 private:
  void file(const std::string& raw) {
    mail::Envelope envelope;
    const mail::Facts facts = mail::parse(store::header_of(raw), intake::parse_options(policy_.config, envelope));
    envelope.recipients = {"<" + queue_.addresses.front() + ">"};
    envelope.sender = mail::sender_at_delivery(facts);
    envelope.utf8 = true;
    envelope.door = "import";
    intake_.import(policy_, envelope, raw, time_of(facts), notify_, who_);
  }

  static base::Time time_of(const mail::Facts& facts) {
    const auto now = base::now();
    return std::min(mail::parse_date(facts.first("Date").value_or("")).value_or(now), now);
  }

  void show_progress(double part) {
    const auto now = base::now();
    if (terminal_.interactive && now - shown_ > std::chrono::milliseconds(200)) {
      shown_ = now;
      const std::string text = fmt::format("{} filed, {} known, {} failed", sum_.filed, sum_.known, sum_.failed);
      const std::size_t width =
          terminal_.width > 0 ? terminal_.width - 1 : 79;  // nothing in the last column: some wrap
      const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(now - begun_);
      fmt::print(stderr, "\r{}\x1b[K", progress_bar(part, elapsed, text, width));
    }
  }
  void clear_progress() {
    if (shown_ != base::Time{}) {
      fmt::print(stderr, "\r\x1b[K");
    }
  }

  const policy::Policy& policy_;
  intake::Intake intake_;
  const config::Queue& queue_;
  const bool notify_;
  const std::string who_;
  const Terminal terminal_ = find_terminal(STDERR_FILENO);
  const base::Time begun_ = base::now();
  Sum sum_;
  base::Time shown_{};
};

int run_import(const Shared& shared, const ImportOptions& options) {
  const policy::PolicyPtr policy = load_policy(shared);
  const config::Queue& queue = find_queue(policy->config, options.queue);
  const auto store = open_store(policy->config);
  Importer importer(*policy, *store, queue, options.notify);
  each_mail(options.path, policy->config.milter.max_message, [&](const MailboxMail& mail) { importer.take(mail); });
  const Sum& sum = importer.finish();
  print(shared.json ? fmt::format("{{\"filed\":{},\"known\":{},\"failed\":{}}}\n", sum.filed, sum.known, sum.failed)
                    : fmt::format("{} filed, {} known already, {} failed\n", sum.filed, sum.known, sum.failed));
  return sum.failed == 0 ? 0 : base::exit_code(Kind::Permanent);
}

}  // namespace

Run declare_import(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<ImportOptions>();
  app.add_option("--queue", options->queue, "Queue the mails go to")->type_name("QUEUE")->required();
  app.add_option("MAILBOX", options->path, "An mbox, a Maildir, or a folder with a mail in each file")->required();
  app.add_flag("--notify", options->notify, "Acknowledge and tell people, as of mail that comes");
  return [&shared, options] { return run_import(shared, *options); };
}

}  // namespace ticketmilter::cli
