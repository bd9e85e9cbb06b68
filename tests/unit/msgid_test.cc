// SPDX-License-Identifier: MIT
#include "mail/msgid.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace ticketmilter;

TEST_CASE("msg-ids as senders write them") {
  struct Row {
    std::string value;
    const char* ids;
  };
  const Row rows[] = {
      {"", ""},
      {"<a@b>", "a@b"},
      {" <a@b>\r\n\t<c@d>", "a@b c@d"},
      {"<a@b><c@d>", "a@b c@d"},
      {"<a\r\n @b>", "a@b"},
      {"Jo's message of \"Monday\" <a@b> (see <x@y>)", "a@b"},
      {"(open <a@b>", "a@b"},
      {"<<a@b>>", "a@b"},
      {"<a@b", "a@b"},
      {"<a@b <c@d>", "a@b c@d"},
      {"<a@b,\r\n <c@d", "a@b c@d"},
      {"<cut off <c@d>", "c@d"},
      {"<cut", ""},
      {"<>", ""},
      {"<some-message-id>", "some-message-id"},
      {"<a@b\x01>", ""},
      {"bare@word", "bare@word"},
      {"two bare@words", ""},
      {"some-message-id", "some-message-id"},
      {"<" + std::string(999, 'a') + "@b>", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    CHECK(base::join(mail::parse_msgids(row.value, 10), " ") == row.ids);
  }
}

TEST_CASE("the last msg-ids are kept") {
  std::string value;
  for (int i = 0; i < 1000; ++i) {
    value += '<' + std::to_string(i) + "@b>";
  }
  auto ids = mail::parse_msgids(value, 3);
  CHECK(base::join(ids, " ") == "997@b 998@b 999@b");
  CHECK(mail::parse_msgids(std::string(500000, '('), 3).empty());
  CHECK(mail::parse_msgids(std::string(500000, '<'), 3).empty());
}
