// SPDX-License-Identifier: MIT
// Pieces of a store as lines, and back.
#include <doctest/doctest.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/archive.h"

using namespace ticketmilter;
using cli::parse_piece;
using cli::to_line;

namespace {

const base::Time time_with_ms{std::chrono::milliseconds(1'700'000'000'123)};

void comes_back(const store::Piece& piece) {
  const std::string line = to_line(piece);
  CAPTURE(line);
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(parse_piece(line) == piece);
  CHECK(to_line(parse_piece(line)) == line);
}

}  // namespace

TEST_CASE("values come back as they went, also those that are no UTF-8") {
  comes_back(store::LastNumbers{1, 2, 3, 4, UINT64_MAX});
  comes_back(tickets::Person{"a@remote.example", "B\xc3\xa4r \"\\ \n", time_with_ms});
  comes_back(tickets::Person{"a@remote.example", std::string("\xff\0x", 3), {}});
  store::StoredTicket stored;
  stored.ticket.id = tickets::TicketId{9};
  stored.ticket.priority = -5;
  stored.ticket.due = time_with_ms;
  stored.ticket.status = tickets::Status::Stalled;
  stored.ticket.links = {tickets::TicketId{1}, tickets::TicketId{2}};
  stored.entries.resize(3);
  stored.entries[0].kind = tickets::Kind::Create;
  stored.entries[1].kind = tickets::Kind::Note;
  stored.entries[2].attachments = {{"a.png", "image/png", "inline", "id", 5, base::sha256("x"), 2}};
  comes_back(stored);
  tickets::Notice notice;
  notice.state = tickets::NoticeState::Failed;
  notice.since = base::Time{};
  comes_back(notice);
  comes_back(tickets::Tally{{tickets::Counted::Bounces, "x", std::chrono::seconds(60), 3}, {{1, 2, 3}, {4, 5, 6}}});
  for (const bool by_message_id : {true, false}) {
    comes_back(store::KnownMail{by_message_id, base::digest("a"), {}, tickets::TicketId{1}, 2, time_with_ms});
  }
}

TEST_CASE("messages, whose text may stand in their raw bytes") {
  const std::string all = [] {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
      bytes += static_cast<char>(i);
    }
    return bytes;
  }();
  for (const auto& [text, raw] : std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                                                  {"text", ""},
                                                                                  {"text", "some text here"},
                                                                                  {"text", "other"},
                                                                                  {"", all},
                                                                                  {all, all},
                                                                                  {"\",\"raw\":\"", "x"}}) {
    const store::StoredMessage message{tickets::MessageId{7}, text, raw, nullptr};
    comes_back(message);
    const auto back = std::get<store::StoredMessage>(parse_piece(to_line(message)));
    REQUIRE(back.packed);
    CHECK(back.packed->raw_size == raw.size());
    CHECK(back.packed->text_size == text.size());
  }
  CHECK(to_line(store::StoredMessage{tickets::MessageId{7}, "text", "some text", nullptr}) ==
        "{\"message\":{\"id\":7,\"text\":[5,4],\"raw\":\"c29tZSB0ZXh0\"}}\n");
}

TEST_CASE("base64 and hexadecimal digits") {
  CHECK(base::base64("") == "");
  CHECK(base::base64("a") == "YQ==");
  CHECK(base::base64("ab") == "YWI=");
  CHECK(base::parse_base64("YWI=") == "ab");
  CHECK(base::parse_base64("") == "");
  for (const char* none : {"YQ", "YQ=", "Y Q=", "YQ==YQ==", "====", "Y\xffQ=", "=YQ="}) {
    CAPTURE(none);
    CHECK_FALSE(base::parse_base64(none));
  }
  CHECK(base::parse_hex("00fF") == std::string("\0\xff", 2));
  CHECK_FALSE(base::parse_hex("0"));
  CHECK_FALSE(base::parse_hex("0g"));
}
