// SPDX-License-Identifier: MIT
// Thin owners of system calls: every short read, short write and interrupted call is finished here.
#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.h"

namespace ticketmilter::base {
namespace {

std::string read_descriptor(int fd, std::size_t max, const std::string& what) {
  std::string bytes;
  char buffer[65536];
  for (;;) {
    ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      throw system_error(Kind::Io, "read " + what, errno);
    }
    if (n == 0) {
      return bytes;
    }
    if (bytes.size() + static_cast<std::size_t>(n) > max) {
      throw Error(Kind::Permanent, what + ": over " + std::to_string(max) + " bytes");
    }
    bytes.append(buffer, static_cast<std::size_t>(n));
  }
}

}  // namespace

std::string read_file(const std::string& path, std::size_t max) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    throw system_error(Kind::Io, "open " + path, errno);
  }
  return read_descriptor(fd.get(), max, path);
}

std::string read_all(int fd, std::size_t max) {
  return read_descriptor(fd, max, "input");
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0) {
      throw system_error(Kind::Io, "write", errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::optional<std::uint64_t> free_space(const std::string& path) {
  struct statvfs fs {};
  if (::statvfs(path.c_str(), &fs) != 0) {
    return {};
  }
  return static_cast<std::uint64_t>(fs.f_bavail) * fs.f_frsize;
}

std::optional<Fd> lock_pid_file(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd) {
    throw system_error(Kind::CannotCreate, "open " + path, errno);
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return {};
    }
    throw system_error(Kind::Io, "lock " + path, errno);
  }
  if (::ftruncate(fd.get(), 0) != 0) {
    throw system_error(Kind::Io, "truncate " + path, errno);
  }
  write_all(fd.get(), std::to_string(::getpid()) + "\n");
  return fd;
}

Fd temporary_file(const std::string& dir) {
  Fd fd(::open(dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd) {
    return fd;
  }
  std::string name = dir + "/spool.XXXXXX";  // file systems without O_TMPFILE
  fd = Fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) {
    throw system_error(Kind::Io, "make a temporary file in " + dir, errno);
  }
  ::unlink(name.c_str());
  return fd;
}

Umask::Umask(mode_t mask) noexcept : old_(::umask(mask)) {}

Umask::~Umask() {
  ::umask(old_);
}

FileMap::FileMap(int fd, std::size_t size) : size_(size) {
  if (size == 0) {
    return;
  }
  void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (at == MAP_FAILED) {
    throw system_error(Kind::Io, "map a spooled message", errno);
  }
  data_ = static_cast<const char*>(at);
}

FileMap::FileMap(FileMap&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

FileMap::~FileMap() {
  if (data_ != nullptr) {
    ::munmap(const_cast<char*>(data_), size_);
  }
}

}  // namespace ticketmilter::base
