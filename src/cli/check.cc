// SPDX-License-Identifier: MIT
// Looks at all that the daemon will need, with the daemon's eyes where rights are concerned, and says what is wrong before mail does.
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "cli/ask_postfix.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "cli/postfix.h"
#include "cli/terminal.h"
#include "cli/user.h"
#include "config/load.h"
#include "notify/deliver.h"
#include "notify/rehearse.h"
#include "notify/templates.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;
using config::Config;

struct Finding {
  const char* check;
  std::optional<bool> ok;  // empty = not looked at
  std::string text;
  Kind kind = Kind::Config;  // of what is wrong
};

bool may(const struct stat& file, const User& user, mode_t owner_bits) {
  const mode_t shift = user.uid == file.st_uid ? 0 : user.gid == file.st_gid ? 3 : 6;
  return user.uid == 0 || (file.st_mode & (owner_bits >> shift)) == owner_bits >> shift;
}

Finding check_secret(const Config& config) {
  const std::string& path = config.site.secret_file;
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) {
    return {"secret", false, fmt::format("{}: {}; ticket init makes it", path, std::strerror(errno))};
  }
  const User user = find_user(config.milter.user);
  if (!may(file, user, S_IRUSR)) {
    return {"secret", false,
            fmt::format("{} is not for {} to read; ticket init sets its group and mode", path, user.name)};
  }
  load_secrets(config);
  return {"secret", true, path};
}

Finding check_store(const Config& config) {
  const auto store = open_store(config);
  store::Stats stats;
  store->read([&](const store::Reader& reader) { stats = reader.stats(); });
  const auto free = base::free_space(store::Store::folder(config.store.location));
  const std::string room = fmt::format("{} used of {}, {} free on the disk", human_size(stats.bytes_used),
                                       human_size(config.store.max_size), free ? human_size(*free) : "?");
  if (store->full()) {
    return {
        "store", false,
        fmt::format("{}: no room: {}, {} wanted free", config.store.location, room, human_size(config.store.min_free)),
        Kind::Full};
  }
  return {"store", true, fmt::format("{}: {}", config.store.location, room)};
}

// Beside the daemons, at one moment of theirs.
std::vector<Finding> check_content(const Config& config) {
  std::vector<Finding> findings;
  std::uint64_t tickets = 0;
  open_store(config)->read([&](const store::Reader& reader) {
    for (std::string& finding : reader.check(true)) {
      findings.push_back({"content", false, std::move(finding), Kind::Io});
    }
    for (const store::Count& count : reader.stats().by_status) {
      tickets += count.tickets;
    }
  });
  if (findings.empty()) {
    findings.push_back({"content", true, fmt::format("{} tickets, all agrees and can be read", tickets)});
  }
  return findings;
}

Finding check_spool(const Config& config) {
  const std::string& path = config.milter.spool;
  struct stat folder {};
  if (::stat(path.c_str(), &folder) != 0) {
    const Kind kind = errno == EACCES ? Kind::NoPermission : Kind::Config;
    return {"spool", false, fmt::format("{}: {}", path, std::strerror(errno)), kind};
  }
  const User user = find_user(config.milter.user);
  if (!S_ISDIR(folder.st_mode) || !may(folder, user, S_IRWXU)) {
    return {"spool", false,
            fmt::format("{} is no folder that {} may write in; ticket init sets it right", path, user.name)};
  }
  return {"spool", true, path};
}

// Says hello and goodbye. The errno of connect(2), 0 = somebody listens.
int try_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return ENAMETOOLONG;
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const base::Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const bool reached = fd && ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  return reached ? 0 : errno;
}

Finding check_socket(const Config& config) {
  const std::string& socket = config.milter.socket;
  const std::string prefix = "unix:";
  if (!socket.starts_with(prefix)) {
    return {"socket", {}, socket + ": not checked, only sockets in the file system are"};
  }
  const std::string path = socket.substr(prefix.size());
  const std::string folder = std::filesystem::path(path).parent_path();
  if (!std::filesystem::is_directory(folder)) {
    return {"socket", false, fmt::format("{}: there is no folder {}", socket, folder)};
  }
  const std::string& group = config.milter.socket_group;
  if (!group.empty() && ::getgrnam(group.c_str()) == nullptr) {
    return {"socket", false, fmt::format("{}: there is no group \"{}\" (milter.socket_group)", socket, group)};
  }
  switch (const int error = try_socket(path)) {
    case 0:
    case EAGAIN: return {"socket", true, socket + ": ticket-milter answers"};
    case ENOENT:
    case ECONNREFUSED: return {"socket", true, socket + ": folder and group are there, ticket-milter is not running"};
    default: return {"socket", false, fmt::format("{}: {}", socket, std::strerror(error)), Kind::NoPermission};
  }
}

notify::LoadedTemplates load_templates_as_daemon(const Config& config) {
  const ActingAs daemon(find_user(config.milter.user));
  return notify::load_templates(config.notify.templates);
}

// A finding for each complaint: about the files first, then about what the queues make of what is used.
std::vector<Finding> find_in_templates(const Config& config) {
  notify::LoadedTemplates loaded = load_templates_as_daemon(config);
  const auto rehearsed = notify::rehearse(loaded.templates, config, base::now());
  loaded.complaints.insert(loaded.complaints.end(), rehearsed.begin(), rehearsed.end());
  std::vector<Finding> findings;
  for (const config::Complaint& complaint : loaded.complaints) {
    findings.push_back({"templates", false, config::to_string(complaint)});
  }
  if (findings.empty()) {
    findings.push_back(
        {"templates", true, fmt::format("{}: {} files, else built-in", config.notify.templates, loaded.files)});
  }
  return findings;
}

std::vector<Finding> check_templates(const Config& config) {
  try {
    return find_in_templates(config);
  } catch (const Error& e) {
    return {{"templates", false, e.what(), e.kind()}};
  }
}

std::string load_password_as_daemon(const Config& config) {
  const ActingAs daemon(find_user(config.milter.user));
  return config::load_password(config.notify);
}

// As ticket-notify will, less the mail. Nobody wants to wait here as long as a notice may.
Finding check_relay(const Config& config) {
  using namespace std::chrono_literals;
  const std::atomic<bool> never = false;
  notify::Timeouts quick;
  quick.connect = quick.hello = quick.letter = 5s;
  notify::Relay relay(config.notify, load_password_as_daemon(config), never, quick);
  if (const auto trouble = relay.probe()) {
    return {"relay", false, fmt::format("{}: {}", config.notify.relay, *trouble), Kind::Unavailable};
  }
  return {"relay", true, config.notify.relay + ": answers"};
}

// One check whose Error is its finding.
Finding run_check(const char* check, Finding (*body)(const Config&), const Config& config) {
  try {
    return body(config);
  } catch (const Error& e) {
    return {check, false, e.what(), e.kind()};
  }
}

struct Extent {
  bool content = false;
  bool postfix = false;  // of this host, asked for all it can tell
  std::string postconf;  // a file with what postconf printed elsewhere, "-" = standard input; "" = none
};

std::vector<Symptom> ask_postfix(const Config& config, const Extent& extent) {
  constexpr std::size_t longest = 4 << 20;
  if (!extent.postfix) {
    const bool input = extent.postconf == "-";
    return examine(
        parse_postconf(input ? base::read_all(STDIN_FILENO, longest) : base::read_file(extent.postconf, longest)),
        config);
  }
  const Postfix postfix = parse_postconf(run_postconf());
  std::vector<Symptom> symptoms = examine(postfix, config);
  std::ranges::move(try_recipients(postfix, config), std::back_inserter(symptoms));
  std::ranges::move(try_forgery(postfix, config, *open_store(config)), std::back_inserter(symptoms));
  return symptoms;
}

std::vector<Finding> check_postfix(const Config& config, const Extent& extent) {
  std::vector<Finding> findings;
  try {
    for (Symptom& symptom : ask_postfix(config, extent)) {
      findings.push_back({"postfix", symptom.ok, std::move(symptom.text)});
    }
  } catch (const Error& e) {
    findings.push_back({"postfix", false, e.what(), e.kind()});
  }
  return findings;
}

std::vector<Finding> find_all(const Shared& shared, const Extent& extent) {
  const config::Loaded loaded = config::load(shared.config_file);
  std::vector<Finding> findings;
  for (const config::Complaint& complaint : loaded.complaints) {
    findings.push_back({"configuration", false, config::to_string(complaint)});
  }
  if (!loaded.config) {
    return findings;
  }
  const Config& config = *loaded.config;
  findings.push_back({"configuration", true, shared.config_file});
  findings.push_back(run_check("secret", check_secret, config));
  findings.push_back(run_check("store", check_store, config));
  findings.push_back(run_check("spool", check_spool, config));
  findings.push_back(run_check("socket", check_socket, config));
  for (Finding& finding : check_templates(config)) {
    findings.push_back(std::move(finding));
  }
  findings.push_back(run_check("relay", check_relay, config));
  if (extent.postfix || !extent.postconf.empty()) {
    std::ranges::move(check_postfix(config, extent), std::back_inserter(findings));
  }
  if (extent.content) {
    std::ranges::move(check_content(config), std::back_inserter(findings));
  }
  return findings;
}

// A complaint about the configuration stands alone on its line, as compilers write it.
std::string format_finding(const Finding& f, bool json, const Terminal& terminal) {
  if (json) {
    return json_line({{"check", f.check}, {"ok", f.ok ? Json(*f.ok) : Json(nullptr)}, {"text", f.text}});
  }
  const bool wrong = f.ok && !*f.ok;
  if (wrong && std::strcmp(f.check, "configuration") == 0) {
    return safe_line(f.text) + "\n";
  }
  const std::string state = !f.ok   ? styled("-    ", Style::Dim, terminal)
                            : *f.ok ? styled("ok   ", Style::Green, terminal)
                                    : styled("wrong", Style::Red, terminal);
  return fmt::format("{:<13} {}  {}\n", f.check, state, safe_line(f.text));
}

int run_all(const Shared& shared, const Extent& extent) {
  const Terminal terminal = find_terminal(STDOUT_FILENO);
  int status = 0;
  for (const Finding& f : find_all(shared, extent)) {
    print(format_finding(f, shared.json, terminal));
    if (status == 0 && f.ok && !*f.ok) {
      status = base::exit_code(f.kind);
    }
  }
  return status;
}

}  // namespace

Run declare_check(CLI::App& app, const Shared& shared) {
  auto extent = std::make_shared<Extent>();
  app.add_flag("--store", extent->content, "Also whether all in the store agrees and can be read: looks at everything");
  auto* const here = app.add_flag("--postfix", extent->postfix, "Also this host's Postfix");
  app.add_option("--postconf", extent->postconf, "Also a Postfix elsewhere, by what its postconf has printed")
      ->type_name("FILE")
      ->excludes(here);
  return [&shared, extent] { return run_all(shared, *extent); };
}

}  // namespace ticketmilter::cli
