// SPDX-License-Identifier: MIT
#include "cli/mailbox.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace ticketmilter::cli {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;
using Take = std::function<void(const MailboxMail&)>;

std::ifstream open_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw base::system_error(Kind::Io, "read " + path.string(), errno);
  }
  return in;
}

// ">From ", ">>From " ...
bool is_quoted(std::string_view line) {
  const auto quotes = line.find_first_not_of('>');
  return quotes != 0 && quotes != std::string_view::npos && line.substr(quotes).starts_with("From ");
}

void add_line(MailboxMail& mail, std::string_view line, std::uint64_t most) {
  if (mail.bytes.size() + line.size() > most) {
    mail.too_large = true;
    return;
  }
  mail.bytes.append(line).append("\n");
}

void each_of_mbox(const fs::path& path, std::uint64_t most, const Take& take) {
  std::ifstream in = open_file(path);
  const auto whole = fs::is_regular_file(path) ? static_cast<double>(fs::file_size(path)) : 0;
  double read = 0;
  MailboxMail mail;
  std::size_t n = 0;
  bool blank = true;  // the line before
  const auto hand_on = [&] {
    if (n > 0) {
      mail.name = fmt::format("{}: mail {}", path.string(), n);
      mail.part = whole > 0 ? read / whole : 0;
      take(mail);
    }
    mail = {};
  };
  for (std::string line; std::getline(in, line);) {
    if (blank && line.starts_with("From ")) {
      hand_on();
      ++n;
    } else if (n == 0 && !line.empty()) {
      throw Error(Kind::Permanent, path.string() + ": this is no mbox, it does not begin with \"From \"");
    } else {
      add_line(mail, std::string_view(line).substr(is_quoted(line) ? 1 : 0), most);
    }
    read += static_cast<double>(line.size() + 1);
    blank = line.empty() || line == "\r";
  }
  hand_on();
}

void one_file(const fs::path& path, std::uint64_t most, double part, const Take& take) {
  std::ifstream in = open_file(path);
  MailboxMail mail{path.string(), {}, fs::file_size(path) > most};
  mail.bytes.resize(std::min<std::uint64_t>(fs::file_size(path), most));
  in.read(mail.bytes.data(), static_cast<std::streamsize>(mail.bytes.size()));
  mail.bytes.resize(static_cast<std::size_t>(in.gcount()));
  mail.part = part;
  take(mail);
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && !entry.path().filename().string().starts_with('.')) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end(),
            [](const fs::path& a, const fs::path& b) { return a.filename() < b.filename(); });
  return files;
}

}  // namespace

void each_mail(const std::string& path, std::uint64_t most, const Take& take) {
  if (!fs::is_directory(path)) {
    return each_of_mbox(path, most, take);
  }
  const bool maildir = fs::is_directory(fs::path(path) / "cur");
  std::vector<fs::path> files;
  for (const char* part : maildir ? std::vector{"cur", "new"} : std::vector{""}) {
    std::ranges::move(files_in(fs::path(path) / part), std::back_inserter(files));
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    one_file(files[i], most, static_cast<double>(i + 1) / static_cast<double>(files.size()), take);
  }
}

std::string mbox_entry(const std::string& sender, base::Time time, const std::string& bytes) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::string out =
      fmt::format("From {} {:%a %b %e %H:%M:%S %Y}\n", sender.empty() ? "MAILER-DAEMON" : sender, fmt::gmtime(seconds));
  for (std::string_view rest = bytes; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    out += is_quoted(line) || line.starts_with("From ") ? ">" : "";
    out.append(line).append("\n");
  }
  return out + "\n";
}

}  // namespace ticketmilter::cli
