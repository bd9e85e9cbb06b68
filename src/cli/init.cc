// SPDX-License-Identifier: MIT
// Makes what the daemon needs before its first start, and mends owner and mode of what is there already; contents are never touched.
// As it may run as root over folders that the daemon's user owns, nothing is changed by its name: only what an open descriptor shows.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "cli/user.h"
#include "intake/intake.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;
namespace fs = std::filesystem;

// Tells what was done, one line a thing.
class Report {
 public:
  explicit Report(bool json) : json_(json) {}
  void add(const char* what, const std::string& path, const char* done) const {
    print(json_ ? json_line({{"what", what}, {"path", path}, {"done", done}})
                : fmt::format("{:<7} {}: {}\n", what, path, done));
  }

 private:
  const bool json_;
};

constexpr uid_t same_owner = static_cast<uid_t>(-1);

// Owner, group and mode of an open file. Only root gives files away; anybody else makes files that are right already. True when something was changed.
bool settle(int fd, const std::string& path, uid_t owner, gid_t group, mode_t mode) {
  struct stat now {};
  if (::fstat(fd, &now) != 0) {
    throw base::system_error(Kind::Io, path, errno);
  }
  const bool chown = ::geteuid() == 0 && ((owner != same_owner && now.st_uid != owner) || now.st_gid != group);
  const bool chmod = (now.st_mode & 07777) != mode;
  if ((chown && ::fchown(fd, owner, group) != 0) || (chmod && ::fchmod(fd, mode) != 0)) {
    throw base::system_error(Kind::NoPermission, "set owner and mode of " + path, errno);
  }
  return chown || chmod;
}

base::Fd open_existing(const std::string& path, int flags) {
  base::Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags));
  if (!fd) {
    const Kind kind = errno == EACCES ? Kind::NoPermission : Kind::CannotCreate;
    throw base::system_error(kind, "open " + path, errno);
  }
  return fd;
}

// The folders above a path, for everybody to pass through.
void make_parents(const std::string& path) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  if (error) {
    throw base::system_error(Kind::CannotCreate, "make the folder of " + path, error.value());
  }
}

void make_folder(const char* what, const std::string& path, const User& user, const Report& report) {
  make_parents(path);
  const bool made = ::mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) {
    throw base::system_error(Kind::CannotCreate, "make " + path, errno);
  }
  const base::Fd fd = open_existing(path, O_DIRECTORY);
  const bool changed = settle(fd.get(), path, user.uid, user.gid, 02770);
  report.add(what, path, made ? "made" : changed ? "kept, owner and mode set" : "kept");
}

// The files of a folder made by who ran this before, or restored from a backup: regular ones with a single name, and no others.
bool settle_files(const std::string& folder, const User& user) {
  bool changed = false;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    struct stat now {};
    if (!entry.is_regular_file() || entry.is_symlink()) {
      continue;
    }
    const base::Fd fd = open_existing(entry.path(), 0);
    if (::fstat(fd.get(), &now) == 0 && S_ISREG(now.st_mode) && now.st_nlink == 1) {
      changed |= settle(fd.get(), entry.path(), user.uid, user.gid, 0660);
    }
  }
  return changed;
}

// The secret appears under its name whole, or not at all; one that is there already is never replaced.
bool write_secret(const std::string& path, const User& user) {
  std::string temporary = path + ".XXXXXX";
  const base::Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) {
    throw base::system_error(Kind::CannotCreate, "make " + path, errno);
  }
  const std::string bytes = base::random_bytes(32);
  base::write_all(fd.get(), base::hex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()) + "\n");
  settle(fd.get(), path, same_owner, user.gid, 0640);
  const bool linked = ::fsync(fd.get()) == 0 && ::link(temporary.c_str(), path.c_str()) == 0;
  const int error = errno;
  ::unlink(temporary.c_str());
  if (!linked && error != EEXIST) {
    throw base::system_error(Kind::CannotCreate, "make " + path, error);
  }
  return linked;
}

void make_secret(const std::string& path, const User& user, const Report& report) {
  make_parents(path);
  const fs::file_type type = fs::symlink_status(path).type();
  if (type == fs::file_type::symlink) {
    return report.add("secret", path, "kept");  // somebody keeps it elsewhere, and sees to its mode there
  }
  const bool made = type == fs::file_type::not_found && write_secret(path, user);
  const base::Fd fd = open_existing(path, 0);
  const bool changed = settle(fd.get(), path, same_owner, user.gid, 0640);
  report.add("secret", path, made ? "made" : changed ? "kept, group and mode set" : "kept");
}

// Opening is the one question the seam answers for every engine: what cannot be opened for another reason fails again when it is to be made.
bool store_exists(const config::Config& config) {
  try {
    open_store(config);
    return true;
  } catch (const Error& e) {
    if (e.kind() != Kind::Config) {
      throw;
    }
    return false;
  }
}

void make_store(const config::Config& config, std::optional<std::uint64_t> first_id, const User& user,
                const Report& report) {
  const std::string folder = store::Store::folder(config.store.location);
  make_folder("folder", folder, user, report);
  bool changed = settle_files(folder, user);
  const bool there = store_exists(config);
  if (there && first_id) {
    throw Error(Kind::CannotCreate,
                fmt::format("--first-id: there is a store in {} already, its numbers are given out", folder));
  }
  if (!there) {
    store::Options options = intake::store_options(config.store);
    options.create = true;
    options.first_id = first_id.value_or(1);
    const ActingAs acting(user);
    const store::Store made(options);
  }
  changed |= settle_files(folder, user);
  report.add("store", config.store.location, !there ? "made" : changed ? "kept, owner and mode set" : "kept");
}

void run_init(const Shared& shared, std::optional<std::uint64_t> first_id) {
  const config::Config config = load_config(shared);
  const User user = find_user(config.milter.user);
  if (::geteuid() != 0 && ::geteuid() != user.uid) {
    throw Error(Kind::NoPermission, fmt::format("init is for root, or for {} itself", user.name));
  }
  ::umask(0022);
  const Report report(shared.json);
  make_secret(config.site.secret_file, user, report);
  make_store(config, first_id, user, report);
  make_folder("spool", config.milter.spool, user, report);
}

}  // namespace

Run declare_init(CLI::App& app, const Shared& shared) {
  auto first_id = std::make_shared<std::optional<std::uint64_t>>();
  app.add_option("--first-id", *first_id, "Number of the first ticket of a new store")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 62));
  return [&shared, first_id] {
    run_init(shared, *first_id);
    return 0;
  };
}

}  // namespace ticketmilter::cli
