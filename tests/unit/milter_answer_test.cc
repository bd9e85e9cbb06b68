// SPDX-License-Identifier: MIT
// What may be said to an MTA: codes that agree, text that no MTA chokes on, recipients it finds again.
#include "milter/answer.h"

#include <doctest/doctest.h>

#include <string>

#include "base/error.h"

using namespace ticketmilter;
using milter::WireReply;

TEST_CASE("replies as they go to the MTA") {
  struct Row {
    policy::Reply reply;
    const char* code;
    const char* enhanced;
    const char* text;
    bool permanent;
  };
  const Row rows[] = {
      {{550, "5.1.1", "no such ticket"}, "550", "5.1.1", "no such ticket", true},
      {{450, "4.7.1", "later"}, "450", "4.7.1", "later", false},
      {{452, "4.3.1", "full"}, "452", "4.3.1", "full", false},
      {{550, "5.7.1", "100% %s"}, "550", "5.7.1", "100%% %%s", true},
      {{552, "4.3.1", "codes that disagree"}, "552", "", "codes that disagree", true},
      {{450, "5.7.1", "codes that disagree"}, "450", "", "codes that disagree", false},
      {{550, "5.1", "no code"}, "550", "", "no code", true},
      {{550, "5.1.1234", "no code"}, "550", "", "no code", true},
      {{550, "5.x.1", "no code"}, "550", "", "no code", true},
      {{550, "", "no code"}, "550", "", "no code", true},
      {{550, "5.1.1", "two\r\nlines \xc3\xa9"}, "550", "5.1.1", "two??lines ??", true},
      {{0, "", ""}, "451", "4.3.0", "try again later", false},
      {{250, "2.0.0", "fine"}, "451", "4.3.0", "try again later", false},
      {{600, "6.0.0", "what"}, "451", "4.3.0", "try again later", false},
  };
  for (const Row& row : rows) {
    CAPTURE(milter::to_string(row.reply));
    const WireReply wire = milter::wire_reply(row.reply);
    CHECK(wire.code == row.code);
    CHECK(wire.enhanced == row.enhanced);
    CHECK(wire.text == row.text);
    CHECK(wire.permanent == row.permanent);
  }
}

TEST_CASE("long replies are cut at 980 bytes, and never between the two signs of a doubled %") {
  CHECK(milter::wire_reply({550, "5.7.1", std::string(2000, 'x')}).text == std::string(980, 'x'));
  CHECK(milter::wire_reply({550, "5.7.1", std::string(2000, '%')}).text == std::string(980, '%'));
  CHECK(milter::wire_reply({550, "5.7.1", std::string(979, 'x') + "%y"}).text == std::string(979, 'x'));
}

TEST_CASE("failures become replies") {
  const auto reply_to = [](auto failure) { return milter::reply_to_failure(std::make_exception_ptr(failure)); };
  CHECK(reply_to(base::Error(base::Kind::Full, "disk")).code == 452);
  CHECK(reply_to(base::Error(base::Kind::Full, "disk")).enhanced == "4.3.1");
  CHECK(reply_to(base::Error(base::Kind::Io, "disk")).code == 451);
  CHECK(reply_to(std::bad_alloc()).enhanced == "4.3.0");
  CHECK(reply_to(42).code == 451);
  CHECK(milter::describe(std::make_exception_ptr(base::Error(base::Kind::Io, "the disk"))) == "the disk");
  CHECK(milter::describe(std::make_exception_ptr(42)) == "an exception of unknown type");
}

TEST_CASE("recipients without a source route") {
  const char* rows[][2] = {
      {"<help@tickets.example>", "<help@tickets.example>"},
      {"<@a.example:help@tickets.example>", "<help@tickets.example>"},
      {"<@a.example,@b.example:Help@tickets.example>", "<Help@tickets.example>"},
      {"@a.example:help@tickets.example", "help@tickets.example"},
      {"<\"@a:b\"@tickets.example>", "<\"@a:b\"@tickets.example>"},
      {"help@tickets.example", "help@tickets.example"},
      {"<@nonsense>", "<@nonsense>"},
      {"<>", "<>"},
      {"<", "<"},
      {"", ""},
  };
  for (const auto& row : rows) {
    CHECK(milter::without_source_route(row[0]) == row[1]);
  }
}
