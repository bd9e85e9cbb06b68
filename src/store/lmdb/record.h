// SPDX-License-Identifier: MIT
// Values to records and back. A record is never trusted: it is copied to where FlatBuffers may read it (LMDB aligns values to two bytes only), verified,
// and only then read. One that fails is an Error of kind Io that names its key.
#pragma once

#include <flatbuffers/flatbuffers.h>

#include <string>
#include <string_view>

#include "store/store.h"
#include "tickets/intent.h"
#include "tickets/ticket.h"

namespace ticketmilter::store::lmdb {

// Keeps its memory from record to record. What a call returns holds until the next one.
class Encoder {
 public:
  std::string_view ticket(const tickets::Ticket& t);
  std::string_view entry(const tickets::Entry& e);
  std::string_view row(const tickets::Ticket& t);
  std::string_view person(const tickets::Person& p);
  std::string_view journal(const tickets::JournalEntry& j);
  std::string_view tally(const tickets::Tally& t);
  std::string_view notice(const tickets::Notice& n);
  // data: the frame, or nothing and the number of chunks it lies in.
  std::string_view body(const tickets::PackedMessage& m, std::uint32_t chunks, std::string_view data);

 private:
  flatbuffers::FlatBufferBuilder fb_{4096};
};

// key: where the record was found, for the text of the Error.
tickets::Ticket decode_ticket(std::string_view bytes, std::string_view key);
tickets::Entry decode_entry(std::string_view bytes, std::string_view key);
// Only what the record holds: the rest of a row is in its key.
Row decode_row(std::string_view bytes, std::string_view key);
tickets::Person decode_person(std::string_view bytes, std::string_view key);
tickets::JournalEntry decode_journal(std::string_view bytes, std::string_view key);
tickets::Tally decode_tally(std::string_view bytes, std::string_view key);
tickets::Notice decode_notice(std::string_view bytes, std::string_view key);

struct BodyHeader {
  std::uint64_t text_size = 0;
  std::uint64_t raw_size = 0;
  std::uint32_t chunks = 0;
  std::string data;
};
BodyHeader decode_body(std::string_view bytes, std::string_view key);

// "table ticket, key 0000…: what": for values that are not records.
[[noreturn]] void damaged(std::string_view what, std::string_view key);

}  // namespace ticketmilter::store::lmdb
