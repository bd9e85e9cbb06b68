// SPDX-License-Identifier: MIT
// Preloaded into the milter by trouble.t: does to LMDB's writes what the letter in the file $FAULT_FILE says.
//   C  SIGKILL as the commit has reached the disk, before anybody was answered       B  SIGKILL before it is on disk       E  every write fails with EIO
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

static int fault(void) {
  const char* path = getenv("FAULT_FILE");
  char letter = 0;
  int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return 0;
  if (read(fd, &letter, 1) != 1) letter = 0;
  close(fd);
  return letter;
}

// LMDB writes its meta page, which is the commit, through a descriptor of its own that is opened with O_DSYNC.
static ssize_t commit(int fd, const void* bytes, size_t size, off_t at, const char* name) {
  ssize_t (*real)(int, const void*, size_t, off_t) = (ssize_t(*)(int, const void*, size_t, off_t))dlsym(RTLD_NEXT, name);
  int what = fault();
  int meta = fcntl(fd, F_GETFL) & O_DSYNC;
  if (what == 'E') {
    errno = EIO;
    return -1;
  }
  if (what == 'B' && meta) kill(getpid(), SIGKILL);
  ssize_t n = real(fd, bytes, size, at);
  if (what == 'C' && meta) kill(getpid(), SIGKILL);
  return n;
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) { return commit(fd, bytes, size, at, "pwrite"); }
ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t at) { return commit(fd, bytes, size, at, "pwrite64"); }
