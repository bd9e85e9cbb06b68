// SPDX-License-Identifier: MIT
// Thin: each call is one of LMDB's, with absence as a value and everything else as an Error.
#include "store/lmdb/txn.h"

#include <utility>

#include "store/lmdb/record.h"

namespace ticketmilter::store::lmdb {
namespace {

MDB_val val(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};
}

}  // namespace

void Txn::fail(int code, const char* doing) const {
  broken_ = true;
  throw env_.error(code, doing);
}

std::optional<std::string_view> Txn::get(Table t, std::string_view key) const {
  MDB_val k = val(key);
  MDB_val v{};
  const int rc = mdb_get(open_.txn, env_.table(t), &k, &v);
  if (rc == MDB_NOTFOUND) {
    return {};
  }
  if (rc != 0) {
    fail(rc, "read");
  }
  return std::string_view(static_cast<const char*>(v.mv_data), v.mv_size);
}

void Txn::put(Table t, std::string_view key, std::string_view value, unsigned flags) {
  MDB_val k = val(key);
  MDB_val v = val(value);
  ++writes_;
  const int rc = mdb_put(open_.txn, env_.table(t), &k, &v, flags);
  if (rc != 0) {
    fail(rc, "write");
  }
}

bool Txn::put_new(Table t, std::string_view key, std::string_view value) {
  MDB_val k = val(key);
  MDB_val v = val(value);
  const int rc = mdb_put(open_.txn, env_.table(t), &k, &v, MDB_NOOVERWRITE);
  if (rc == MDB_KEYEXIST) {
    return false;
  }
  ++writes_;
  if (rc != 0) {
    fail(rc, "write");
  }
  return true;
}

bool Txn::del(Table t, std::string_view key) {
  return remove(t, key, nullptr);
}

bool Txn::del(Table t, std::string_view key, std::string_view value) {
  MDB_val v = val(value);
  return remove(t, key, &v);
}

bool Txn::remove(Table t, std::string_view key, MDB_val* value) {
  MDB_val k = val(key);
  const int rc = mdb_del(open_.txn, env_.table(t), &k, value);
  if (rc == MDB_NOTFOUND) {
    return false;
  }
  ++writes_;
  if (rc != 0) {
    fail(rc, "delete");
  }
  return true;
}

std::uint64_t Txn::count(Table t) const {
  MDB_stat stat{};
  const int rc = mdb_stat(open_.txn, env_.table(t), &stat);
  if (rc != 0) {
    fail(rc, "count");
  }
  return stat.ms_entries;
}

std::uint64_t Txn::free_bytes() const {
  constexpr MDB_dbi free_list = 0;  // LMDB's own: lists of page numbers, each with its length in front
  MDB_stat stat{};
  MDB_cursor* cursor = nullptr;
  int rc = mdb_stat(open_.txn, free_list, &stat);
  if (rc == 0) {
    rc = mdb_cursor_open(open_.txn, free_list, &cursor);
  }
  const base::Handle<MDB_cursor, mdb_cursor_close> owner(cursor);
  std::uint64_t pages = 0;
  MDB_val k{};
  MDB_val v{};
  for (; rc == 0 && (rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) == 0;) {
    pages += *static_cast<const std::size_t*>(v.mv_data);
  }
  if (rc != MDB_NOTFOUND) {
    fail(rc, "read the free list");
  }
  return pages * stat.ms_psize;
}

std::uint64_t Txn::number(Table t, std::string_view key) const {
  const auto value = get(t, key);
  if (value && value->size() != 8) {
    damaged("number", key);
  }
  return value ? number_at<std::uint64_t>(*value, 0) : 0;
}

void Txn::set_number(Table t, std::string_view key, std::uint64_t number) {
  put(t, key, Fixed<8>().add(number));
}

void Txn::add_number(Table t, std::string_view key, std::int64_t by) {
  if (by != 0) {
    set_number(t, key, number(t, key) + static_cast<std::uint64_t>(by));
  }
}

void Txn::commit() {
  const int rc = mdb_txn_commit(std::exchange(open_.txn, nullptr));
  open_.hold.unlock();
  if (rc != 0) {
    fail(rc, "commit");
  }
}

void Txn::abort() noexcept {
  if (open_.txn != nullptr) {
    mdb_txn_abort(std::exchange(open_.txn, nullptr));
    open_.hold.unlock();
  }
}

Cursor::Cursor(const Txn& txn, Table t) : txn_(txn) {
  const int rc = mdb_cursor_open(txn.open_.txn, txn.env_.table(t), &cursor_);
  if (rc != 0) {
    txn.fail(rc, "read");
  }
}

Cursor::Cursor(Cursor&& other) noexcept
    : txn_(other.txn_), cursor_(std::exchange(other.cursor_, nullptr)), key_(other.key_), value_(other.value_) {}

void Cursor::close() noexcept {
  if (cursor_ != nullptr) {
    mdb_cursor_close(cursor_);
  }
}

bool Cursor::last_before(std::string_view key) {
  return first_from(key) ? previous() : last();
}

bool Cursor::at_value_from(std::string_view key, std::string_view value) {
  return move(MDB_GET_BOTH_RANGE, key, value);
}

bool Cursor::move(MDB_cursor_op op, std::string_view key, std::string_view value) {
  key_ = val(key);
  value_ = val(value);
  const int rc = mdb_cursor_get(cursor_, &key_, &value_, op);
  if (rc == MDB_NOTFOUND) {
    return false;
  }
  if (rc != 0) {
    txn_.fail(rc, "read");
  }
  return true;
}

}  // namespace ticketmilter::store::lmdb
