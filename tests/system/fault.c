// SPDX-License-Identifier: MIT
// Preloaded into the milter by trouble.t and faults.t: does to its calls what the letter in the file $FAULT_FILE says.
//   C  SIGKILL as the commit has reached the disk, before anybody was answered       B  SIGKILL before it is on disk
//   E  every write fails with EIO       N  with ENOSPC       S  every sync fails with EIO       O  no file can be made: ENOSPC
//   T  and seconds: the clock of the day is off by so many
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(type, name) ((type)dlsym(RTLD_NEXT, name))

typedef int open_call(const char*, int, ...);

// The letter, and what stands behind it.
static int fault(long* number) {
  const char* path = getenv("FAULT_FILE");
  char text[32] = {0};
  int fd = path ? REAL(open_call*, "open")(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return 0;
  if (read(fd, text, sizeof text - 1) < 1) text[0] = 0;
  close(fd);
  if (number) *number = strtol(text + 1, NULL, 10);
  return text[0];
}

// LMDB writes its meta page, which is the commit, through a descriptor of its own that is opened with O_DSYNC.
static ssize_t commit(int fd, const void* bytes, size_t size, off_t at, const char* name) {
  ssize_t (*real)(int, const void*, size_t, off_t) = REAL(ssize_t(*)(int, const void*, size_t, off_t), name);
  int what = fault(NULL);
  int meta = fcntl(fd, F_GETFL) & O_DSYNC;
  if (what == 'E' || what == 'N') {
    errno = what == 'E' ? EIO : ENOSPC;
    return -1;
  }
  if (what == 'B' && meta) kill(getpid(), SIGKILL);
  ssize_t n = real(fd, bytes, size, at);
  if (what == 'C' && meta) kill(getpid(), SIGKILL);
  return n;
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) { return commit(fd, bytes, size, at, "pwrite"); }
ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t at) { return commit(fd, bytes, size, at, "pwrite64"); }
// Of neighbouring pages; sockets are written so as well.
ssize_t writev(int fd, const struct iovec* pieces, int count) {
  struct stat is;
  int what = fault(NULL);
  if ((what == 'E' || what == 'N') && fstat(fd, &is) == 0 && S_ISREG(is.st_mode)) {
    errno = what == 'E' ? EIO : ENOSPC;
    return -1;
  }
  return REAL(ssize_t(*)(int, const struct iovec*, int), "writev")(fd, pieces, count);
}

static int failed_sync(void) {
  if (fault(NULL) != 'S') return 0;
  errno = EIO;
  return 1;
}
int fdatasync(int fd) { return failed_sync() ? -1 : REAL(int (*)(int), "fdatasync")(fd); }
int fsync(int fd) { return failed_sync() ? -1 : REAL(int (*)(int), "fsync")(fd); }
int msync(void* at, size_t size, int flags) {
  return failed_sync() ? -1 : REAL(int (*)(void*, size_t, int), "msync")(at, size, flags);
}

static int open_file(const char* name, const char* path, int flags, mode_t mode) {
  if ((flags & (O_CREAT | O_TMPFILE) & ~O_DIRECTORY) && fault(NULL) == 'O') {
    errno = ENOSPC;
    return -1;
  }
  return REAL(open_call*, name)(path, flags, mode);
}
int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = va_arg(more, mode_t);
  va_end(more);
  return open_file("open", path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = va_arg(more, mode_t);
  va_end(more);
  return open_file("open64", path, flags, mode);
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  static int (*real)(clockid_t, struct timespec*);
  if (!real) real = REAL(int (*)(clockid_t, struct timespec*), "clock_gettime");
  int failed = real(clock, now);
  long seconds = 0;
  if (clock == CLOCK_REALTIME && !failed && fault(&seconds) == 'T') now->tv_sec += seconds;
  return failed;
}
