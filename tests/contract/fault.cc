// SPDX-License-Identifier: MIT
#include "fault.h"

#include <dlfcn.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace {

using contract::Fault;

std::atomic<Fault> current{Fault::None};
constexpr off_t head = 2 * 4096;

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool fails(int error) {
  errno = error;
  return true;
}

}  // namespace

namespace contract {

Failing::Failing(Fault fault) {
  current = fault;
}
Failing::~Failing() {
  current = Fault::None;
}

}  // namespace contract

extern "C" ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  static auto* const next = real<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  const Fault fault = current;
  if ((fault == Fault::Head && offset < head && fails(EIO)) ||
      (fault == Fault::NoSpace && offset >= head && fails(ENOSPC))) {
    return -1;
  }
  return next(fd, bytes, fault == Fault::ShortWrites && offset >= head ? size / 2 : size, offset);
}

extern "C" ssize_t writev(int fd, const iovec* parts, int count) {
  static auto* const next = real<ssize_t(int, const iovec*, int)>("writev");
  const Fault fault = current;
  if (fault == Fault::NoSpace && fails(ENOSPC)) {
    return -1;
  }
  return next(fd, parts, fault == Fault::ShortWrites ? 1 : count);
}

extern "C" int fdatasync(int fd) {
  static auto* const next = real<int(int)>("fdatasync");
  return current == Fault::Sync && fails(EIO) ? -1 : next(fd);
}
