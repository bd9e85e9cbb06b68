// SPDX-License-Identifier: MIT
// Files: whole reads with a limit, atomic writes, locks, free space, read-only maps. Failures are Errors of kind Io unless said.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/handle.h"

namespace ticketmilter::base {

// The whole file. Over max bytes: Permanent. Missing or unreadable: the given text in an Error of kind Io.
std::string read_file(const std::string& path, std::size_t max);
// All of a descriptor (standard input, say). Over max bytes: Permanent.
std::string read_all(int fd, std::size_t max);
// All bytes or an Error (Full when the disk is).
void write_all(int fd, std::string_view bytes);

// Bytes an unprivileged process may still write on the file system that holds path; empty when it cannot be told.
std::optional<std::uint64_t> free_space(const std::string& path);

// Takes an exclusive lock on the file, made if missing, and writes our process id into it. Empty when another process holds it.
// The lock lives as long as the Fd and falls with the process, so a file left behind by a kill -9 is no obstacle.
std::optional<Fd> lock_pid_file(const std::string& path);

// An unnamed temporary file in dir, gone with the descriptor.
Fd temporary_file(const std::string& dir);

// What files are made without, until the end of the block. For the whole process: only while no other thread makes any.
class Umask {
 public:
  explicit Umask(mode_t mask) noexcept;
  ~Umask();
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  const mode_t old_;
};

// A file's bytes, read-only, for as long as the object lives.
class FileMap {
 public:
  FileMap(int fd, std::size_t size);
  ~FileMap();
  FileMap(FileMap&& other) noexcept;
  FileMap(const FileMap&) = delete;
  FileMap& operator=(const FileMap&) = delete;
  FileMap& operator=(FileMap&&) = delete;
  std::string_view bytes() const noexcept { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ticketmilter::base
