// SPDX-License-Identifier: MIT
#include "config/config.h"

#include <doctest/doctest.h>

using namespace ticketmilter::config;

TEST_CASE("networks") {
  for (const char* good :
       {"192.0.2.0/24", "192.0.2.1", "0.0.0.0/0", "2001:db8::/32", "::1", "::/0", "::ffff:192.0.2.0/120"}) {
    CAPTURE(good);
    CHECK(parse_network(good));
  }
  for (const char* bad : {"", "/", "192.0.2.1/24", "192.0.2.0/33", "192.0.2/24", "2001:db8::1/32", "::/129",
                          "192.0.2.0/", "192.0.2.0/-1", "example.com", "[::1]", " 192.0.2.1"}) {
    CAPTURE(bad);
    CHECK(!parse_network(bad));
  }
  CHECK(!parse_network(std::string("192.0.2.1\0", 10)));
  CHECK(parse_network("192.0.2.0/24")->prefix == 120);
}

TEST_CASE("which client lies in them") {
  const std::vector<Network> networks = {*parse_network("192.0.2.128/25"), *parse_network("2001:db8::/33"),
                                         *parse_network("10.1.2.3")};
  for (const char* in :
       {"192.0.2.128", "192.0.2.255", "::ffff:192.0.2.200", "2001:db8::1", "IPv6:2001:db8:7fff::1", "10.1.2.3"}) {
    CAPTURE(in);
    CHECK(contains(networks, in));
  }
  for (const char* out : {"192.0.2.127", "192.0.3.128", "2001:db8:8000::", "IPv6:::1", "10.1.2.4", "", "unknown",
                          "IPv6:", "10.1.2.3/32"}) {
    CAPTURE(out);
    CHECK(!contains(networks, out));
  }
  CHECK(!contains({}, "192.0.2.128"));
  CHECK(contains({*parse_network("0.0.0.0/0")}, "192.0.2.128"));
  CHECK(!contains({*parse_network("0.0.0.0/0")}, "2001:db8::1"));
}
