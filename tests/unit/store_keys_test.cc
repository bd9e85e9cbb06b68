// SPDX-License-Identifier: MIT
// The order of keys is the order of what they are made of, and no two kinds of them meet.
#include <doctest/doctest.h>

#include <string>

#include "store/lmdb/keys.h"

using namespace ticketmilter;
using namespace ticketmilter::store::lmdb;
using tickets::MessageId;
using tickets::Status;
using tickets::TicketId;

namespace {

template <std::size_t N>
std::string bytes(const Fixed<N>& key) {
  CHECK(std::string_view(key).size() == N);
  return std::string(std::string_view(key));
}

}  // namespace

TEST_CASE("keys sort as their numbers do") {
  const std::uint64_t numbers[] = {0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 1ULL << 32, 1ULL << 63, ~0ULL};
  for (std::size_t i = 1; i < std::size(numbers); ++i) {
    const auto a = numbers[i - 1];
    const auto b = numbers[i];
    CAPTURE(b);
    CHECK(bytes(ticket_key(TicketId{a}, ~0U)) < bytes(ticket_key(TicketId{b}, 0)));
    CHECK(bytes(body_key(MessageId{a}, ~0U)) < bytes(body_key(MessageId{b}, 0)));
    CHECK(bytes(journal_key(a)) < bytes(journal_key(b)));
    CHECK(bytes(list_key(1, Status::Open, a, ~0ULL)) < bytes(list_key(1, Status::Open, b, 0)));
    CHECK(bytes(list_key(1, Status::Open, 5, a)) < bytes(list_key(1, Status::Open, 5, b)));
    CHECK(number_at<std::uint64_t>(ticket_key(TicketId{b}, 7), 0) == b);
    CHECK(number_at<std::uint32_t>(ticket_key(TicketId{b}, 7), 8) == 7);
  }
  CHECK(bytes(list_key(1, Status::Deleted, ~0ULL, ~0ULL)) < bytes(list_key(2, Status::New, 0, 0)));
  CHECK(bytes(list_key(2, Status::New, ~0ULL, ~0ULL)) < bytes(list_key(2, Status::Open, 0, 0)));
}

TEST_CASE("a duplicate key never meets a msg-id, whatever the msg-id says") {
  const base::Digest digest = base::digest("x@y");
  CHECK(bytes(message_id_key("x@y")) != bytes(duplicate_key(digest)));
  CHECK(bytes(message_id_key(std::string(10'000, 'm'))) != bytes(message_id_key("")));
}

TEST_CASE("a filed mail's value keeps its fields where the view reads them") {
  const base::Digest digest = base::digest("k");
  const auto value = bytes(filed_value(digest, TicketId{42}, 7, base::Time(std::chrono::milliseconds(123456))));
  CHECK(value.substr(0, 16) == std::string(reinterpret_cast<const char*>(digest.data()), 16));
  CHECK(number_at<std::uint64_t>(value, 16) == 42);
  CHECK(number_at<std::uint32_t>(value, 24) == 7);
  CHECK(number_at<std::uint64_t>(value, 28) == 123456);
}

TEST_CASE("times before 1970 sort as 1970 does, days are counted in UTC") {
  CHECK(key_time(base::Time(std::chrono::milliseconds(-1))) == 0);
  CHECK(bytes(day_count_key(base::Time(std::chrono::hours(24)), 3)) == std::string("\x02\0\0\0\x01\0\0\0\x03", 9));
  CHECK(bytes(day_count_key(base::Time(std::chrono::hours(24) - std::chrono::milliseconds(1)), 3)) ==
        std::string("\x02\0\0\0\0\0\0\0\x03", 9));
}
