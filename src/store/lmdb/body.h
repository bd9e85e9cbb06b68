// SPDX-License-Identifier: MIT
// Bodies: text and raw bytes as one compressed frame, cut so that each piece fills a page of its own. A piece of that size never makes LMDB look for
// neighbouring free pages, which is what makes large values slow and the file grow.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "store/lmdb/record.h"
#include "store/lmdb/txn.h"

namespace ticketmilter::store::lmdb {

// What of a body is wanted.
enum class Part { Text, Raw };

// id: greater than all that are there.
void put_body(Txn& txn, Encoder& encoder, tickets::MessageId id, const tickets::PackedMessage& message);
struct Removed {
  std::size_t records = 0;  // deleted; 0 = there was no such body, or nothing to do
  bool raw = false;         // it had raw bytes
};
Removed delete_body(Txn& txn, tickets::MessageId id);
// Leaves the text.
Removed delete_raw(Txn& txn, Encoder& encoder, tickets::MessageId id);
bool has_raw(const Txn& txn, tickets::MessageId id);
// False when there is no such body or it has no raw bytes. most: bytes from the beginning. Memory: a few hundred KB however large the body is.
bool read_body(const Txn& txn, tickets::MessageId id, Part part, const std::function<void(std::string_view)>& sink,
               std::uint64_t most = UINT64_MAX);
// Both at once: pieces of the text, then of the raw bytes.
bool read_body(const Txn& txn, tickets::MessageId id,
               const std::function<void(std::string_view text, std::string_view raw)>& sink);

}  // namespace ticketmilter::store::lmdb
