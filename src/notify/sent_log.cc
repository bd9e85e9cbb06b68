// SPDX-License-Identifier: MIT
// Sixteen bytes a letter: ticket and notice, as the machine writes them. The file never leaves it.
#include "notify/sent_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/file.h"

namespace ticketmilter::notify {
namespace {

constexpr std::string_view prefix = "notify-";
constexpr std::string_view suffix = ".sent";
constexpr std::size_t row_size = 16;
constexpr std::size_t longest = 1 << 20;
constexpr mode_t mode = 0640;

// The number in "notify-00000000000000ab.sent"; 0 when it is no such file.
std::uint64_t notifier_of(const std::string& name) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix) || name.size() != prefix.size() + 16 + suffix.size()) {
    return 0;
  }
  char* end = nullptr;
  const auto id = std::strtoull(name.c_str() + prefix.size(), &end, 16);
  return end == name.c_str() + prefix.size() + 16 ? id : 0;
}

// A last row that is cut off was never answered for.
std::vector<tickets::NoticeName> read_rows(std::string_view bytes) {
  std::vector<tickets::NoticeName> rows;
  for (; bytes.size() >= row_size; bytes.remove_prefix(row_size)) {
    std::uint64_t pair[2];
    std::memcpy(pair, bytes.data(), row_size);
    rows.push_back({tickets::TicketId{pair[0]}, pair[1]});
  }
  return rows;
}

}  // namespace

// It gets its name once it is locked, or another notifier that starts just now takes it for one that was left.
SentLog::SentLog(const std::string& folder, std::uint64_t notifier)
    : path_(fmt::format("{}/{}{:016x}{}", folder, prefix, notifier, suffix)) {
  const std::string nameless = path_ + ".new";
  fd_ = base::Fd(open(nameless.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd_ || flock(fd_.get(), LOCK_EX | LOCK_NB) != 0 || rename(nameless.c_str(), path_.c_str()) != 0) {
    throw base::system_error(base::Kind::CannotCreate, path_, errno);
  }
}

// Only what is settled may go: the rest is for who comes after us.
SentLog::~SentLog() {
  if (lseek(fd_.get(), 0, SEEK_END) == 0) {
    unlink(path_.c_str());
  }
}

void SentLog::add(const tickets::NoticeName& name) {
  const std::uint64_t pair[2] = {number(name.ticket), name.notice};
  char row[row_size];
  std::memcpy(row, pair, row_size);
  base::write_all(fd_.get(), {row, row_size});
}

void SentLog::clear() {
  if (ftruncate(fd_.get(), 0) != 0) {
    throw base::system_error(base::Kind::Io, path_, errno);
  }
}

std::vector<LeftLog> find_left_logs(const std::string& folder) {
  std::vector<LeftLog> left;
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator(folder, none)) {
    const auto notifier = notifier_of(file.path().filename());
    if (notifier == 0) {
      continue;
    }
    base::Fd fd(open(file.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (fd && flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
      auto rows = read_rows(base::read_all(fd.get(), longest));
      left.push_back({notifier, std::move(rows), file.path(), std::move(fd)});
    }
  }
  return left;
}

void remove(const LeftLog& left) {
  unlink(left.path.c_str());
}

}  // namespace ticketmilter::notify
