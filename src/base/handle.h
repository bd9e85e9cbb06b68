// SPDX-License-Identifier: MIT
// Owners for C objects: a deleter made of a free function, so that a handle is as small as the pointer it owns.
#pragma once

#include <unistd.h>

#include <memory>
#include <utility>

namespace ticketmilter::base {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* p) const noexcept {
    Free(p);
  }
};

// Handle<FILE, fclose> f(fopen(...));
template <class T, auto Free>
using Handle = std::unique_ptr<T, Deleter<Free>>;

// A file descriptor, closed once. -1 is empty.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

}  // namespace ticketmilter::base
