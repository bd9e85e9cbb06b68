// SPDX-License-Identifier: MIT
// Failures here are the ones a newcomer meets first, so each says what to do next.
#include "cli/desk.h"

#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "cli/user.h"
#include "config/load.h"
#include "intake/intake.h"
#include "mail/address.h"
#include "search/index.h"

namespace ticketmilter::cli {

using base::Error;
using base::Kind;

namespace {

// Tells a stranger to a path whom it is for, and those it is for how it is set right.
Error closed(const std::string& path, const std::string& what, const config::Config& config) {
  struct stat file {};
  const gid_t gid = ::stat(path.c_str(), &file) == 0 ? file.st_gid : find_user(config.milter.user).gid;
  if (::getuid() == 0 || ::group_member(gid) != 0) {
    return {Kind::NoPermission, fmt::format("{}: \"ticket init\", run by root, sets owner and mode right", what)};
  }
  const group* found = ::getgrgid(gid);
  return {Kind::NoPermission, fmt::format("{}: {} is no member of the group {}, nor root or {}", what, login_name(),
                                          found == nullptr ? std::to_string(gid) : found->gr_name, config.milter.user)};
}

}  // namespace

config::Config load_config(const Shared& shared) {
  config::Loaded loaded = config::load(shared.config_file);
  for (const config::Complaint& complaint : loaded.complaints) {
    fmt::print(stderr, "{}\n", config::to_string(complaint));
  }
  if (!loaded.config) {
    throw Error(Kind::Config, shared.config_file + ": not usable as it is, see above");
  }
  return std::move(*loaded.config);
}

config::Secrets load_secrets(const config::Config& config) {
  const std::string& file = config.site.secret_file;
  if (::access(file.c_str(), R_OK) != 0 && errno == EACCES) {
    throw closed(file, file + " is closed", config);
  }
  return config::load_secrets(config.site);
}

policy::PolicyPtr load_policy(const Shared& shared) {
  config::Config config = load_config(shared);
  const config::Secrets secrets = load_secrets(config);
  return std::make_shared<policy::Policy>(std::move(config), secrets);
}

std::unique_ptr<store::Store> open_store(const config::Config& config) {
  const std::string folder = store::Store::folder(config.store.location);
  const auto user = act_as(config.milter.user);
  try {
    return std::make_unique<store::Store>(intake::store_options(config.store));
  } catch (const Error& e) {
    if (e.kind() != Kind::NoPermission || folder.empty()) {
      throw;
    }
    throw closed(folder, e.what(), config);
  }
}

tickets::TicketId parse_ticket_id(const std::string& text) {
  const std::string_view digits = std::string_view(text).substr(text.starts_with('#') ? 1 : 0);
  const auto number = base::parse_number(digits);
  if (!number || *number == 0) {
    throw Error(Kind::Usage, fmt::format("\"{}\" is no ticket number", text));
  }
  return tickets::TicketId{*number};
}

tickets::Ticket find_ticket(const store::Reader& reader, tickets::TicketId id) {
  auto ticket = reader.find_ticket(id);
  if (!ticket) {
    throw Error(Kind::NotFound, fmt::format("there is no ticket {}", number(id)));
  }
  return std::move(*ticket);
}

const config::Queue& find_queue(const config::Config& config, const std::string& name) {
  const config::Queue* queue = config.find_queue(base::fold_case(name));
  if (queue == nullptr) {
    throw Error(Kind::NotFound, fmt::format("there is no queue \"{}\"", name));
  }
  return *queue;
}

std::string parse_address(const std::string& text) {
  const auto address = mail::parse_addr_spec(text, true);
  if (!address) {
    throw Error(Kind::Usage, fmt::format("\"{}\" is no mail address", text));
  }
  return address->folded();
}

base::Time parse_time(const std::string& option, const std::string& text, Direction direction) {
  if (const auto span = base::parse_duration(text)) {
    return direction == Direction::Past ? base::now() - *span : base::now() + *span;
  }
  const auto time = base::parse_rfc3339(text);
  if (!time) {
    throw Error(
        Kind::Usage,
        fmt::format(
            "{}: \"{}\" is neither a time such as 2026-11-21T04:53:36Z or 2026-11-21, nor a duration such as 2d",
            option, text));
  }
  return *time;
}

Clock find_clock(const Shared& shared, const Terminal& terminal) {
  return {base::now(), terminal.interactive && !shared.absolute};
}

std::string read_text(const store::Reader& reader, tickets::MessageId id) {
  std::string text;
  if (id != tickets::MessageId{}) {
    reader.read_text(id, [&](std::string_view piece) { text += piece; });
  }
  return text;
}

void unindex(const config::Config& config, const std::vector<tickets::TicketId>& ids) {
  const auto user = act_as(config.milter.user);
  search::remove(search::folder_in(store::Store::folder(config.store.location)), ids);
}

void confirm(const std::string& what, bool yes) {
  if (yes) {
    return;
  }
  if (::isatty(STDIN_FILENO) == 0) {
    throw Error(Kind::Usage, what + " Say --yes where nobody can be asked.");
  }
  fmt::print(stderr, "{} Go on? [y/N] ", what);
  const int answer = std::getchar();
  if (answer != 'y' && answer != 'Y') {
    throw Error(Kind::Permanent, "not done");
  }
}

void print(const std::string& bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size()) {
    throw base::system_error(Kind::Io, "write to standard output", errno);
  }
}

}  // namespace ticketmilter::cli
