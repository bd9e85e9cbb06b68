// SPDX-License-Identifier: MIT
// A FIFO rather than a socket: it needs no name of its own for each who waits, and the file system's rights are all there is to it.
#include "store/lmdb/doorbell.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace ticketmilter::store::lmdb {
namespace {

constexpr mode_t for_group = 0660;

// Whoever may use the store may ring, whatever the umask of who made it.
base::Fd open_bell(const std::string& path) {
  if (mkfifo(path.c_str(), for_group) == 0) {
    chmod(path.c_str(), for_group);
  }
  base::Fd fd(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
  struct stat file {};
  return fd && fstat(fd.get(), &file) == 0 && S_ISFIFO(file.st_mode) ? std::move(fd) : base::Fd();
}

void drain(int fd) {
  std::array<char, 4096> bytes;
  while (read(fd, bytes.data(), bytes.size()) > 0) {
  }
}

}  // namespace

// Without a reader the open fails, and when the FIFO is full somebody has been rung for already.
void Doorbell::ring() const noexcept {
  const base::Fd fd(open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
  if (fd) {
    [[maybe_unused]] const auto written = write(fd.get(), "", 1);
  }
}

void Doorbell::wait(std::chrono::milliseconds most, int interrupt) {
  const std::lock_guard lock(mutex_);
  if (!fd_) {
    fd_ = open_bell(path_);
  }
  std::array<pollfd, 2> wait_for = {pollfd{fd_ ? fd_.get() : -1, POLLIN, 0}, pollfd{interrupt, POLLIN, 0}};
  poll(wait_for.data(), wait_for.size(), static_cast<int>(std::clamp<std::int64_t>(most.count(), 0, 3'600'000)));
  if (fd_) {
    drain(fd_.get());
  }
}

}  // namespace ticketmilter::store::lmdb
