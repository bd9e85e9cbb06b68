// SPDX-License-Identifier: MIT
// The system's functions that libmilter handles its sockets with, as this program has them: the dynamic linker finds these before the C library's. Only what was
// accepted is read ahead, and only libmilter accepts; everything else goes on to the system as it came. So this is linked into ticket-milter
// and nothing else (see the Makefile), and a libmilter that calls other functions works as without it.
// pthread_create is here for another reason: a session for which libmilter can make no worker it forgets for ever, without an answer. Where memory is short for
// the moment, as big mails take it, there is some again soon.
#include <dlfcn.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "milter/read_ahead.h"

namespace {

// Never destroyed: threads of libmilter run until the process is gone.
ticketmilter::milter::ReadAhead& sockets() {
  static auto* const all = new ticketmilter::milter::ReadAhead;
  return *all;
}

}  // namespace

extern "C" {
// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): the headers' names are reserved

int accept(int fd, sockaddr* address, socklen_t* size) {
  const int accepted = accept4(fd, address, size, 0);
  if (accepted >= 0) {
    sockets().begin(accepted);
  }
  return accepted;
}

int close(int fd) {
  sockets().end(fd);
  return static_cast<int>(syscall(SYS_close, fd));
}

ssize_t read(int fd, void* to, size_t size) {
  return sockets().read(fd, to, size);
}

int poll(pollfd* list, nfds_t count, int timeout_ms) {
  return sockets().poll(list, count, timeout_ms);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*), void* argument) {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto system_create = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  constexpr int most_tries = 500;
  constexpr useconds_t pause = 10'000;
  int error = system_create(thread, attributes, run, argument);
  for (int i = 1; error == EAGAIN && i < most_tries; ++i) {
    usleep(pause);
    error = system_create(thread, attributes, run, argument);
  }
  return error;
}

// NOLINTEND(readability-inconsistent-declaration-parameter-name)
}  // extern "C"
