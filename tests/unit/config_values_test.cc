// SPDX-License-Identifier: MIT
// The words of a configuration, each with what it takes and what it must not.
#include "config/values.h"

#include <doctest/doctest.h>

using namespace ticketmilter::config;

namespace {

struct Row {
  const char* text;
  const char* value;  // nullptr: refused
};

template <std::size_t N>
void check(Text (*parse)(const std::string&), const Row (&rows)[N]) {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Text value = parse(row.text);
    CHECK(value.has_value() == (row.value != nullptr));
    if (value && row.value != nullptr) {
      CHECK(*value == row.value);
    }
  }
}

}  // namespace

TEST_CASE("addresses and domains") {
  check(parse_address, {{"A.B+c@Example.COM", "a.b+c@example.com"},
                        {"root@localhost", "root@localhost"},
                        {"\xC3\x84@example.com", "\xC3\xA4@example.com"},
                        {"", nullptr},
                        {"a", nullptr},
                        {"@b.example", nullptr},
                        {"a@", nullptr},
                        {"a@@b.example", nullptr},
                        {"a b@c.example", nullptr},
                        {"a..b@c.example", nullptr},
                        {".a@c.example", nullptr},
                        {"a@c..example", nullptr},
                        {"a@-c.example", nullptr},
                        {"a@c.example.", nullptr},
                        {"<a@c.example>", nullptr},
                        {"a@c.example\n", nullptr},
                        {"\"a\"@c.example", nullptr},
                        {"a@[192.0.2.1]", nullptr}});
  CHECK(!parse_address(std::string(65, 'a') + "@b.example"));
  CHECK(!parse_domain(std::string(64, 'a') + ".example"));
  CHECK(!parse_address(std::string("a\0b@c.example", 13)));
}

TEST_CASE("sockets, paths, accounts and modes") {
  check(parse_socket, {{"unix:/run/x", "unix:/run/x"},
                       {"local:/run/x", "unix:/run/x"},
                       {"inet:8891@127.0.0.1", "inet:8891@127.0.0.1"},
                       {"inet6:8891@::1", "inet6:8891@::1"},
                       {"inet:8891@mail.example.com", "inet:8891@mail.example.com"},
                       {"fd:3", "fd:3"},
                       {"fd:0", nullptr},
                       {"fd:x", nullptr},
                       {"unix:run/x", nullptr},
                       {"unix:", nullptr},
                       {"inet:0@127.0.0.1", nullptr},
                       {"inet:65536@127.0.0.1", nullptr},
                       {"inet:8891", nullptr},
                       {"inet:8891@", nullptr},
                       {"tcp:8891@127.0.0.1", nullptr},
                       {"", nullptr}});
  CHECK(!parse_socket("unix:/" + std::string(107, 'x')));
  check(parse_location, {{"lmdb:/var/x", "lmdb:/var/x"}, {"lmdb:x", nullptr}, {"sql:/x", nullptr}});
  check(parse_account, {{"_ticket-milter.1", "_ticket-milter.1"}, {"-x", nullptr}, {"a b", nullptr}, {"", nullptr}});
  CHECK(parse_mode("0660") == 0660U);
  CHECK(parse_mode("600") == 0600U);
  for (const char* bad : {"", "60", "0999", "01777", "00660", "-660", "0x1f"}) {
    CAPTURE(bad);
    CHECK(!parse_mode(bad));
  }
}

TEST_CASE("names of queues") {
  check(parse_queue_name, {{"Support", "support"},
                           {"on-call_2.b", "on-call_2.b"},
                           {"-x", nullptr},
                           {"x.", nullptr},
                           {"a..b", nullptr},
                           {"a b", nullptr},
                           {"a+b", nullptr},
                           {"\xC3\xA4", nullptr},
                           {"", nullptr}});
  for (const char* name : {"take", "comment-resolve", "42", "42-take", "7.abc"}) {
    CAPTURE(name);
    CHECK(reads_as_action(name));
  }
  for (const char* name : {"taken", "on-take", "take2", "a42", "v7.abc"}) {
    CAPTURE(name);
    CHECK(!reads_as_action(name));
  }
}

TEST_CASE("tags and delimiters") {
  check(parse_tag, {{"Windows/Servers-Desktops", "Windows/Servers-Desktops"},
                    {"\xC3\x9C"
                     "ber",
                     "\xC3\x9C"
                     "ber"},
                    {"", nullptr},
                    {" x", nullptr},
                    {"a]", nullptr},
                    {"HTTP://x", nullptr},
                    {"a\nb", nullptr}});
  check(parse_delimiter,
        {{"+-", "+-"}, {".", "."}, {"", nullptr}, {"a", nullptr}, {" ", nullptr}, {"@", nullptr}, {"\"", nullptr}});
}

TEST_CASE("rates") {
  const auto rate = parse_rate("20/2h");
  REQUIRE(rate);
  CHECK(rate->count == 20);
  CHECK(rate->window == std::chrono::hours(2));
  CHECK(parse_rate("0/1s"));
  for (const char* bad :
       {"", "/", "20", "20/", "/2h", "20/2", "-1/2h", "20 / 2h", "20/0h", "20/2h/3", "99999999999/1h", "1/400d"}) {
    CAPTURE(bad);
    CHECK(!parse_rate(bad));
  }
}

TEST_CASE("who may, whom to exempt") {
  check(parse_right, {{"anyone", "anyone"},
                      {"owner", "owner"},
                      {"@Example.com", "@example.com"},
                      {"Ann@Example.com", "ann@example.com"},
                      {"Anyone", nullptr},
                      {"@", nullptr},
                      {"", nullptr}});
  check(parse_exempt, {{"192.0.2.0/24", "192.0.2.0/24"},
                       {"@Example.com", "@example.com"},
                       {"a@b.example", "a@b.example"},
                       {"agents", nullptr},
                       {"192.0.2.1/24", nullptr}});
}

TEST_CASE("charsets, types, relays, URLs, hours") {
  check(parse_charset, {{"UTF-8", "utf-8"},
                        {"windows-1252", "windows-1252"},
                        {"nosuch-8", nullptr},
                        {"utf-8//IGNORE", nullptr},
                        {"", nullptr}});
  check(parse_refuse_type, {{".EXE", ".exe"},
                            {"application/x-msdownload", "application/x-msdownload"},
                            {"video/*", "video/*"},
                            {"exe", nullptr},
                            {".", nullptr},
                            {"/x", nullptr},
                            {"*/*", nullptr},
                            {"", nullptr}});
  check(parse_relay, {{"smtp://127.0.0.1:25", "smtp://127.0.0.1:25"},
                      {"smtps://mail.example.com", "smtps://mail.example.com"},
                      {"smtp://[::1]:25", "smtp://[::1]:25"},
                      {"smtp://", nullptr},
                      {"smtp://a:b", nullptr},
                      {"smtp://a:0", nullptr},
                      {"http://a", nullptr},
                      {"smtp://a b", nullptr}});
  check(parse_url, {{"https://x.example/{id}", "https://x.example/{id}"},
                    {"https://x.example/", nullptr},
                    {"ftp://x/{id}", nullptr},
                    {"https://x.example/ {id}", nullptr}});
  check(parse_quiet, {{"22:00-06:00 Europe/Berlin", "22:00-06:00 Europe/Berlin"},
                      {"22:00-06:00 UTC", "22:00-06:00 UTC"},
                      {"22:00-06:00", nullptr},
                      {"24:00-06:00 UTC", nullptr},
                      {"22:60-06:00 UTC", nullptr},
                      {"22:00-22:00 UTC", nullptr},
                      {"", nullptr}});
}

TEST_CASE("items of filters") {
  check(parse_filter_item, {{" ab ", "ab"},
                            {"\xC3\xA4\xC3\xB6", "\xC3\xA4\xC3\xB6"},
                            {"a.", "a."},
                            {"a", nullptr},
                            {"\xC3\xA4", nullptr},
                            {"*", nullptr},
                            {"@", nullptr},
                            {".", nullptr},
                            {"@.", nullptr},
                            {"  ", nullptr},
                            {"", nullptr}});
  using Items = std::vector<std::string>;
  CHECK(split_list("a, b ,c") == Items{"a", "b", "c"});
  CHECK(split_list("\"a, b\",c") == Items{"a, b", "c"});
  CHECK(split_list("a,,b") == Items{"a", "", "b"});
  CHECK(split_list("") == Items{""});
}

TEST_CASE("sizes and durations as people write them") {
  CHECK(show_size(25ULL << 20) == "25MiB");
  CHECK(show_size(1ULL << 40) == "1TiB");
  CHECK(show_size(1025) == "1025");
  CHECK(show_size(0) == "0");
  CHECK(show_duration(std::chrono::days(30)) == "30d");
  CHECK(show_duration(seconds(90)) == "90s");
  CHECK(show_duration(seconds(0)) == "0s");
}
