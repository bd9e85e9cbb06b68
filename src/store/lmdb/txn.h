// SPDX-License-Identifier: MIT
// A transaction and its cursors as objects: aborted or closed when they go. What the views show lies in the map or in LMDB's dirty pages: it holds until
// the next write to the same transaction, or its end.
#pragma once

#include <optional>
#include <string_view>

#include "store/lmdb/environment.h"

namespace ticketmilter::store::lmdb {

class Txn {
 public:
  Txn(Environment& env, bool write) : env_(env), open_(env.begin(write)) {}
  ~Txn() { abort(); }
  Txn(const Txn&) = delete;
  Txn& operator=(const Txn&) = delete;

  std::optional<std::string_view> get(Table t, std::string_view key) const;
  void put(Table t, std::string_view key, std::string_view value, unsigned flags = 0);
  // False, and nothing written, when the key is there.
  bool put_new(Table t, std::string_view key, std::string_view value);
  // False when it was not there.
  bool del(Table t, std::string_view key);
  bool del(Table t, std::string_view key, std::string_view value);  // of several under one key
  std::uint64_t count(Table t) const;
  // Bytes of the map that were used once and are free by now. Looks at all of LMDB's free list.
  std::uint64_t free_bytes() const;

  // A u64 by itself; 0 when it is not there.
  std::uint64_t number(Table t, std::string_view key) const;
  void set_number(Table t, std::string_view key, std::uint64_t number);
  // Nothing is written for 0.
  void add_number(Table t, std::string_view key, std::int64_t by);

  void commit();
  void abort() noexcept;

  // How many puts and deletes there were.
  std::uint64_t writes() const { return writes_; }
  // LMDB failed in it; nothing but abort is left.
  bool broken() const { return broken_; }
  Environment& environment() const { return env_; }

 private:
  friend class Cursor;
  bool remove(Table t, std::string_view key, MDB_val* value);
  [[noreturn]] void fail(int code, const char* doing) const;

  Environment& env_;
  OpenTxn open_;
  std::uint64_t writes_ = 0;
  mutable bool broken_ = false;
};

// Stands on an entry, or on none. Moves tell whether it stands on one afterwards.
class Cursor {
 public:
  Cursor(const Txn& txn, Table t);
  ~Cursor() { close(); }
  Cursor(Cursor&& other) noexcept;
  Cursor& operator=(Cursor&&) = delete;

  bool first_from(std::string_view key) { return move(MDB_SET_RANGE, key); }
  // The last entry whose key is below this one.
  bool last_before(std::string_view key);
  bool at(std::string_view key) { return move(MDB_SET_KEY, key); }
  bool at_value_from(std::string_view key, std::string_view value);  // of several under one key
  bool last() { return move(MDB_LAST); }
  bool next() { return move(MDB_NEXT); }
  bool previous() { return move(MDB_PREV); }
  bool next_of_key() { return move(MDB_NEXT_DUP); }

  std::string_view key() const { return {static_cast<const char*>(key_.mv_data), key_.mv_size}; }
  std::string_view value() const { return {static_cast<const char*>(value_.mv_data), value_.mv_size}; }

 private:
  bool move(MDB_cursor_op op, std::string_view key = {}, std::string_view value = {});
  void close() noexcept;

  const Txn& txn_;
  MDB_cursor* cursor_ = nullptr;
  MDB_val key_{};
  MDB_val value_{};
};

}  // namespace ticketmilter::store::lmdb
