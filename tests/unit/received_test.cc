// SPDX-License-Identifier: MIT
#include "mail/received.h"

#include <doctest/doctest.h>

using namespace ticketmilter;

TEST_CASE("the client is what the host saw, never what the client said") {
  struct Row {
    const char* value;
    const char* client;  // "address name"
  };
  const Row rows[] = {
      {"from mail.remote.example (mail.remote.example [192.0.2.7])\r\n\tby mx2.example.com (Postfix) with ESMTPS id "
       "4Xyz\r\n"
       "\tfor <help@tickets.example>; Sat, 21 Nov 2026 05:00:00 +0000",
       "192.0.2.7 mail.remote.example"},
      {"from me (unknown [192.0.2.7]) by mx2 (Postfix) with SMTP id 1; x", "192.0.2.7 "},
      {"from x (y.example [IPv6:2001:db8::7]) (using TLSv1.3) (Client CN \"[9.9.9.9]\") by mx2",
       "2001:db8::7 y.example"},
      {"from [9.9.9.9] (real.example [192.0.2.7]) by mx2 (Postfix)", "192.0.2.7 real.example"},
      {"from liar.example (9.9.9.9.example [192.0.2.7]) by mx2", "192.0.2.7 9.9.9.9.example"},
      {"from mail (rdns.example [192.0.2.7] (may be forged)) by mx2 (8.17.1/8.17.1) with ESMTP id 1",
       "192.0.2.7 rdns.example"},
      {"from mail (user@rdns.example [192.0.2.7]) by mx2 (8.17.1)", "192.0.2.7 rdns.example"},
      {"from mail ([192.0.2.7]) by mx2", "192.0.2.7 "},
      {"from rdns.example ([192.0.2.7]:4711 helo=[9.9.9.9]) by mx2 with esmtp (Exim 4.96)", "192.0.2.7 "},
      {"from [192.0.2.7] (helo=[9.9.9.9]) by mx2 with esmtp (Exim 4.96)", "192.0.2.7 "},
      {"from [192.0.2.7]:4711 (helo=liar.example) by mx2 with esmtp (Exim 4.96)", "192.0.2.7 "},
      {"from A.corp.example (192.0.2.7) by B.corp.example (192.0.2.8) with Microsoft SMTP Server id 15", "192.0.2.7 "},
      {"FROM mail (a.example [192.0.2.7]) BY mx2", "192.0.2.7 a.example"},
      // no client, or none that is to be believed
      {"by mx2.example.com (Postfix, from userid 0) id 4Xyz; x", ""},
      {"from [9.9.9.9] by mx2 with HTTP", ""},
      {"from liar by mx2 (a.example [9.9.9.9])", ""},
      {"from unknown (HELO liar [9.9.9.9) by mx2", ""},
      {"from x (y.example [not.an.address]) by mx2", ""},
      {"from x (y.example [192.0.2.7) by mx2", ""},
      {"from x (y.example", ""},
      {"from (y.example [192.0.2.7])", ""},
      {"from", ""},
      {"", ""},
      {"(", ""},
      {"from x ()", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    const auto from = mail::parse_received(row.value);
    CHECK((from ? from->address + ' ' + from->name : std::string()) == row.client);
  }
  CHECK_FALSE(mail::parse_received("from " + std::string(1'000'000, '(')));
}
