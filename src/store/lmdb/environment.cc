// SPDX-License-Identifier: MIT
// Default flags and MDB_NOTLS: the flags that make LMDB faster are those that lose mail when the power fails. All tables are made in one committed
// transaction, so a store is there whole or not at all; an existing one is opened without writing.
#include "store/lmdb/environment.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <vector>

#include "base/file.h"

namespace ticketmilter::store::lmdb {
namespace {

using base::Error;
using base::Kind;

// The folder's group uses the store as its owner does, as LMDB's readers write the lock file. By the set-group-ID what anybody makes there is the group's.
constexpr mode_t folder_mode = 02770;
constexpr mode_t file_mode = 0660;
// A copy may lie in anybody's folder, with anybody's group.
constexpr mode_t copy_folder_mode = 0750;
constexpr mode_t copy_mode = 0640;
constexpr unsigned max_readers = 1022;
// While the disk goes on failing, each write that fails undoes what a reader has just mended; then the reader has lost for once.
constexpr int max_mends = 5;
// A short write is all that LMDB says of a full disk; with less than this free we believe it.
constexpr std::uint64_t nearly_nothing = 64 << 20;

bool exists(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0;
}

// So that a file just made is still there after a power cut.
void sync_folder(const std::string& folder) {
  base::Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) {
    throw base::system_error(Kind::Io, "sync " + folder, errno);
  }
}

unsigned table_flags(Table t) {
  return t == Table::MsgId ? MDB_DUPSORT | MDB_DUPFIXED : 0;
}

MDB_val val(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};
}

// Made if missing, with what it lies in.
void make_folder(const std::string& folder, mode_t mode) {
  if (exists(folder)) {
    return;
  }
  std::error_code failed;
  const auto parent = std::filesystem::path(folder).parent_path();
  std::filesystem::create_directories(parent, failed);
  if (!failed && ::mkdir(folder.c_str(), mode) == 0 && ::chmod(folder.c_str(), mode) == 0) {
    sync_folder(parent.empty() ? "." : parent.string());
  } else if (!exists(folder)) {
    throw base::system_error(Kind::CannotCreate, "make " + folder, failed ? failed.value() : errno);
  }
}

}  // namespace

Environment::Environment(const Options& options, std::string folder)
    : options_(options), folder_(std::move(folder)), map_size_(options.max_size) {
  if (options_.create) {
    make_folder(folder_, folder_mode);
  } else if (!exists(folder_ + "/data.mdb")) {
    throw errno == EACCES ? error(EACCES, "open") : Error(Kind::Config, "no store at " + folder_ + ": run ticket init");
  }
  open(options_.create);
}

void Environment::open(bool create) {
  std::vector<std::string> fresh = {folder_ + "/data.mdb", folder_ + "/lock.mdb"};
  std::erase_if(fresh, exists);
  MDB_env* made = nullptr;
  int rc = mdb_env_create(&made);
  if (rc != MDB_SUCCESS) {
    throw error(rc, "make an environment");
  }
  Env env(made);
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  if ((rc = mdb_env_set_maxdbs(made, table_names.size())) != 0 ||
      (rc = mdb_env_set_maxreaders(made, max_readers)) != 0 ||
      (map_size_ != 0 && (rc = mdb_env_set_mapsize(made, std::max(map_size_ / page, std::uint64_t{16}) * page)) != 0) ||
      (rc = mdb_env_open(made, folder_.c_str(), MDB_NOTLS, file_mode)) != 0) {
    throw error(rc, "open");
  }
  if (!open_tables(made)) {
    if (!create) {
      throw Error(Kind::Config, "no store at " + folder_ + ": run ticket init");
    }
    create_tables(made);
  }
  for (const std::string& file : fresh) {
    ::chmod(file.c_str(), file_mode);  // whatever the umask is
  }
  if (!fresh.empty()) {
    sync_folder(folder_);
  }
  env_ = std::move(env);
  ++generation_;
}

// False when nothing was made yet. The version is looked at first: another one may have other tables. Handles opened in a read transaction stay
// when it is committed.
bool Environment::open_tables(MDB_env* env) {
  MDB_txn* txn = nullptr;
  int rc = mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn);
  base::Handle<MDB_txn, mdb_txn_abort> owner(txn);
  if (rc == 0 && (rc = mdb_dbi_open(txn, table_names[0], 0, tables_.data())) == MDB_NOTFOUND) {
    return false;
  }
  if (rc == 0) {
    check_version(txn);
  }
  for (std::size_t i = 1; rc == 0 && i < table_names.size(); ++i) {
    rc = mdb_dbi_open(txn, table_names[i], 0, &tables_[i]);
  }
  if (rc != 0 || (rc = mdb_txn_commit(owner.release())) != 0) {
    throw error(rc, "open the tables");
  }
  return true;
}

void Environment::check_version(MDB_txn* txn) const {
  const auto key = meta_key(Meta::Schema);
  MDB_val k = val(key);
  MDB_val v{};
  const int rc = mdb_get(txn, tables_[0], &k, &v);
  if (rc != 0) {
    throw error(rc, "read the schema version");
  }
  const std::string_view bytes(static_cast<const char*>(v.mv_data), v.mv_size);
  const auto found = bytes.size() == 8 ? number_at<std::uint64_t>(bytes, 0) : 0;
  if (found != schema_version) {
    throw Error(Kind::Config, "the store at " + folder_ + " has schema version " + std::to_string(found) +
                                  ", this program reads and writes version " + std::to_string(schema_version));
  }
}

// Another process may be at the same: whoever comes second finds all there.
void Environment::create_tables(MDB_env* env) {
  MDB_txn* txn = nullptr;
  int rc = mdb_txn_begin(env, nullptr, 0, &txn);
  base::Handle<MDB_txn, mdb_txn_abort> owner(txn);
  for (std::size_t i = 0; rc == 0 && i < table_names.size(); ++i) {
    rc = mdb_dbi_open(txn, table_names[i], MDB_CREATE | table_flags(static_cast<Table>(i)), &tables_[i]);
  }
  const auto set = [&](Meta kind, std::uint64_t number) {
    const auto key = meta_key(kind);
    const auto value = Fixed<8>().add(number);
    MDB_val k = val(key);
    MDB_val v = val(value);
    if (rc == 0) {
      rc = mdb_put(txn, tables_[0], &k, &v, MDB_NOOVERWRITE);
    }
    rc = rc == MDB_KEYEXIST ? 0 : rc;
  };
  set(Meta::Schema, schema_version);
  set(Meta::LastTicket, std::max(options_.first_id, std::uint64_t{1}) - 1);
  if (rc != 0) {
    throw error(rc, "make the tables");
  }
  rc = mdb_txn_commit(owner.release());
  if (rc != 0) {
    throw error(rc, "make the tables");
  }
}

OpenTxn Environment::begin(bool write) {
  for (int mended = 0;; ++mended) {
    OpenTxn begun{std::shared_lock(mutex_), nullptr};
    const auto generation = generation_;
    const int rc = env_ ? mdb_txn_begin(env_.get(), nullptr, write ? 0 : MDB_RDONLY, &begun.txn) : MDB_PANIC;
    if (rc == 0) {
      return begun;
    }
    begun.hold.unlock();
    if (mended == max_mends || !mend(rc, generation)) {
      throw error(rc, "begin");
    }
  }
}

bool Environment::mend(int code, std::uint64_t generation) {
  switch (code) {
    case MDB_READERS_FULL: check_readers(); return true;
    case MDB_PANIC: reopen(generation, false); return true;
    case MDB_MAP_RESIZED: reopen(generation, true); return true;
    default: return false;
  }
}

// LMDB refuses everything after a failed write of a meta page, until the environment is opened anew. That needs all transactions of this
// process to be over, and must be done once however many threads have noticed.
void Environment::reopen(std::uint64_t generation, bool resized) {
  std::unique_lock alone(mutex_);
  if (generation_ != generation) {
    return;
  }
  env_.reset();
  if (resized) {
    map_size_ = 0;  // as large as the store says by now
  }
  try {
    open(false);
  } catch (const Error& e) {
    throw Error(e.kind() == Kind::Full ? Kind::Full : Kind::Temporary, e.what());
  }
}

void Environment::check_readers() {
  std::shared_lock hold(mutex_);
  int dead = 0;
  if (env_) {
    mdb_reader_check(env_.get(), &dead);
  }
}

// Under another name until it is whole and on the disk.
void Environment::copy_to(const std::string& folder) {
  const std::string file = folder + "/data.mdb";
  const std::string part = file + ".part";
  make_folder(folder, copy_folder_mode);
  if (exists(file)) {
    throw Error(Kind::CannotCreate, "there is a store in " + folder);
  }
  const base::Fd fd(::open(part.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, copy_mode));
  if (!fd) {
    throw base::system_error(Kind::CannotCreate, "make " + part, errno);
  }
  int rc = MDB_SUCCESS;
  {
    std::shared_lock hold(mutex_);
    rc = env_ ? mdb_env_copyfd2(env_.get(), fd.get(), MDB_CP_COMPACT) : MDB_PANIC;
  }
  const bool written = rc == MDB_SUCCESS && ::fsync(fd.get()) == 0 && ::link(part.c_str(), file.c_str()) == 0;
  const int failure = errno;
  ::unlink(part.c_str());
  if (rc != MDB_SUCCESS) {
    throw error(rc, "copy the store to " + folder);
  }
  if (!written) {
    throw base::system_error(Kind::Io, "write " + file, failure);
  }
  sync_folder(folder);
}

bool Environment::disk_full() const {
  const auto free = options_.min_free == 0 ? std::nullopt : base::free_space(folder_);
  return free && *free < options_.min_free;
}

Environment::Usage Environment::usage() const {
  MDB_envinfo info{};
  MDB_stat stat{};
  mdb_env_info(env_.get(), &info);
  mdb_env_stat(env_.get(), &stat);
  return {info.me_mapsize, (info.me_last_pgno + 1) * stat.ms_psize};
}

Error Environment::error(int code, std::string_view doing) const {
  const auto make = [&](Kind kind) {
    return Error(kind, "store " + folder_ + ": " + std::string(doing) + ": " + mdb_strerror(code));
  };
  switch (code) {
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return make(Kind::Full);
    case EIO:
      return make(base::free_space(folder_).value_or(0) < std::max(options_.min_free, nearly_nothing)
                      ? Kind::Full
                      : Kind::Temporary);
    case MDB_PANIC:
    case MDB_READERS_FULL:
    case MDB_MAP_RESIZED:
    case MDB_TXN_FULL:
    case MDB_BAD_TXN:
    case MDB_BAD_RSLOT:
    case ENOMEM:
    case EAGAIN: return make(Kind::Temporary);
    case MDB_VERSION_MISMATCH:
    case MDB_INVALID:
    case ENOENT: return make(Kind::Config);
    case EACCES:
    case EPERM:
    case EROFS: return make(Kind::NoPermission);
    case MDB_BAD_VALSIZE:
    case MDB_BAD_DBI:
    case MDB_DBS_FULL:
    case MDB_INCOMPATIBLE:
    case EINVAL: return make(Kind::Internal);
    default: return make(Kind::Io);
  }
}

}  // namespace ticketmilter::store::lmdb
