// SPDX-License-Identifier: MIT
// Whole files: what a good one becomes, and that a bad one is complained about by file, line, key and what was expected, all at once.
#include "config/load.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "config/config.h"

using namespace ticketmilter::config;

namespace {

const std::string smallest = R"([site]
name = "example.com"
domain = "Tickets.Example.COM"
[[queue]]
name = "Support"
addresses = ["Support@Tickets.example.com"]
)";

// As "LINE KEY", a line each.
std::string places(const Loaded& loaded) {
  std::string text;
  for (const Complaint& c : loaded.complaints) {
    text += std::to_string(c.line) + " " + c.key + "\n";
  }
  return text;
}

Config good(const std::string& more) {
  const Loaded loaded = load_text(smallest + more, "x.toml");
  for (const Complaint& c : loaded.complaints) {
    FAIL_CHECK(to_string(c));
  }
  REQUIRE(loaded.config);
  return *loaded.config;
}

}  // namespace

TEST_CASE("the smallest configuration has the documented defaults") {
  const Config c = good("");
  CHECK(c.site.name == "example.com");
  CHECK(c.site.domain == "tickets.example.com");
  CHECK(c.site.owner.empty());
  CHECK(c.store.max_size == 1ULL << 40);
  CHECK(c.store.journal_keep == std::chrono::days(30));
  CHECK(!c.store.keep_raw);
  CHECK(c.milter.socket_mode == 0660);
  CHECK(c.milter.max_message == 50ULL << 20);
  REQUIRE(c.queues.size() == 1);
  CHECK(c.queues[0].name == "support");
  CHECK(c.queues[0].addresses == std::vector<std::string>{"support@tickets.example.com"});
  CHECK(c.queues[0].tag == "example.com");
  CHECK(c.queues[0].reopen.always);
  CHECK(c.queues[0].rights.comment == std::vector<std::string>{"agents"});
  CHECK(c.limit.new_tickets_per_sender.count == 20);
  CHECK(c.limit.new_tickets_per_sender.window == std::chrono::hours(2));
  CHECK(c.limit.notices_per_recipient.size() == 5);
  CHECK(c.automatic.max_hops == 100);
}

TEST_CASE("values arrive where they belong") {
  const Config c = good(R"(
cc = ["Boss@Example.org"]
reopen = "30d"
extension = "queue"
tag = "Windows/Servers-Desktops"
tag_in = ["subject", "body"]
[queue.rights]
own = ["@Example.ORG", "Ann@example.com", "owner"]
reply = []
[[queue]]
name = "on-call"
addresses = ["oncall@example.com"]
comment_addresses = ["oncall-comment@example.com"]
reopen = "never"
enabled = false
[[agent]]
name = "Ann"
addresses = ["Ann@Example.com"]
logins = ["Ann"]
queues = ["On-Call"]
digest = "daily"
[store]
keep_raw = "730d"
min_free = "0"
[milter]
mode = "observe"
socket = "local:/run/x.sock"
socket_group = ""
socket_mode = "666"
[address]
delimiter = "+-"
default_queue = "SUPPORT"
[trust]
prove = ["dkim"]
authserv_ids = ["MX.example.com"]
networks = ["192.0.2.0/24", "2001:db8::/32", "::1"]
[filter]
presets = ["none"]
[filter.sender]
deny = "spammer, \"big, bad\", wolf.example"
[filter.subject]
deny = ["make money", "fast, faster"]
[limit]
autoreplies_per_sender = []
exempt = ["@example.com", "192.0.2.7", "a@b.example"]
[mail]
fallback_charsets = ["UTF-8", "koi8-r"]
)");
  const Queue& support = c.queues.at(0);
  CHECK(support.cc == std::vector<std::string>{"boss@example.org"});
  CHECK(!support.reopen.always);
  CHECK(support.reopen.within == std::chrono::days(30));
  CHECK(support.extension == ExtensionMode::Queue);
  CHECK(support.tag == "Windows/Servers-Desktops");
  CHECK(support.tag_in_body);
  CHECK(support.rights.own == std::vector<std::string>{"@example.org", "ann@example.com", "owner"});
  CHECK(support.rights.reply.empty());
  CHECK(support.rights.create == std::vector<std::string>{"anyone"});  // not named: keeps its default
  CHECK(c.find_queue("ON-CALL") == &c.queues.at(1));
  CHECK(c.find_queue("nosuch") == nullptr);
  CHECK(!c.queues[1].reopen.always);
  CHECK(!c.queues[1].reopen.within);
  CHECK(!c.queues[1].enabled);
  CHECK(c.agents.at(0).addresses == std::vector<std::string>{"ann@example.com"});
  CHECK(c.agents[0].queues == std::vector<std::string>{"on-call"});
  CHECK(c.agents[0].digest == Digest::Daily);
  CHECK(c.store.keep_raw == std::chrono::days(730));
  CHECK(c.store.min_free == 0);
  CHECK(c.milter.mode == Mode::Observe);
  CHECK(c.milter.socket == "unix:/run/x.sock");
  CHECK(c.milter.socket_group.empty());
  CHECK(c.milter.socket_mode == 0666);
  CHECK(c.address.delimiter == "+-");
  CHECK(c.address.default_queue == "support");
  CHECK((c.trust.prove_dkim && !c.trust.prove_sasl && !c.trust.prove_network));
  CHECK(c.trust.authserv_ids == std::vector<std::string>{"mx.example.com"});
  CHECK(c.trust.networks.size() == 3);
  CHECK(c.filter.presets.empty());
  CHECK(c.filter.sender_deny == std::vector<std::string>{"spammer", "big, bad", "wolf.example"});
  CHECK(c.filter.subject_deny == std::vector<std::string>{"make money", "fast", "faster"});
  CHECK(c.limit.autoreplies_per_sender.empty());
  CHECK(c.limit.exempt.size() == 3);
  CHECK(c.mail.fallback_charsets == std::vector<std::string>{"utf-8", "koi8-r"});
}

TEST_CASE("a filter rule is read whole") {
  const Config c = good(R"(
[[filter.rule]]
id = "vip"
when = "both"
binds = ["unknown"]
queues = ["support"]
clients = ["192.0.2.0/24"]
any = [ { field = "author.address", match = "contains", values = ["@example.net", "ceo, cfo"] },
        { field = "size", match = "gt", values = "10MiB" } ]
all = [ { field = "subject", match = "regex", values = ['^\[(?P<project>[A-Z]{2,8})\]'], not = true } ]
action = "set"
set = { queue = "support", priority = 2, acknowledge = "never" }
[[filter.rule]]
id = "later"
any = [ { field = "header:X-Spam", match = "equals", values = ["yes"] } ]
action = "tempfail"
)");
  const FilterRule& rule = c.filter.rules.at(0);
  CHECK((rule.inbound && rule.outbound));
  CHECK(rule.any.at(0).values == std::vector<std::string>{"@example.net", "ceo", "cfo"});
  CHECK(rule.any.at(1).values == std::vector<std::string>{"10MiB"});
  CHECK(rule.all.at(0).values == std::vector<std::string>{R"(^\[(?P<project>[A-Z]{2,8})\])"});
  CHECK(rule.all[0].negate);
  CHECK(rule.set_queue == "support");
  CHECK(rule.set_priority == 2);
  CHECK(rule.set_acknowledge == "never");
  CHECK(c.filter.rules.at(1).code == 450);
  CHECK(c.filter.rules[1].enhanced == "4.7.1");
}

TEST_CASE("A1 every complaint at once, in file order, with file, line, key and what was expected") {
  const Loaded loaded = load_text(R"([site]
name = "a]b"
nmae = "x"
[milter]
mode = "off"
max_subject = "many"
[[queue]]
name = "x"
addresses = ["nobody"]
[queue.rights]
own = ["everybody"]
)",
                                  "/etc/x.toml");
  CHECK(!loaded.config);
  CHECK(places(loaded) ==
        "1 site.domain\n2 site.name\n3 site.nmae\n5 milter.mode\n6 milter.max_subject\n"
        "9 queue[1].addresses[1]\n11 queue[1].rights.own[1]\n");
  CHECK(to_string(loaded.complaints.at(3)) ==
        "/etc/x.toml:5: milter.mode: expected \"observe\", \"copy\" or \"on\", found the text \"off\"");
  CHECK(to_string(loaded.complaints.at(2)).find("no such key; expected one of name, former_names") !=
        std::string::npos);
}

TEST_CASE("A1 one mistake, one complaint") {
  struct Row {
    const char* more;   // after the smallest configuration, whose last line is 6, within [[queue]]
    const char* place;  // of the only complaint
  };
  static const Row rows[] = {
      {"nosuch = 1", "7 queue[1].nosuch"},
      {"addresses2 = []", "7 queue[1].addresses2"},
      {"cc = \"a@b.example\"", "7 queue[1].cc"},
      {"cc = [\"a@b.example\", 5]", "7 queue[1].cc[2]"},
      {"cc = [\n\"a@b.example\",\n\"c\"]", "9 queue[1].cc[2]"},
      {"enabled = \"yes\"", "7 queue[1].enabled"},
      {"reopen = \"sometimes\"", "7 queue[1].reopen"},
      {"reopen = \"0d\"", "7 queue[1].reopen"},
      {"tag = \"[x]\"", "7 queue[1].tag"},
      {"tag = \"https://x\"", "7 queue[1].tag"},
      {"tag_in = [\"body\"]", "7 queue[1].tag_in"},
      {"tag_in = [\"subject\", \"header\"]", "7 queue[1].tag_in[2]"},
      {"extension = \"AUTO\"", "7 queue[1].extension"},
      {"rights = 5", "7 queue[1].rights"},
      {"comment_addresses = [\"support@tickets.example.com\"]", "7 queue[1].comment_addresses[1]"},
      {"comment_addresses = [\"bounce@tickets.example.com\"]", "7 queue[1].comment_addresses[1]"},
      {"comment_addresses = [\"postmaster@tickets.example.com\"]", "7 queue[1].comment_addresses[1]"},
      {"[[queue]]\naddresses = [\"b@x.example\"]", "7 queue[2].name"},
      {"[[queue]]\nname = \"b\"", "7 queue[2].addresses"},
      {"[[queue]]\nname = \"b\"\naddresses = []", "9 queue[2].addresses"},
      {"[[queue]]\nname = \"SUPPORT\"\naddresses = [\"b@x.example\"]", "8 queue[2].name"},
      {"[[queue]]\nname = \"take\"\naddresses = [\"b@x.example\"]", "8 queue[2].name"},
      {"[[queue]]\nname = \"42\"\naddresses = [\"b@x.example\"]", "8 queue[2].name"},
      {"[[queue]]\nname = \"b c\"\naddresses = [\"b@x.example\"]", "8 queue[2].name"},
      {"[[queue]]\nname = \"b\"\naddresses = [\"b@x.example\", \"SUPPORT@tickets.example.com\"]",
       "9 queue[2].addresses[2]"},
      {"[site.more]\nx = 1", "7 site.more"},
      {"[[agent]]\nname = \"A\"", "7 agent[1].addresses"},
      {"[[agent]]\naddresses = [\"a@x.example\"]\nqueues = [\"*\", \"nosuch\"]", "9 agent[1].queues[2]"},
      {"[[agent]]\naddresses = [\"a@x.example\"]\n[[agent]]\naddresses = [\"A@x.example\"]",
       "10 agent[2].addresses[1]"},
      {"[[agent]]\naddresses = [\"a@x.example\"]\nlogins = [\"a\", \"a\"]", "9 agent[1].logins[2]"},
      {"[agent]\nname = \"A\"", "7 agent"},
      {"[store]\nlocation = \"/var\"", "8 store.location"},
      {"[store]\nmax_size = 5", "8 store.max_size"},
      {"[store]\nmax_size = \"1KiB\"", "8 store.max_size"},
      {"[store]\nmax_size = \"1MB\"", "8 store.max_size"},
      {"[store]\nmax_size = \"99999999999TiB\"", "8 store.max_size"},
      {"[store]\nkeep_raw = \"always\"", "8 store.keep_raw"},
      {"[milter]\nsocket = \"/run/x\"", "8 milter.socket"},
      {"[milter]\nsocket_mode = \"0888\"", "8 milter.socket_mode"},
      {"[milter]\nuser = \"\"", "8 milter.user"},
      {"[milter]\nspool = \"spool\"", "8 milter.spool"},
      {"[milter]\nmax_subject = -1", "8 milter.max_subject"},
      {"[milter]\nmax_subject = 1.5", "8 milter.max_subject"},
      {"[milter]\nlong_subject = 1979-05-27", "8 milter.long_subject"},
      {"[address]\ndelimiter = \"\"", "8 address.delimiter"},
      {"[address]\ndelimiter = \"+x\"", "8 address.delimiter"},
      {"[address]\ndelimiter = \"@\"", "8 address.delimiter"},
      {"[address]\ndefault_queue = \"nosuch\"", "8 address.default_queue"},
      {"[trust]\nprove = [\"spf\"]", "8 trust.prove[1]"},
      {"[trust]\nnetworks = [\"192.0.2.1/24\"]", "8 trust.networks[1]"},
      {"[filter]\npresets = [\"none\", \"standard\"]", "8 filter.presets"},
      {"[filter]\nsender.deny = [\"ok\", \"*\"]", "8 filter.sender.deny[2]"},
      {"[filter]\nsubject = { deny = \"fine, @\" }", "8 filter.subject.deny"},
      {"[filter]\nsubject = { allow = [] }", "8 filter.subject.allow"},
      {"[automatic]\nbounce = \"file\"", "8 automatic.bounce"},
      {"[automatic]\nmax_hops = 0", "8 automatic.max_hops"},
      {"[limit]\nbounce_score = \"4/0d\"", "8 limit.bounce_score"},
      {"[limit]\nexempt = [\"example.com\"]", "8 limit.exempt[1]"},
      {"[mail]\nfallback_charsets = [\"klingon\"]", "8 mail.fallback_charsets[1]"},
      {"[mail]\nfallback_charsets = []", "8 mail.fallback_charsets"},
      {"[attachment]\nrefuse_types = [\"exe\"]", "8 attachment.refuse_types[1]"},
      {"[notify]\nrelay = \"127.0.0.1\"", "8 notify.relay"},
      {"[notify]\nlogin = \"x\"", "8 notify.login"},
      {"[notify]\nurl = \"https://desk.example.com/\"", "8 notify.url"},
      {"[notify]\nquiet = \"22:00\"", "8 notify.quiet"},
      {"[notify]\n\"a\\u0007b\" = 1", "8 notify.a\\x07b"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.more);
    CHECK(places(load_text(smallest + row.more + "\n", "x")) == std::string(row.place) + "\n");
  }
}

TEST_CASE("A1 a rule's mistakes") {
  struct Row {
    const char* rule;  // in one line each, as line 8 is the id
    const char* place;
  };
  static const Row rows[] = {
      {"", ""},
      {"id2 = 1", "9 filter.rule[1].id2"},
      {"action = \"bounce\"", "9 filter.rule[1].action"},
      {"code = 250", "9 filter.rule[1].code"},
      {"code = 450", "9 filter.rule[1].code"},
      {"code = 552\nenhanced = \"4.3.1\"", "10 filter.rule[1].enhanced"},
      {"enhanced = \"5.7\"", "9 filter.rule[1].enhanced"},
      {"action = \"tempfail\"\ncode = 550", "10 filter.rule[1].code"},
      {"action = \"set\"", "7 filter.rule[1].set"},
      {"set = { priority = 1 }", "9 filter.rule[1].set"},
      {"action = \"set\"\nset = { queue = \"nosuch\" }", "10 filter.rule[1].set.queue"},
      {"action = \"set\"\nset = { status = \"open\" }", "10 filter.rule[1].set.status"},
      {"queues = [\"nosuch\"]", "9 filter.rule[1].queues[1]"},
      {"binds = [\"owner\"]", "9 filter.rule[1].binds[1]"},
      {"when = \"never\"", "9 filter.rule[1].when"},
      {"text = \"na\\u00efve\"", "9 filter.rule[1].text"},
      {"any = [ { field = \"from\", match = \"equals\", values = [\"xx\"] } ]", "9 filter.rule[1].any[1].field"},
      {"any = [ { field = \"header:\", match = \"equals\", values = [\"xx\"] } ]", "9 filter.rule[1].any[1].field"},
      {"any = [ { field = \"body\", match = \"like\", values = [\"xx\"] } ]", "9 filter.rule[1].any[1].match"},
      {"any = [ { field = \"body\", match = \"gt\", values = [\"xx\"] } ]", "9 filter.rule[1].any[1].match"},
      {"any = [ { field = \"size\", match = \"regex\", values = [\"xx\"] } ]", "9 filter.rule[1].any[1].match"},
      {"any = [ { field = \"size\", match = \"lt\", values = [\"xx\"] } ]", "9 filter.rule[1].any[1].values[1]"},
      {"any = [ { field = \"body\", match = \"regex\", values = [\"a\", \"(?=x)\"] } ]",
       "9 filter.rule[1].any[1].values[2]"},
      {"any = [ { field = \"body\", match = \"contains\", values = [\"ab, c\"] } ]",
       "9 filter.rule[1].any[1].values[1]"},
      {"any = [ { field = \"body\", match = \"contains\" } ]", "9 filter.rule[1].any[1].values"},
      {"any = [ 5 ]", "9 filter.rule[1].any[1]"},
      {"[[filter.rule]]\nid = \"one\"", "10 filter.rule[2].id"},
      {"[[filter.rule]]\ntext = \"x\"", "9 filter.rule[2].id"},
      {"[[filter.rule]]\nid = \"X\"", "10 filter.rule[2].id"},
      {"[[filter.rule]]\nid = \"sender-deny\"", "10 filter.rule[2].id"},
      {"[[filter.rule]]\nid = \"spam\"", "10 filter.rule[2].id"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.rule);
    const std::string want = *row.place == '\0' ? "" : std::string(row.place) + "\n";
    CHECK(places(load_text(smallest + "[[filter.rule]]\nid = \"one\"\n" + row.rule + "\n", "x")) == want);
  }
}

TEST_CASE("A1 site.owner must be a person") {
  const std::string queue = "[[queue]]\nname = \"support\"\naddresses = [\"help@t.example\"]\n";
  const auto with = [&](const std::string& owner, const std::string& more) {
    return places(
        load_text("[site]\nname = \"x\"\ndomain = \"t.example\"\nowner = \"" + owner + "\"\n" + queue + more, "x"));
  };
  CHECK(with("boss@t.example", "") == "");
  CHECK(with("HELP@t.example", "") == "4 site.owner\n");
  CHECK(with("help+42@t.example", "") == "4 site.owner\n");
  CHECK(with("bounce+x@t.example", "") == "4 site.owner\n");
  CHECK(with("boss@t.example", "[address]\ndefault_queue = \"support\"\n") == "4 site.owner\n");
  CHECK(with("postmaster@t.example", "[address]\ndefault_queue = \"support\"\n") == "");
}

TEST_CASE("A1 what is no configuration at all is one complaint") {
  struct Row {
    std::string text;
    unsigned line;
    const char* says;
  };
  std::string deep, dotted = "a", lists = "\n\na = ", flood;
  for (int i = 0; i < 100'000; ++i) {
    dotted += ".a";
    lists += '[';
    flood += "k" + std::to_string(i) + " = 1\n";
  }
  const Row rows[] = {
      {"name = \"x", 1, "string"},
      {"a = 1\na = 2\n", 2, "redefine"},
      {"\n[{", 2, "key"},  // toml++ 3.3 has an assertion against these
      {"[[\n", 1, "key"},
      {"[=]", 1, "key"},
      {std::string("\n\0", 2), 2, ""},
      {"\n# \xff\xfe\n", 2, "utf-8"},
      {dotted + " = 1", 1, "16 parts"},
      {"x = { b = \"\"\"y\"\"\"\", " + dotted + " = 1 }", 1, "16 parts"},
      {"\n['q'." + dotted + "]", 2, "16 parts"},
      {lists, 3, "nested"},
      {std::string(10U << 20, ' '), 0, "4 MiB"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text.substr(0, 40));
    const Loaded loaded = load_text(row.text, "x.toml");
    CHECK(!loaded.config);
    REQUIRE(loaded.complaints.size() == 1);
    CHECK(loaded.complaints[0].line == row.line);
    CHECK(loaded.complaints[0].text.find(row.says) != std::string::npos);
    CHECK(loaded.complaints[0].file == "x.toml");
  }
  CHECK(load_text(flood, "x").complaints.size() == 1001);  // a thousand are enough
}

TEST_CASE("dots in strings and comments are no parts of a key") {
  const std::string dots(90, '.');
  good("from_name = \"" + dots + "\"  # " + dots + "\n[notify]\nlogin = ''\n" + "# " + dots + "\n");
  good("from_name = \"\\\"" + dots + "\"\ntag = 'x" + dots + "'\n");
}

TEST_CASE("letters beyond ASCII belong in strings and comments") {
  const std::string agent = "[[agent]]\naddresses = [\"a@b.example\"]\nname = ";
  CHECK(good(agent + "\"\"\"\\\n  \xc3\x9c\"\"\"  # \xc3\xbc\n").agents.at(0).name == "\xc3\x9c");
  for (const char* name : {"\xd0\x8c", "\"x\" \xd0\x8c", "\"\\\xd0\x8c\""}) {
    CAPTURE(name);
    CHECK_FALSE(load_text(smallest + agent + name + "\n", "x.toml").config);
  }
}

TEST_CASE("A1 a file that cannot be read is a complaint") {
  const Loaded loaded = load("/nonexistent/x.toml");
  CHECK(!loaded.config);
  REQUIRE(loaded.complaints.size() == 1);
  CHECK(to_string(loaded.complaints[0]) == "/nonexistent/x.toml: open /nonexistent/x.toml: No such file or directory");
}

TEST_CASE("a file that others may write is a complaint") {
  char path[] = "/tmp/ticket-milter-config.XXXXXX";
  const int fd = ::mkstemp(path);
  REQUIRE(::write(fd, smallest.data(), smallest.size()) == static_cast<ssize_t>(smallest.size()));
  CHECK(load(path).config);
  REQUIRE(::fchmod(fd, 0646) == 0);
  CHECK(load(path).complaints.at(0).text.starts_with("everybody may write it"));
  REQUIRE(::fchmod(fd, 0644) == 0);
  if (::geteuid() == 0) {
    constexpr uid_t somebody = 12345;
    REQUIRE(::fchown(fd, somebody, static_cast<gid_t>(-1)) == 0);
    CHECK(load(path).complaints.at(0).text.starts_with("expected an owner"));
  }
  ::close(fd);
  ::unlink(path);
}

TEST_CASE("all keys are there once, sorted") {
  const auto keys = all_keys();
  CHECK(std::is_sorted(keys.begin(), keys.end()));
  CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
  for (const char* key : {"site.name", "queue.rights.create", "filter.rule.id", "filter.rule.any.not",
                          "filter.rule.set.queue", "filter.sender.deny", "notify.quiet"}) {
    CAPTURE(key);
    CHECK(std::binary_search(keys.begin(), keys.end(), key));
  }
}

TEST_CASE("the sample says what is so anyway") {
  const Loaded loaded = load("conf/ticket-milter.toml");
  for (const Complaint& c : loaded.complaints) {
    FAIL_CHECK(to_string(c));
  }
  REQUIRE(loaded.config);
  const Config plain = good("");
  const Config& sample = *loaded.config;
  CHECK(sample.store.location == plain.store.location);
  CHECK(sample.store.max_size == plain.store.max_size);
  CHECK(sample.store.journal_size == plain.store.journal_size);
  CHECK(sample.store.keep_raw == plain.store.keep_raw);
  CHECK(sample.milter.socket == plain.milter.socket);
  CHECK(sample.milter.max_message == plain.milter.max_message);
  CHECK(sample.milter.spool == plain.milter.spool);
  CHECK(sample.queues.at(0).rights.own == plain.queues.at(0).rights.own);
  CHECK(sample.trust.prove_network == plain.trust.prove_network);
  CHECK(sample.filter.presets == plain.filter.presets);
  CHECK(sample.automatic.machine == plain.automatic.machine);
  CHECK(sample.limit.notices_per_ticket_recipient.at(4).count == plain.limit.notices_per_ticket_recipient.at(4).count);
  CHECK(sample.limit.reopens_per_sender.window == plain.limit.reopens_per_sender.window);
  CHECK(sample.mail.fallback_charsets == plain.mail.fallback_charsets);
  CHECK(sample.attachment.refuse_types == plain.attachment.refuse_types);
  CHECK(sample.notify.lifetime == plain.notify.lifetime);
  CHECK(sample.notify.relay == plain.notify.relay);
}

// For tests/check-keys.
TEST_CASE("print all keys" * doctest::skip()) {
  for (const std::string& key : all_keys()) {
    std::printf("key %s\n", key.c_str());
  }
}
