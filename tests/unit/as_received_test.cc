// SPDX-License-Identifier: MIT
// What is piped into explain becomes what the MTA would have handed over.
#include <doctest/doctest.h>

#include "base/error.h"
#include "mail/as_received.h"

using namespace ticketmilter;
using mail::as_received;

TEST_CASE("line ends become CRLF, once") {
  CHECK(as_received("Subject: x\n\nhi\n") == "Subject: x\r\n\r\nhi\r\n");
  CHECK(as_received("Subject: x\r\n\r\nhi\r\n") == "Subject: x\r\n\r\nhi\r\n");
  CHECK(as_received("Subject: x\n\na\r\nb\n") == "Subject: x\r\n\r\na\r\nb\r\n");
  CHECK(as_received("Subject: x\r\n\r\nstray\nLF\r\n") == "Subject: x\r\n\r\nstray\nLF\r\n");
  CHECK(as_received("Subject: x") == "Subject: x");
}

TEST_CASE("the first line of an mbox is no field, and goes") {
  CHECK(as_received("From a@b Sat Nov 21 05:00:00 2026\nSubject: x\n") == "Subject: x\r\n");
}

TEST_CASE("what does not begin with a field is no message") {
  for (const char* text : {"", "\n", "\nSubject: x\n", "hello\n", "hello world: x\n", ": x\n", " Subject: x\n",
                           "no colon\nSubject: x\n", "From a@b\n", "From ", "S\xC3\xBC: x\n"}) {
    CAPTURE(text);
    try {
      as_received(text);
      FAIL_CHECK("taken as a message");
    } catch (const base::Error& e) {
      CHECK(e.kind() == base::Kind::Permanent);
    }
  }
  CHECK(as_received("Subject : x\n") == "Subject : x\r\n");
}
