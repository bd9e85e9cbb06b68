// SPDX-License-Identifier: MIT
// Decides about a message as the milter would, on the same path, and writes nothing. What the dialogue would have told stands in the
// options; what they leave open is guessed from the header.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/census.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/explanation.h"
#include "intake/intake.h"
#include "mail/as_received.h"
#include "mail/parse.h"

namespace ticketmilter::cli {
namespace {

struct ExplainOptions {
  std::optional<std::string> from;
  std::vector<std::string> to;
  std::string client;
  std::string login;
  std::string corpus;
};

constexpr std::size_t longest_message = std::size_t{1} << 30;

mail::Path path_of(const std::string& address) {
  return address.starts_with('<') ? address : "<" + address + ">";
}

// No sender said and none in the header: somebody, for the null sender would make a bounce of it.
mail::Path guess_sender(const mail::Facts& facts) {
  for (const auto* mailboxes : {&facts.from, &facts.sender}) {
    if (!mailboxes->empty()) {
      return path_of(mailboxes->front().address.spec());
    }
  }
  return "<unknown@invalid>";
}

// Those of To and Cc that are ours: the message came to us, so it was for them.
std::vector<mail::Path> guess_recipients(const mail::Facts& facts, const policy::Router& router) {
  std::vector<mail::Path> out;
  for (const auto* mailboxes : {&facts.to, &facts.cc}) {
    for (const mail::Mailbox& mailbox : *mailboxes) {
      const mail::Path path = path_of(mailbox.address.spec());
      if (router.route(path, true).ours()) {
        out.push_back(path);
      }
    }
  }
  return out;
}

mail::Envelope make_envelope(const ExplainOptions& options) {
  mail::Envelope envelope;
  envelope.door = "explain";
  envelope.client = options.client;
  envelope.login = options.login;
  if (options.from) {
    envelope.sender = path_of(*options.from);
  }
  for (const std::string& to : options.to) {
    envelope.recipients.push_back(path_of(to));
  }
  for (const mail::Path& path : envelope.recipients) {
    envelope.utf8 = envelope.utf8 || !base::is_printable_ascii(path);
  }
  envelope.utf8 = envelope.utf8 || !base::is_printable_ascii(envelope.sender);
  return envelope;
}

// Decides about messages, one after the other. Without a recipient of ours in sight they are for the first queue, when a corpus is read.
class Explainer {
 public:
  Explainer(const Shared& shared, const ExplainOptions& options)
      : options_(options),
        policy_(load_policy(shared)),
        store_(open_store(policy_->config)),
        intake_(*store_, nullptr) {}

  // text: of a message as found in a file. Hands on the explanation, which is good as long as the call.
  template <class Use>
  void explain(std::string text, Use use) const {
    const std::string message = mail::as_received(std::move(text));
    mail::Envelope envelope = make_envelope(options_);
    const mail::Facts facts = mail::parse(message, intake::parse_options(policy_->config, envelope));
    if (!options_.from) {
      envelope.sender = guess_sender(facts);
    }
    if (options_.to.empty()) {
      envelope.recipients = guess_recipients(facts, policy_->router);
    }
    if (envelope.recipients.empty() && !options_.corpus.empty()) {
      envelope.recipients.push_back(path_of(policy_->config.queues.front().addresses.front()));
    }
    use(intake_.explain(*policy_, envelope, facts));
  }

 private:
  const ExplainOptions& options_;
  policy::PolicyPtr policy_;
  std::unique_ptr<store::Store> store_;
  intake::Intake intake_;
};

void explain_input(const Shared& shared, const ExplainOptions& options) {
  const Explainer explainer(shared, options);
  explainer.explain(base::read_all(STDIN_FILENO, longest_message), [&](const intake::Explanation& e) {
    print(shared.json ? json_line(to_json(e)) : format_explanation(e, find_terminal(STDOUT_FILENO)));
  });
}

// All files in and under a folder, in the order of their names.
std::vector<std::string> files_under(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->is_regular_file(failed)) {
      files.push_back(at->path().string());
    }
  }
  if (failed) {
    throw base::Error(base::Kind::NotFound, folder + ": " + failed.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void explain_corpus(const Shared& shared, const ExplainOptions& options) {
  const Explainer explainer(shared, options);
  Census census;
  for (const std::string& file : files_under(options.corpus)) {
    try {
      explainer.explain(base::read_file(file, longest_message), [&](const intake::Explanation& e) {
        census.add(e);
        if (shared.json) {
          Json line = to_json(e);
          line["file"] = file;
          print(json_line(line));
        }
      });
    } catch (const base::Error& e) {
      if (e.kind() != base::Kind::Permanent) {
        throw;
      }
      census.add_other();
    }
  }
  if (!shared.json) {
    print(census.format(find_terminal(STDOUT_FILENO)));
  }
}

}  // namespace

Run declare_explain(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<ExplainOptions>();
  app.add_option("--from", options->from, "Envelope sender, \"<>\" for the null sender; else the author's address")
      ->type_name("ADDRESS");
  app.add_option("--to", options->to, "Envelope recipients; else our addresses in To and Cc")->type_name("ADDRESS");
  app.add_option("--client", options->client, "Address of the SMTP client")->type_name("IP");
  app.add_option("--login", options->login, "SASL login")->type_name("LOGIN");
  app.add_option("--corpus", options->corpus, "Decide about each file in a folder, and count classes and rules")
      ->type_name("FOLDER");
  return [&shared, options] {
    options->corpus.empty() ? explain_input(shared, *options) : explain_corpus(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
