// SPDX-License-Identifier: MIT
#include "mail/auth_results.h"

#include <doctest/doctest.h>

using namespace ticketmilter;

namespace {

using Fields = std::vector<mail::Field>;

// "method=result@domain ..." of one field of a trusted server.
std::string read(const std::string& value) {
  std::string all;
  for (const auto& r : mail::trusted_auth_results(Fields{{"Authentication-Results", value}}, {"mx.example.com"})) {
    all += (all.empty() ? "" : " ") + r.method + '=' + r.result + '@' + r.domain;
  }
  return all;
}

bool proves(const std::string& value, const char* domain) {
  return mail::proves_domain(mail::trusted_auth_results(Fields{{"authentication-results", value}}, {"MX.example.com"}),
                             domain);
}

}  // namespace

TEST_CASE("A70 only what a trusted server says, and only what can be read") {
  struct Row {
    const char* value;
    const char* results;
  };
  const Row rows[] = {
      {"mx.example.com; dkim=pass header.d=remote.example", "dkim=pass@remote.example"},
      {"MX.Example.COM 1; DKIM=Pass (good) header.D=Remote.Example", "dkim=pass@remote.example"},
      {"mx.example.com;\r\n dkim=pass header.i=@remote.example header.s=x;\r\n dmarc=pass (p=none) "
       "header.from=remote.example",
       "dkim=pass@remote.example dmarc=pass@remote.example"},
      {"mx.example.com; spf=pass smtp.mailfrom=a=b@c.example; dkim=fail header.d=x.example;",
       "spf=pass@ dkim=fail@x.example"},
      {"mx.example.com; none", ""},
      {"mx.example.com", ""},
      {"other.example; dkim=pass header.d=remote.example", ""},
      {"mx.example.com.evil.example; dkim=pass header.d=remote.example", ""},
      {"(mx.example.com;) evil.example; dkim=pass header.d=remote.example", ""},
      {"evil.example (; mx.example.com); dkim=pass header.d=remote.example", ""},
      {"mx.example.com; dkim=pass (header.d=remote.example", ""},
      {"mx.example.com; dkim=pass header.d=remote.example; arc=) none", ""},
      {"mx.example.com; dkim=fail (; dkim=pass header.d=remote.example)", "dkim=fail@"},
      {"mx.example.com; dkim=fail reason=\"; dkim=pass header.d=remote.example\"", "dkim=fail@"},
      {"mx.example.com; dkim=fail reason=\"; dkim=pass header.d=remote.example", ""},
      {"mx.example.com; dkim=pass header.d=a.example header.d=b.example", ""},
      {"mx.example.com; dkim=pass header.d=a.example; /1=pass", ""},
      {"mx.example.com; dkim=pass header.d=a.example; spf=\"\"", ""},
      {"mx.example.com; dkim pass; dmarc=pass header.from=a.example", ""},
      {"mx.example.com; dkim=pass header.d=\"a b\"", "dkim=pass@"},
      {"; dkim=pass header.d=remote.example", ""},
      {"", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    CHECK(read(row.value) == row.results);
  }
}

TEST_CASE("A70 fields below the first Received are the sender's own") {
  mail::Field good = {"Authentication-Results", "mx.example.com; dmarc=pass header.from=a.example"};
  CHECK(mail::trusted_auth_results({good, {"Received", "x"}}, {"mx.example.com"}).size() == 1);
  CHECK(mail::trusted_auth_results({{"received", "x"}, good}, {"mx.example.com"}).empty());
  CHECK(mail::trusted_auth_results({good}, {}).empty());
}

TEST_CASE("what proves a domain") {
  CHECK(proves("mx.example.com; dmarc=pass header.from=a.example", "A.example"));
  CHECK_FALSE(proves("mx.example.com; dmarc=pass header.from=a.example", "b.a.example"));
  CHECK_FALSE(proves("mx.example.com; dmarc=pass", "a.example"));
  CHECK_FALSE(proves("mx.example.com; dmarc=fail header.from=a.example", "a.example"));
  CHECK(proves("mx.example.com; dkim=pass header.d=a.example", "a.example"));
  CHECK(proves("mx.example.com; dkim=pass header.d=a.example", "mail.a.example"));
  CHECK_FALSE(proves("mx.example.com; dkim=pass header.d=mail.a.example", "a.example"));
  CHECK_FALSE(proves("mx.example.com; dkim=pass header.d=example", "a.example"));
  CHECK_FALSE(proves("mx.example.com; dkim=pass header.d=a.example", "evila.example"));
  CHECK_FALSE(proves("mx.example.com; spf=pass smtp.mailfrom=a.example", "a.example"));
  CHECK_FALSE(proves("mx.example.com; dkim=pass header.d=a.example", ""));
}

TEST_CASE("A70 of each method the topmost trusted field counts, what came from outside stands below") {
  struct Row {
    std::vector<const char*> values;  // from the top
    bool proven;
  };
  const char* forged = "mx.example.com; dmarc=pass header.from=a.example; dkim=pass header.d=a.example";
  const Row rows[] = {
      {{"mx.example.com; dmarc=fail header.from=a.example", forged}, false},
      {{"mx.example.com; dmarc=none header.from=a.example; dkim=fail header.d=a.example", forged}, false},
      {{"mx.example.com; dmarc=fail header.from=a.example; dkim=pass header.d=a.example"}, false},
      {{"mx.example.com; dmarc=none header.from=a.example", "mx.example.com; dkim=pass header.d=a.example"}, true},
      {{"mx.example.com; spf=pass smtp.mailfrom=b.example", "mx.example.com; dmarc=pass header.from=a.example"}, true},
      {{"other.example; dmarc=fail header.from=a.example", "mx.example.com; dmarc=pass header.from=a.example"}, true},
      {{"mx.example.com; dkim=fail header.d=b.example; dkim=pass header.d=a.example"}, true},  // of two signatures one
  };
  for (const auto& row : rows) {
    Fields fields;
    for (const auto* value : row.values) {
      fields.push_back({"Authentication-Results", value});
    }
    CAPTURE(row.values.front());
    CHECK(mail::proves_domain(mail::trusted_auth_results(fields, {"mx.example.com"}), "a.example") == row.proven);
  }
}
