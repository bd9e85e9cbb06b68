// SPDX-License-Identifier: MIT
// What may stand next on the command line, for the shell's completion: asked of the options themselves, the configuration and the store, so that nothing is
// listed twice. Whatever goes wrong, there is just nothing to offer.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/desk.h"
#include "config/load.h"

namespace ticketmilter::cli {
namespace {

using Words = std::vector<std::string>;

Words names_of(const CLI::Option& option) {
  Words names;
  for (const std::string& name : option.get_lnames()) {
    names.push_back("--" + name);
  }
  for (const std::string& name : option.get_snames()) {
    names.push_back("-" + name);
  }
  return names;
}

bool takes_ids(const CLI::App& command) {
  const auto options = command.get_options();
  return std::ranges::any_of(options, [](const CLI::Option* option) { return option->get_name() == "ID"; });
}

// What is completed, and what stands before it.
class Completion {
 public:
  Completion(const CLI::App& program, Words words, std::string config_file)
      : program_(program), words_(std::move(words)), config_file_(std::move(config_file)) {
    current_ = words_.empty() ? "" : words_.back();
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
      if (words_[i] == "-c") {
        config_file_ = words_[++i];
      } else if (command_ == nullptr) {
        command_ = find_command(words_[i]);
      } else {
        arguments_ += words_[i].starts_with('-') ? 0 : 1;
      }
    }
  }

  Words offers() const {
    if (current_.starts_with('-')) {
      return options();
    }
    const std::string before = words_.size() < 2 ? "" : words_[words_.size() - 2];
    if (const auto found = values(before)) {
      return *found;
    }
    return command_ == nullptr ? commands() : arguments();
  }

 private:
  const CLI::App* find_command(const std::string& name) const {
    const auto all = program_.get_subcommands([&](const CLI::App* app) { return app->get_name() == name; });
    return all.empty() ? nullptr : all.front();
  }

  Words commands() const {
    Words names;
    for (const CLI::App* app : program_.get_subcommands([](const CLI::App* a) { return !a->get_group().empty(); })) {
      names.push_back(app->get_name());
    }
    return names;
  }

  Words options() const {
    Words names;
    for (const CLI::App* app : {&program_, command_}) {
      for (const CLI::Option* option : app == nullptr ? std::vector<const CLI::Option*>() : app->get_options()) {
        std::ranges::copy(names_of(*option), std::back_inserter(names));
      }
    }
    return names;
  }

  // Of the option before; empty when it is none that takes one of these. An empty list leaves it to the shell, which knows files.
  std::optional<Words> values(const std::string& option) const {
    if (option == "--queue") {
      return queues();
    }
    if (option == "--as" || option == "--owner") {
      return agents();
    }
    if (option == "--status") {
      return Words{"new", "open", "stalled", "resolved", "rejected", "deleted"};
    }
    if (option == "--state") {
      return Words{"due", "deferred", "failed", "held", "sent", "dropped"};
    }
    if (option == "--role") {
      return Words{"requestor", "cc", "admin_cc"};
    }
    if (option == "-c" || option == "-o" || option == "--attach") {
      return Words{};
    }
    return std::nullopt;
  }

  Words arguments() const {
    const std::string name = command_->get_name();
    const bool first = arguments_ == 0;
    if (name == "journal" && first) {
      return {"show", "import"};
    }
    if (name == "outbox" && first) {
      return {"retry", "cancel"};
    }
    if (name == "person" && first) {
      return {"list", "show", "enable", "disable", "import", "set", "forget"};
    }
    if (name == "set" && !first) {
      return {"subject=", "queue=", "priority=", "due="};
    }
    if (name == "assign" && !first) {
      Words owners = agents();
      owners.emplace_back("nobody");
      return owners;
    }
    return takes_ids(*command_) ? tickets() : Words{};
  }

  config::Config config() const { return config::load(config_file_).config.value(); }
  Words queues() const {
    Words names;
    for (const config::Queue& queue : config().queues) {
      names.push_back(queue.name);
    }
    return names;
  }
  Words agents() const {
    Words addresses;
    for (const config::Agent& agent : config().agents) {
      std::ranges::copy(agent.addresses, std::back_inserter(addresses));
    }
    return addresses;
  }
  // Those that are worked on.
  Words tickets() const {
    using enum tickets::Status;
    Words ids;
    open_store(config())->read([&](const store::Reader& reader) {
      for (const store::Row& row : reader.list({{}, {New, Open, Stalled}, nullptr, 50})) {
        ids.push_back(std::to_string(number(row.id)));
      }
    });
    return ids;
  }

  const CLI::App& program_;
  const Words words_;
  std::string config_file_;
  std::string current_;
  const CLI::App* command_ = nullptr;
  std::size_t arguments_ = 0;  // before the current one, with the values of options
};

}  // namespace

Run declare_complete(CLI::App& app, const Shared& shared) {
  auto words = std::make_shared<Words>();
  app.group("");  // not for people
  app.add_option("WORDS", *words, "Those of the command line up to the one that is completed");
  return [&app, &shared, words] {
    try {
      for (const std::string& offer : Completion(*app.get_parent(), *words, shared.config_file).offers()) {
        print(offer + "\n");
      }
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): nothing is offered then
    }
    return 0;
  };
}

}  // namespace ticketmilter::cli
