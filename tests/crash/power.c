// SPDX-License-Identifier: MIT
// Preloaded into the milter by power.t: keeps a second file, $POWER_FILE, that holds what a disk surely has of the store: what was written before the last sync, and what was written
// synchronously. When the file $POWER_CUT says a number, $POWER_FILE.NUMBER is made of it as a power failure might leave it: of the writes since the last sync each sector of 512
// bytes is there or not, by chance.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { sector = 512 };

struct write {
  struct write* next;
  off_t at;
  size_t size;
  char bytes[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct write *first, **last = &first;  // since the last sync
static int sure = -1;
static dev_t device;
static ino_t inode;

typedef ssize_t pwrite_call(int, const void*, size_t, off_t);
static pwrite_call* real_pwrite(void) { return (pwrite_call*)dlsym(RTLD_NEXT, "pwrite"); }

// The store is told by its file's place on the disk; $POWER_STORE names the file.
static int is_store(int fd) {
  struct stat is;
  if (sure < 0) {
    struct stat want;
    const char *store = getenv("POWER_STORE"), *path = getenv("POWER_FILE");
    if (!store || !path || stat(store, &want) != 0) return 0;
    device = want.st_dev;
    inode = want.st_ino;
    if ((sure = open(path, O_RDWR | O_CLOEXEC)) < 0) abort();
  }
  return fstat(fd, &is) == 0 && is.st_dev == device && is.st_ino == inode;
}

static void put(int fd, const char* bytes, size_t size, off_t at) {
  if (real_pwrite()(fd, bytes, size, at) != (ssize_t)size) abort();
}

static void cut(const char* number) {
  static char buffer[1 << 20];
  char name[4096], made[4100];
  ssize_t n;
  off_t at = 0;
  snprintf(name, sizeof name, "%s.%s", getenv("POWER_FILE"), number);
  snprintf(made, sizeof made, "%s.new", name);
  int fd = open(made, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) abort();
  while ((n = pread(sure, buffer, sizeof buffer, at)) > 0) {
    put(fd, buffer, (size_t)n, at);
    at += n;
  }
  unsigned seed = (unsigned)atoi(number);
  unsigned kept = 0, lost = 0;
  for (struct write* w = first; w; w = w->next) {
    for (size_t done = 0; done < w->size; done += sector) {
      size_t size = w->size - done < sector ? w->size - done : sector;
      if (rand_r(&seed) & 1) {
        put(fd, w->bytes + done, size, w->at + (off_t)done);
        ++kept;
      } else {
        ++lost;
      }
    }
  }
  close(fd);
  rename(made, name);
  fprintf(stderr, "power cut %s: %u sectors since the last sync kept, %u lost\n", number, kept, lost);
}

// Called with the lock held.
static void look_for_cut(void) {
  char number[32] = {0};
  const char* path = getenv("POWER_CUT");
  int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return;
  ssize_t n = read(fd, number, sizeof number - 1);
  close(fd);
  number[strcspn(number, "\n")] = 0;
  if (n > 0 && *number) {
    cut(number);
    unlink(path);
  }
}

// A cut falls before the write, in the midst of it (some sectors are there), and before the sync: all three look alike here.
static void note(int fd, const char* bytes, size_t size, off_t at) {
  pthread_mutex_lock(&lock);
  if (fcntl(fd, F_GETFL) & O_DSYNC) {
    put(sure, bytes, size, at);
  } else {
    struct write* w = malloc(sizeof *w + size);
    w->next = NULL;
    w->at = at;
    w->size = size;
    memcpy(w->bytes, bytes, size);
    *last = w;
    last = &w->next;
  }
  look_for_cut();
  pthread_mutex_unlock(&lock);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  ssize_t n = real_pwrite()(fd, bytes, size, at);
  if (n > 0 && is_store(fd)) note(fd, bytes, (size_t)n, at);
  return n;
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t at) { return pwrite(fd, bytes, size, at); }

// LMDB writes neighbouring pages so, from where it has sought to.
ssize_t writev(int fd, const struct iovec* pieces, int count) {
  ssize_t done = ((ssize_t(*)(int, const struct iovec*, int))dlsym(RTLD_NEXT, "writev"))(fd, pieces, count);
  if (done <= 0 || !is_store(fd)) return done;
  size_t rest = (size_t)done;
  off_t at = lseek(fd, 0, SEEK_CUR) - done;
  for (int i = 0; rest > 0 && i < count; ++i) {
    size_t size = pieces[i].iov_len < rest ? pieces[i].iov_len : rest;
    note(fd, pieces[i].iov_base, size, at);
    at += (off_t)size;
    rest -= size;
  }
  return done;
}

int fdatasync(int fd) {
  int failed = ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
  if (!failed && is_store(fd)) {
    pthread_mutex_lock(&lock);
    while (first) {
      struct write* w = first;
      put(sure, w->bytes, w->size, w->at);
      first = w->next;
      free(w);
    }
    last = &first;
    pthread_mutex_unlock(&lock);
  }
  return failed;
}
