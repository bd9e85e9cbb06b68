// SPDX-License-Identifier: MIT
#include "mail/words.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace ticketmilter;

namespace {

std::string decode(std::string_view value) {
  return mail::decode_words(value, mail::default_fallbacks());
}

}  // namespace

TEST_CASE("A30 A33 A36 A60 A61 encoded words") {
  struct Row {
    const char* value;
    const char* text;
  };
  const Row rows[] = {
      {"plain", "plain"},
      {"folded\r\n twice", "folded twice"},
      {"=?utf-8?Q?caf=C3=A9?=", "café"},
      {"=?UTF-8?q?a_b=20c?=", "a b c"},
      {"=?iso-8859-1?Q?Andr=E9?= L.", "André L."},
      {"a =?utf-8?Q?b?= c", "a b c"},
      {"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
      {"=?utf-8?Q?a?=\r\n\t=?iso-8859-1?B?6Q==?=", "aé"},
      {"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"},
      {"=?utf-8?Q?a?= x =?utf-8?Q?b?=", "a x b"},
      // characters cut in two, across words and encodings
      {"=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"},
      {"=?utf-8?Q?=E2=82?=\r\n =?UTF-8?B?rA==?=", "€"},
      {"=?gb2312?B?1tDO?=\n =?GB2312?B?xLfW?=", "中文分"},
      {"=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1wbKEI=?=", "日本"},
      {"=?iso-2022-jp?B?GyRCRnwbKEI=?= =?iso-2022-jp?B?GyRCS1wbKEI=?=", "日本"},
      {"=?koi8-r?B?8NLJ18XU?=", "Привет"},
      {"=?Shift_JIS?B?k/qWew==?=", "日本"},
      {"=?big5?B?pKSk5Q==?=", "中文"},
      {"=?ks_c_5601-1987?B?x9GxuQ==?=", "한국"},
      // what is not known stays as far as it is ASCII
      {"=?not-supported?Q?=07test=A9?=", "\uFFFDtest\uFFFD"},
      {"=?x-unknown?Q?caf=C3=A9?=", "café"},
      {"=?utf-8?Q?bad=E9?=", "bad\uFFFD"},
      {"=?us-ascii?Q?50=A0x?=", "50\u00A0x"},
      // languages, words inside of quotes and of other words' text
      {"=?iso-8859-1*fr?q?=E9t=E9?=", "été"},
      {"key=\"plain\"; key=\"=?UTF-8?B?0LzQvtC5?=\"; p", "key=\"plain\"; key=\"мой\"; p"},
      {"=?utf-8?Q?what?\?=", "what?"},
      {"=?utf-8?Q?=3D?=", "="},
      {"=?utf-8?Q?a b?=", "a b"},
      // what is no word stays
      {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
      {"=?utf-8?Q?abc", "=?utf-8?Q?abc"},
      {"=?? =? ?=", "=?? =? ?="},
      {"=?utf-8?Q?=ZZ=?=", "=ZZ="},
      // raw 8-bit
      {"caf\xE9", "café"},
      {"caf\xC3\xA9", "café"},
      {"\xF0\xD2 =?utf-8?Q?x?=", "ðÒ x"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    CHECK(decode(row.value) == row.text);
  }
  CHECK(mail::decode_words("\xF0\xD2", {"utf-8", "koi8-r"}) == "Пр");
}

TEST_CASE("beginnings without ends are read once") {
  for (std::string unit : {"=?a?q?x", "=?", "=?utf-8?B?", "=?utf-8?B?A?= ", "=?a?q?\?="}) {
    std::string value;
    while (value.size() < 300000) {
      value += unit;
    }
    CHECK(base::is_valid_utf8(decode(value)));
  }
}
