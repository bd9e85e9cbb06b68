// SPDX-License-Identifier: MIT
// The milter that ticket-milter is measured against: the same negotiated steps, nothing kept, DISCARD at the end of a message. What it costs is what
// libmilter and the MTA cost. With a FILE it appends a page to it for each message and answers when that is on disk, many with one fdatasync: the
// least that a milter can do that promises anything.
#include <fcntl.h>
#include <libmilter/mfapi.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <mutex>

namespace {

unsigned long steps;  // of ticket-milter, as the load driver saw them

// Whoever comes while nobody syncs does it for all that have written by then.
class File {
 public:
  bool open(const char* path) { return (fd_ = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) >= 0; }
  bool is_open() const { return fd_ >= 0; }
  bool append() {
    static constexpr char page[4096] = {1};
    std::unique_lock lock(mutex_);
    if (::write(fd_, page, sizeof page) != sizeof page) {
      return false;
    }
    const auto mine = ++written_;
    while (synced_ < mine) {
      if (syncing_) {
        changed_.wait(lock);
        continue;
      }
      syncing_ = true;
      const auto all = written_;
      lock.unlock();
      const bool done = ::fdatasync(fd_) == 0;
      lock.lock();
      syncing_ = false;
      changed_.notify_all();
      if (!done) {
        return false;
      }
      synced_ = all;
    }
    return true;
  }

 private:
  int fd_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned long written_ = 0;
  unsigned long synced_ = 0;
  bool syncing_ = false;
};
File file;

sfsistat answered(unsigned long no_reply) {
  return (steps & no_reply) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

sfsistat on_negotiate(SMFICTX* context, unsigned long actions, unsigned long offered, unsigned long, unsigned long,
                      unsigned long* wanted_actions, unsigned long* wanted, unsigned long* reserved1,
                      unsigned long* reserved2) {
  char id[] = "i";
  for (const int stage : {SMFIM_CONNECT, SMFIM_ENVFROM, SMFIM_ENVRCPT, SMFIM_DATA, SMFIM_EOH, SMFIM_EOM})
    smfi_setsymlist(context, stage, id);
  *wanted_actions = actions & (SMFIF_DELRCPT | SMFIF_SETSYMLIST);
  *wanted = offered & steps;
  *reserved1 = *reserved2 = 0;
  return SMFIS_CONTINUE;
}
sfsistat on_connect(SMFICTX*, char*, _SOCK_ADDR*) {
  return answered(SMFIP_NR_CONN);
}
sfsistat on_helo(SMFICTX*, char*) {
  return answered(SMFIP_NR_HELO);
}
sfsistat on_mail(SMFICTX*, char**) {
  return answered(SMFIP_NR_MAIL);
}
sfsistat on_rcpt(SMFICTX*, char**) {
  return answered(SMFIP_NR_RCPT);
}
sfsistat on_data(SMFICTX*) {
  return answered(SMFIP_NR_DATA);
}
sfsistat on_header(SMFICTX*, char*, char*) {
  return answered(SMFIP_NR_HDR);
}
sfsistat on_end_of_header(SMFICTX*) {
  return answered(SMFIP_NR_EOH);
}
sfsistat on_body(SMFICTX*, unsigned char*, std::size_t) {
  return answered(SMFIP_NR_BODY);
}
sfsistat on_end_of_message(SMFICTX*) {
  return !file.is_open() || file.append() ? SMFIS_DISCARD : SMFIS_TEMPFAIL;
}
sfsistat on_abort(SMFICTX*) {
  return SMFIS_CONTINUE;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(stderr, "usage: noop SOCKET STEPS [FILE]\n");
    return 64;
  }
  if (argc == 4 && !file.open(argv[3])) {
    std::fprintf(stderr, "noop: cannot open %s\n", argv[3]);
    return 73;
  }
  steps = std::strtoul(argv[2], nullptr, 0);
  smfiDesc milter{};
  char name[] = "noop";
  milter.xxfi_name = name;
  milter.xxfi_version = SMFI_VERSION;
  milter.xxfi_flags = SMFIF_DELRCPT;
  milter.xxfi_negotiate = on_negotiate;
  milter.xxfi_connect = on_connect;
  milter.xxfi_helo = on_helo;
  milter.xxfi_envfrom = on_mail;
  milter.xxfi_envrcpt = on_rcpt;
  milter.xxfi_data = on_data;
  milter.xxfi_header = on_header;
  milter.xxfi_eoh = on_end_of_header;
  milter.xxfi_body = on_body;
  milter.xxfi_eom = on_end_of_message;
  milter.xxfi_abort = on_abort;
  umask(0);  // whatever user the MTA runs as may connect
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (smfi_setconn(argv[1]) != MI_SUCCESS || smfi_register(milter) != MI_SUCCESS ||
      smfi_setbacklog(1024) != MI_SUCCESS || smfi_opensocket(true) != MI_SUCCESS) {
    std::fprintf(stderr, "noop: cannot listen on %s\n", argv[1]);
    return 69;
  }
  return smfi_main() == MI_SUCCESS ? 0 : 70;
}
