// SPDX-License-Identifier: MIT
// Drafts lie in $XDG_STATE_HOME/ticket/drafts, one for each thing that can be said; the editor works on the draft itself.
#include "cli/words.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "intake/intake.h"
#include "mail/parse.h"
#include "mail/write.h"
#include "store/store.h"

namespace ticketmilter::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;

constexpr std::size_t longest_text = 1 << 20;  // as much as is kept of the text of a mail

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

fs::path draft_folder() {
  const std::string state = variable("XDG_STATE_HOME");
  return fs::path(state.empty() ? variable("HOME") + "/.local/state" : state) / "ticket" / "drafts";
}

std::string editor() {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    if (std::string value = variable(name); !value.empty()) {
      return value;
    }
  }
  return "sensible-editor";
}

// The variable may hold options, so a shell takes it apart, as git and crontab have it.
void run_editor(const std::string& path) {
  const std::string command = editor() + " \"$1\"";
  const pid_t child = ::fork();
  if (child == -1) {
    throw base::system_error(Kind::Internal, "start an editor", errno);
  }
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-c", command.c_str(), "sh", path.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw Error(Kind::Permanent, fmt::format("the editor failed: {}", editor()));
  }
}

// By its ending, as the system's table has it.
std::string media_type(const fs::path& file) {
  const std::string ending = base::ascii_lower(file.extension().string());
  std::ifstream table("/etc/mime.types");
  for (std::string line; ending.size() > 1 && std::getline(table, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string type;
    words >> type;
    for (std::string word; words >> word;) {
      if (word == ending.substr(1)) {
        return type;
      }
    }
  }
  return "application/octet-stream";
}

std::string write_mail(const std::string& text, const std::vector<std::string>& files, const std::string& subject,
                       const Clerk& clerk, const config::Queue& queue, std::uint64_t most, base::Time now) {
  const auto address = [](const std::string& folded) { return mail::parse_addr_spec(folded, true).value(); };
  mail::Outgoing out;
  out.date = now;
  out.to = {queue.from_name, address(queue.addresses.front())};
  out.from = clerk.agent == nullptr ? mail::Mailbox{clerk.name, out.to.address}
                                    : mail::Mailbox{clerk.agent->name, address(clerk.name)};
  out.subject = subject;
  out.text = text;
  std::string boundary = "boundary " + text;
  for (const std::string& file : files) {
    std::string content = base::read_file(file, most);
    boundary += base::hex(base::digest(content));
    out.files.push_back({fs::path(file).filename().string(), media_type(file), std::move(content)});
  }
  out.boundary = base::hex(base::digest(boundary));
  return mail::write(out);
}

}  // namespace

void add_word_options(CLI::App& app, WordOptions& options) {
  app.add_option("-m", options.paragraphs, "What is said, instead of standard input; each -m is a paragraph")
      ->type_name("TEXT")
      ->expected(1)
      ->take_all();
  app.add_option("--attach", options.files, "A file to go along")->type_name("FILE")->expected(1)->take_all();
}

Draft::Draft(const WordOptions& options, const Page& page) : path_(draft_folder() / (page.name + ".txt")) {
  if (!options.paragraphs.empty()) {
    text_ = base::join(options.paragraphs, "\n\n");
  } else if (::isatty(STDIN_FILENO) == 0) {
    text_ = base::read_all(STDIN_FILENO, longest_text);
  } else {
    text_ = edit(page);
  }
  text_ = safe_text(text_);
}

Draft::~Draft() {
  if (!kept_ || text_.empty()) {
    return;
  }
  try {
    save(text_);
    fmt::print(stderr, "ticket: what you wrote is kept in {}\n", path_);
  } catch (const std::exception& e) {
    fmt::print(stderr, "ticket: what you wrote cannot be kept: {}\n", e.what());
  }
}

void Draft::keep_not() {
  kept_ = false;
  std::error_code none;
  fs::remove(path_, none);
}

// A draft that was left is gone on with.
std::string Draft::edit(const Page& page) {
  const std::string empty = page.head + "\n" + (page.quoted.empty() ? "" : "\n" + page.quoted);
  if (!fs::exists(path_)) {
    save(empty);
  }
  run_editor(path_);
  const std::string written = base::read_file(path_, longest_text);
  if (base::trim(written) == base::trim(empty)) {
    keep_not();
    return "";
  }
  return without_head(written, page.head);
}

void Draft::save(const std::string& text) const {
  fs::create_directories(fs::path(path_).parent_path());
  const base::Fd fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) {
    throw base::system_error(Kind::CannotCreate, "make " + path_, errno);
  }
  base::write_all(fd.get(), text);
}

Message make_message(const std::string& text, const std::vector<std::string>& files, const std::string& subject,
                     const Clerk& clerk, const config::Queue& queue, const config::Config& config, base::Time now) {
  if (files.empty()) {
    return {text.empty() ? nullptr : store::pack(text, ""), {}};
  }
  const std::string raw = write_mail(text, files, subject, clerk, queue, config.milter.max_message, now);
  if (raw.size() > config.milter.max_message) {
    throw Error(Kind::Permanent, "the files are more than milter.max_message");
  }
  const mail::Facts facts = mail::parse(raw, intake::parse_options(config, {}));
  return {store::pack(facts.text, raw), facts.attachments};
}

std::string quote(const std::string& text) {
  std::string out;
  for (const auto line : base::split(base::trim(text), '\n')) {
    out += line.empty() ? ">" : "> ";
    out.append(line) += '\n';
  }
  return out;
}

std::string without_head(const std::string& text, const std::string& head) {
  const std::string_view rest = text;
  const std::string first = head.substr(0, head.find('\n'));
  if (first.empty() || !rest.starts_with(first)) {
    return std::string(base::trim(rest)) + "\n";
  }
  const auto blank = rest.find("\n\n");
  return blank == std::string_view::npos ? "" : std::string(base::trim(rest.substr(blank))) + "\n";
}

}  // namespace ticketmilter::cli
