// SPDX-License-Identifier: MIT
// A disk that fails when told to: the test program's own pwrite, writev and fdatasync stand before the C library's, so that the store's engine can be
// given what a real disk gives once a year.
#pragma once

namespace contract {

enum class Fault {
  None,
  NoSpace,      // writes of data end with ENOSPC
  ShortWrites,  // writes of data stop half-way, as LMDB meets a full disk
  Sync,         // fdatasync ends with EIO
  Head,         // writes to the file's first two pages end with EIO
};

// For all files of this process, as long as the object lives.
class Failing {
 public:
  explicit Failing(Fault fault);
  ~Failing();
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;
};

}  // namespace contract
