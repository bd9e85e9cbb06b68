// SPDX-License-Identifier: MIT
// Records of the store, as damage might leave them: each is refused with an Error or read, whatever it says. The first byte chooses the record, and whether the rest is
// taken as it stands or as changes (offset u16, byte) to a record in order, which reaches deeper.
#include "store/lmdb/record.h"
#include "base/error.h"
#include "fuzz.h"

using namespace ticketmilter;
using namespace store::lmdb;
using fuzz::demand;

namespace {

constexpr unsigned kinds = 8;

std::string in_order(unsigned kind) {
  tickets::Ticket ticket;
  ticket.id = tickets::TicketId{7};
  ticket.queue = "help";
  ticket.subject = "printer";
  ticket.requestors = {"a@example.com", "b@example.com"};
  ticket.links = {tickets::TicketId{1}, tickets::TicketId{2}};
  ticket.due = base::Time(std::chrono::hours(1));
  tickets::Entry entry;
  entry.actor = "a@example.com";
  entry.attachments = {{.name = "x.png", .type = "image/png"}};
  entry.notes = {"one", "two"};
  Encoder encoder;
  switch (kind) {
    case 0: return std::string(encoder.ticket(ticket));
    case 1: return std::string(encoder.entry(entry));
    case 2: return std::string(encoder.row(ticket));
    case 3: return std::string(encoder.person({"a@example.com", "A", {}}));
    case 4: return std::string(encoder.journal({}));
    case 5: return std::string(encoder.tally({}));
    case 6: return std::string(encoder.notice({}));
    default: return std::string(encoder.body({}, 3, "frame"));
  }
}

std::string changed(std::string record, std::string_view changes) {
  for (; changes.size() >= 3; changes.remove_prefix(3)) {
    const auto at =
        static_cast<std::size_t>(static_cast<std::uint8_t>(changes[0])) << 8 | static_cast<std::uint8_t>(changes[1]);
    record[at % record.size()] = changes[2];
  }
  return record;
}

// What is taken for right must be fit to be written again.
void read(unsigned kind, std::string_view bytes) {
  Encoder encoder;
  const std::string key(29, 'k');
  switch (kind) {
    case 0: demand(!encoder.ticket(decode_ticket(bytes, key)).empty()); break;
    case 1: demand(!encoder.entry(decode_entry(bytes, key)).empty()); break;
    case 2: decode_row(bytes, key); break;
    case 3: demand(!encoder.person(decode_person(bytes, key)).empty()); break;
    case 4: demand(!encoder.journal(decode_journal(bytes, key)).empty()); break;
    case 5: demand(!encoder.tally(decode_tally(bytes, key)).empty()); break;
    case 6: demand(!encoder.notice(decode_notice(bytes, key)).empty()); break;
    default: decode_body(bytes, key); break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes = fuzz::bytes_of(data + 1, size - 1);
  const unsigned kind = data[0] % kinds;
  try {
    read(kind, data[0] < 0x80 ? std::string(bytes) : changed(in_order(kind), bytes));
  } catch (const base::Error& e) {
    demand(e.kind() == base::Kind::Io);
  }
  return 0;
}
