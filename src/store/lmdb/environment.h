// SPDX-License-Identifier: MIT
// The LMDB environment: opened, closed and, after a failure that LMDB does not survive, opened anew while others go on using it. Every code that
// LMDB or the system returns becomes an Error here and nowhere else.
#pragma once

#include <lmdb.h>

#include <array>
#include <cstdint>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/handle.h"
#include "store/lmdb/keys.h"
#include "store/store.h"

namespace ticketmilter::store::lmdb {

// A transaction as LMDB sees it, and the promise that the environment stays open as long.
struct OpenTxn {
  std::shared_lock<std::shared_mutex> hold;
  MDB_txn* txn = nullptr;
};

class Environment {
 public:
  Environment(const Options& options, std::string folder);

  // Mends what can be mended on the way: a full reader table, an environment that has failed or been outgrown by another process.
  OpenTxn begin(bool write);
  MDB_dbi table(Table t) const { return tables_[static_cast<std::size_t>(t)]; }
  void check_readers();
  void copy_to(const std::string& folder);

  // What is to be thrown when doing something returned this code.
  base::Error error(int code, std::string_view doing) const;
  // True when there is less free disk than min_free. Asks the file system each time.
  bool disk_full() const;
  // Bytes of the map, and how many of them were ever used. Within a transaction.
  struct Usage {
    std::uint64_t size = 0;
    std::uint64_t used = 0;
  };
  Usage usage() const;

 private:
  using Env = base::Handle<MDB_env, mdb_env_close>;

  void open(bool create);
  bool open_tables(MDB_env* env);
  void check_version(MDB_txn* txn) const;
  void create_tables(MDB_env* env);
  bool mend(int code, std::uint64_t generation);
  void reopen(std::uint64_t generation, bool resized);

  const Options options_;
  const std::string folder_;
  mutable std::shared_mutex mutex_;  // held shared by every transaction, alone to close the environment
  Env env_;                          // null only between a failure and the next success of reopen()
  std::array<MDB_dbi, table_names.size()> tables_{};
  std::uint64_t map_size_ = 0;
  std::uint64_t generation_ = 0;  // how often it was opened
};

}  // namespace ticketmilter::store::lmdb
