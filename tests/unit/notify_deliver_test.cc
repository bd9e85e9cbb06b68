// SPDX-License-Identifier: MIT
// notify/deliver: what becomes of a letter, whatever the relay says or does at whatever moment.
#include "notify/deliver.h"

#include <doctest/doctest.h>

#include "scripted_relay.h"

using namespace ticketmilter;
using namespace ticketmilter::notify;
using namespace ticketmilter::tests;
using namespace std::chrono_literals;

namespace {

const std::atomic<bool> never = false;
const Letter letter{"bounce@s.example", "ann@p.example", "Subject: x\r\n\r\nhi\r\n", "42.3"};

config::Notify configured(const ScriptedRelay& relay) {
  config::Notify config;
  config.relay = relay.url();
  return config;
}

// One letter to a relay that follows the scripts.
struct Played {
  Outcome outcome;
  std::string heard;
  int connections;
};
Played play(const std::vector<Script>& scripts, const Timeouts& timeouts = {}, std::size_t letters = 1) {
  ScriptedRelay server(scripts);
  Outcome outcome;
  {
    Relay relay(configured(server), "", never, timeouts);
    while (letters-- > 0) {
      outcome = relay.deliver(letter);
    }
  }
  CHECK(server.complaint() == "");
  return {outcome, server.heard(scripts.size() - 1), server.connections()};
}

void check_deferred_by_relay(const Outcome& outcome, const std::string& text) {
  CAPTURE(outcome.reply);
  CHECK(outcome.fate == Fate::Deferred);
  CHECK(outcome.relay_trouble);
  CHECK(outcome.reply.find(text) != std::string::npos);
}

// The dialogue up to a stage, where the relay says something else: 0 MAIL, 1 RCPT, 2 DATA, 3 the final dot.
Script until(std::size_t stage, const Step& other, const std::vector<std::string>& offers = {}) {
  auto steps = taken();
  steps.resize(stage);
  return hello(offers) + steps + Script{other};
}
constexpr const char* stages[] = {"MAIL ", "RCPT ", "DATA", "."};

}  // namespace

TEST_CASE("letters go over one connection, which ends with QUIT") {
  const auto played = play({hello() + taken() + taken() + taken()}, {}, 3);
  CHECK(played.outcome.fate == Fate::Sent);
  CHECK(played.outcome.reply == "250 2.0.0 Ok: queued as X");
  CHECK_FALSE(played.outcome.relay_trouble);
  CHECK(played.heard.ends_with("hi\r\n.\r\nQUIT\r\n"));
}

TEST_CASE("without PIPELINING each command waits for its reply") {
  const auto played = play({hello({}) + taken()});
  CHECK(played.outcome.fate == Fate::Sent);
}

TEST_CASE("with PIPELINING the envelope goes at once") {
  const auto played = play({hello() + Script{{"MAIL ", ""},
                                             {"RCPT ", ""},
                                             {"DATA", "250 1\r\n250 2\r\n354 3\r\n"},
                                             {".", "250-2.0.0 taken\r\n250 2.0.0 as Y\r\n"}}});
  CHECK(played.outcome.fate == Fate::Sent);
  CHECK(played.outcome.reply == "250 2.0.0 taken as Y");
}

TEST_CASE("what is on the wire") {
  ScriptedRelay server({hello({"DSN", "SIZE 100"}) + taken()});
  {
    Relay relay(configured(server), "", never);
    CHECK(relay.deliver({"", "ann@p.example", "A: b\r\n\r\n.dot\nlast", "4+2"}).fate == Fate::Sent);
  }
  CHECK(server.complaint() == "");
  const auto heard = server.heard();
  CHECK(heard.substr(heard.find("MAIL")) ==
        "MAIL FROM:<> SIZE=17 RET=HDRS ENVID=4+2B2\r\nRCPT TO:<ann@p.example> NOTIFY=FAILURE\r\nDATA\r\n"
        "A: b\r\n\r\n..dot\r\nlast\r\n.\r\nQUIT\r\n");
}

TEST_CASE("a refusal means the same at each stage") {
  struct Row {
    std::string reply;
    Fate fate;
    bool relay_trouble;
  };
  const Row rows[] = {{"451 4.7.1 Try later", Fate::Deferred, false},
                      {"552 5.3.4 Too big", Fate::Failed, false},
                      {"421 4.3.2 Going down", Fate::Deferred, true},
                      {"530 5.7.0 Log in first", Fate::Deferred, true},
                      {"538 5.7.11 Encrypt first", Fate::Deferred, true}};
  for (const auto& [reply, fate, relay_trouble] : rows) {
    for (std::size_t stage = 0; stage < 4; ++stage) {
      CAPTURE(reply);
      CAPTURE(stage);
      const auto played = play({until(stage, {stages[stage], reply + "\r\n"})});
      CHECK(played.outcome.fate == fate);
      CHECK(played.outcome.reply == reply);
      CHECK(played.outcome.relay_trouble == relay_trouble);
    }
  }
}

TEST_CASE("a reply out of place is the relay's trouble") {
  check_deferred_by_relay(play({until(0, {"MAIL ", "354 What?\r\n"})}).outcome, "354 What?");
  check_deferred_by_relay(play({until(2, {"DATA", "250 Done already\r\n"})}).outcome, "250 Done already");
  check_deferred_by_relay(play({until(3, {".", "354 More\r\n"})}).outcome, "354 More");
}

TEST_CASE("after a refusal the connection is reset and used again") {
  for (std::size_t stage = 0; stage < 4; ++stage) {
    CAPTURE(stage);
    const auto refused = until(stage, {stages[stage], "450 4.2.1 Busy\r\n"});
    CHECK(play({refused + Script{{"RSET", "250 Ok\r\n"}} + taken()}, {}, 2).outcome.fate == Fate::Sent);
    CHECK(play({refused + Script{{"RSET", "500 What?\r\n"}}, hello() + taken()}, {}, 2).outcome.fate == Fate::Sent);
  }
}

TEST_CASE("a relay that takes DATA without a recipient gets a lone dot") {
  const Script refused = {
      {"MAIL ", "250 Ok\r\n"}, {"RCPT ", "550 5.1.1 No such user\r\n"}, {"DATA", "354 Go ahead\r\n"}};
  for (const std::string reply : {"554 5.5.1 No valid recipients", "250 Ok"}) {
    ScriptedRelay server({hello() + refused + Script{{".", reply + "\r\n"}, {"RSET", "250 Ok\r\n"}} + taken()});
    {
      Relay relay(configured(server), "", never);
      const auto outcome = relay.deliver(letter);
      CHECK(outcome.fate == Fate::Failed);
      CHECK(outcome.reply == "550 5.1.1 No such user");
      CHECK_FALSE(outcome.relay_trouble);
      CHECK(relay.deliver(letter).fate == Fate::Sent);
    }
    CHECK(server.complaint() == "");
    CHECK(server.heard().find("DATA\r\n.\r\nRSET\r\n") != std::string::npos);
  }
}

TEST_CASE("of pipelined commands the first refusal counts") {
  const auto mail =
      play({hello() +
            Script{{"MAIL ", "452 4.3.1 Full\r\n"}, {"RCPT ", "503 MAIL first\r\n"}, {"DATA", "503 RCPT first\r\n"}}});
  CHECK(mail.outcome.fate == Fate::Deferred);
  CHECK(mail.outcome.reply == "452 4.3.1 Full");
  const auto rcpt = play(
      {hello() + Script{{"MAIL ", "250 Ok\r\n"}, {"RCPT ", "550 5.1.1 No\r\n"}, {"DATA", "421 4.4.2 Bye\r\n", true}}});
  CHECK(rcpt.outcome.fate == Fate::Failed);
  CHECK(rcpt.outcome.reply == "550 5.1.1 No");
}

TEST_CASE("a connection that the relay closes while it is idle costs nothing") {
  const Script again = hello() + taken();
  SUBCASE("noticed before use") {
    auto first = hello() + taken();
    first.back().close = true;
    ScriptedRelay server({first, again});
    {
      Relay relay(configured(server), "", never);
      CHECK(relay.deliver(letter).fate == Fate::Sent);
      REQUIRE(within(10s, [&] { return server.closed() == 1; }));
      CHECK(relay.deliver(letter).fate == Fate::Sent);
    }
    CHECK(server.complaint() == "");
    CHECK(server.heard(0).ends_with("\r\n.\r\n"));
  }
  SUBCASE("noticed before use, with a word") {
    auto first = hello() + taken() + Script{{"", "421 4.4.2 Idle for too long\r\n", true}};
    ScriptedRelay server({first, again});
    {
      Relay relay(configured(server), "", never);
      CHECK(relay.deliver(letter).fate == Fate::Sent);
      REQUIRE(within(10s, [&] { return server.closed() == 1; }));
      CHECK(relay.deliver(letter).fate == Fate::Sent);
    }
    CHECK(server.complaint() == "");
  }
  SUBCASE("at MAIL") {
    CHECK(play({hello() + taken() + Script{{"MAIL ", "", true}}, again}, {}, 2).outcome.fate == Fate::Sent);
  }
  SUBCASE("at DATA") {
    const Script lost = {{"MAIL ", "250 Ok\r\n"}, {"RCPT ", "250 Ok\r\n"}, {"DATA", "", true}};
    CHECK(play({hello() + taken() + lost, again}, {}, 2).outcome.fate == Fate::Sent);
  }
  SUBCASE("with 421 to MAIL") {
    CHECK(play({hello() + taken() + Script{{"MAIL ", "421 4.4.2 Idle\r\n", true}}, again}, {}, 2).outcome.fate ==
          Fate::Sent);
  }
  SUBCASE("but not twice") {
    const auto played =
        play({hello() + taken() + Script{{"MAIL ", "", true}}, hello() + Script{{"MAIL ", "", true}}}, {}, 2);
    check_deferred_by_relay(played.outcome, "connection closed by the relay, waiting for the reply to MAIL");
  }
}

TEST_CASE("a new connection that is lost is not tried again") {
  for (std::size_t stage = 0; stage < 4; ++stage) {
    CAPTURE(stage);
    const auto played = play({until(stage, {stages[stage], "", true})});
    check_deferred_by_relay(played.outcome, "connection closed by the relay, waiting for the reply to");
  }
}

TEST_CASE("once the content is on its way nothing is tried again") {
  const Script content = {{"MAIL ", "250 Ok\r\n"}, {"RCPT ", "250 Ok\r\n"}, {"DATA", "354 Go ahead\r\n"}};
  SUBCASE("closed after the dot") {
    const auto played = play({hello() + taken() + content + Script{{".", "", true}}}, {}, 2);
    check_deferred_by_relay(played.outcome, "waiting for the reply to the final dot");
  }
  SUBCASE("closed at 354") {
    auto closing = content;
    closing.back().close = true;
    check_deferred_by_relay(play({hello() + taken() + closing}, {}, 2).outcome, "connection closed by the relay");
  }
}

TEST_CASE("closed in the middle of a large content") {
  std::string message;
  for (int i = 0; i < 400'000; ++i) {
    message += "a line that is about sixty bytes long, as lines of base64 are\r\n";
  }
  struct Row {
    std::string say;
    Fate fate;
    std::string reply;
  };
  for (const auto& [say, fate, reply] :
       {Row{"", Fate::Deferred,
            "connection closed by the relay, waiting for the reply to the content, not all of which was sent"},
        Row{"552 5.3.4 Too big\r\n", Fate::Failed, "552 5.3.4 Too big"},
        Row{"250 2.0.0 Enough\r\n", Fate::Deferred, "250 2.0.0 Enough"}}) {
    const Script script = {
        {"MAIL ", "250 Ok\r\n"}, {"RCPT ", "250 Ok\r\n"}, {"DATA", "354 Go ahead\r\n"}, {"*", say, true}};
    ScriptedRelay server({hello() + script});
    {
      Relay relay(configured(server), "", never);
      const auto outcome = relay.deliver({"", "ann@p.example", message, ""});
      CHECK(outcome.fate == fate);
      CHECK(outcome.reply == reply);
      CHECK(outcome.relay_trouble == (fate == Fate::Deferred));
    }
    CHECK(server.complaint() == "");
  }
}

TEST_CASE("a relay that says nothing is not waited for for ever") {
  Timeouts timeouts;
  timeouts.reply = timeouts.final_reply = 400ms;
  for (std::size_t stage = 0; stage < 4; ++stage) {
    CAPTURE(stage);
    check_deferred_by_relay(play({until(stage, {stages[stage], ""})}, timeouts).outcome,
                            "timeout, waiting for the reply to");
  }
  Timeouts greeting;
  greeting.connect = greeting.hello = 150ms;
  check_deferred_by_relay(play({{}}, greeting).outcome, "connect to 127.0.0.1");
  Timeouts whole;
  whole.letter = 1s;
  check_deferred_by_relay(play({until(3, {".", ""})}, whole).outcome,
                          "timeout, waiting for the reply to the final dot");
}

TEST_CASE("the greeting and EHLO may fail, and no letter is lost by it") {
  check_deferred_by_relay(play({{{"", "421 4.3.2 Too busy\r\n", true}}}).outcome, "421 4.3.2 Too busy");
  check_deferred_by_relay(play({{{"", "554 5.3.2 No service\r\n"}}}).outcome, "554 5.3.2 No service");
  check_deferred_by_relay(play({{{"", "", true}}}).outcome, "connect to 127.0.0.1");
  const Script unwelcome = {{"", "220 x\r\n"}, {"EHLO ", "550 5.7.1 Go\r\n"}, {"HELO ", "550 5.7.1 Away\r\n"}};
  check_deferred_by_relay(play({unwelcome}).outcome, "550 5.7.1 Away");
}

TEST_CASE("a relay without EHLO gets HELO") {
  const Script old = {{"", "220 x\r\n"}, {"EHLO ", "500 What?\r\n"}, {"HELO ", "250 x\r\n"}};
  const auto played = play({old + taken()});
  CHECK(played.outcome.fate == Fate::Sent);
  CHECK(played.heard.find("RET=") == std::string::npos);
}

TEST_CASE("nobody listens") {
  config::Notify config;
  {
    const ScriptedRelay gone({});
    config.relay = gone.url();
  }
  const auto outcome = Relay(config, "", never).deliver(letter);
  CHECK(outcome.reply == "connect to " + config.relay.substr(7) + ": Connection refused");
  CHECK(outcome.fate == Fate::Deferred);
  CHECK(outcome.relay_trouble);
}

TEST_CASE("hostile replies") {
  const std::string long_line(10 << 20, 'x');
  SUBCASE("garbage for a greeting") {
    check_deferred_by_relay(play({{{"", "HTTP/1.1 400 Bad Request\r\n", true}}}).outcome,
                            "this is no SMTP reply: HTTP/1.1 400");
  }
  SUBCASE("garbage for a reply") {
    check_deferred_by_relay(play({until(1, {"RCPT ", "250ok\r\n"})}).outcome, "this is no SMTP reply: 250ok, waiting");
  }
  SUBCASE("garbage after the dot") {
    check_deferred_by_relay(play({until(3, {".", "\r\n"})}).outcome, "this is no SMTP reply");
  }
  SUBCASE("a very long line") {
    const auto played = play({until(1, {"RCPT ", "550 " + long_line + "\r\n"})});
    CHECK(played.outcome.fate == Fate::Failed);
    CHECK(played.outcome.reply.size() <= 1000);
  }
  SUBCASE("a very long greeting") {
    check_deferred_by_relay(play({{{"", "220 " + long_line + "\r\n"}}}).outcome, "connect to 127.0.0.1");
  }
  SUBCASE("a line without end") {
    Timeouts timeouts;
    timeouts.reply = 1s;
    check_deferred_by_relay(play({until(1, {"RCPT ", "550 " + long_line})}, timeouts).outcome, "timeout");
  }
  SUBCASE("lines without end") {
    std::string lines;
    for (int i = 0; i < 1000; ++i) {
      lines += "250-and another\r\n";
    }
    check_deferred_by_relay(play({until(1, {"RCPT ", lines})}).outcome, "too many lines");
    check_deferred_by_relay(play({{{"", "220 x\r\n"}, {"EHLO ", lines, true}}}).outcome, "connect to 127.0.0.1");
  }
  SUBCASE("control characters") {
    const auto played = play({until(1, {"RCPT ", "550 5.1.1 a\x1b]0;b\x07\x80\r\n"})});
    CHECK(played.outcome.reply == "550 5.1.1 a ]0;b \uFFFD");
  }
}

TEST_CASE("an address that would end a command gets nowhere near one") {
  config::Notify config;
  config.relay = "smtp://127.0.0.1:1";
  Relay relay(config, "", never);
  for (const std::string bad : {"a@b>\r\nRCPT TO:<c@d", "a b@c", "a@b\n", "<a@b>", "a\x01@b", "\xc3\xa4@b"}) {
    CAPTURE(bad);
    const auto to = relay.deliver({"", bad, "x\r\n", ""});
    CHECK(to.fate == Fate::Failed);
    CHECK(to.reply == "the recipient's address cannot be used in SMTP");
    CHECK_FALSE(to.relay_trouble);
    CHECK(relay.deliver({bad, "a@b", "x\r\n", ""}).reply == "the sender's address cannot be used in SMTP");
  }
  CHECK(relay.deliver({"", "", "x\r\n", ""}).fate == Fate::Failed);
}

TEST_CASE("TLS and logins that the relay does not offer are its trouble") {
  ScriptedRelay server(
      {hello(), hello({"AUTH CRAM-MD5"}),
       hello({"AUTH PLAIN"}) + Script{{"AUTH PLAIN", "334 \r\n"}, {"AGFubgBzZWNyZXQ=", "535 5.7.8 Wrong\r\n"}}});
  auto config = configured(server);
  config.starttls = config::StartTls::Must;
  check_deferred_by_relay(Relay(config, "", never).deliver(letter), "STARTTLS");
  config.starttls = config::StartTls::May;
  config.login = "ann";
  check_deferred_by_relay(Relay(config, "secret", never).deliver(letter), "connect to");
  check_deferred_by_relay(Relay(config, "secret", never).deliver(letter), "535 5.7.8 Wrong");
  CHECK(server.complaint() == "");
}

TEST_CASE("told to stop") {
  using Clock = std::chrono::steady_clock;
  std::atomic<bool> stop = false;
  Clock::duration waited{};  // from then on
  const auto stopped_when = [&](const Script& script, int steps, const Timeouts& timeouts = {}) {
    stop = false;
    ScriptedRelay server({script});
    Clock::time_point stopped;
    Outcome outcome;
    {
      Relay relay(configured(server), "", stop, timeouts);
      std::thread stopping([&] {
        CHECK(within(10s, [&] { return server.steps() == steps; }));
        stopped = Clock::now();
        stop = true;
      });
      outcome = relay.deliver(letter);
      stopping.join();
      waited = Clock::now() - stopped;
    }
    CHECK(server.complaint() == "");
    CHECK(waited < 5s);
    return outcome;
  };
  SUBCASE("before the greeting") {
    check_deferred_by_relay(stopped_when({{"", ""}}, 1), "told to stop");
  }
  SUBCASE("before the final dot") {
    check_deferred_by_relay(stopped_when(until(1, {"RCPT ", ""}), 4), "told to stop, waiting for the reply to RCPT");
  }
  SUBCASE("after the final dot") {
    Timeouts timeouts;
    timeouts.after_stop = 700ms;
    check_deferred_by_relay(stopped_when(until(3, {".", ""}), 6, timeouts),
                            "told to stop, waiting for the reply to the final dot");
    CHECK(waited >= 700ms);
  }
  SUBCASE("before it begins") {
    stop = true;
    config::Notify config;
    config.relay = "smtp://127.0.0.1:1";
    CHECK(Relay(config, "", stop).deliver(letter).reply == "told to stop");
  }
}

TEST_CASE("told to stop after the final dot, the reply still counts") {
  std::atomic<bool> stop = false;
  ScriptedRelay server({until(3, {".", ""}) + Script{{"", "250 2.0.0 Ok\r\n", false, &stop}}});
  {
    Relay relay(configured(server), "", stop);
    std::thread stopping([&] {
      CHECK(within(10s, [&] { return server.steps() == 6; }));
      stop = true;
    });
    CHECK(relay.deliver(letter).fate == Fate::Sent);
    stopping.join();
  }
  CHECK(server.complaint() == "");
}

TEST_CASE("a probe says hello and QUIT, or what is wrong") {
  const auto probe = [](const std::vector<Script>& scripts, config::StartTls starttls, std::string& heard) {
    ScriptedRelay server(scripts);
    auto config = configured(server);
    config.starttls = starttls;
    auto trouble = Relay(config, "", never).probe();
    heard = server.heard();
    return trouble.value_or("");
  };
  std::string heard;
  CHECK(probe({hello() + Script{{"QUIT", "221 Bye\r\n"}}}, config::StartTls::May, heard) == "");
  CHECK(heard.ends_with("QUIT\r\n"));
  CHECK(probe({{{"", "554 5.7.1 Not you\r\n"}}}, config::StartTls::May, heard) == "554 5.7.1 Not you");
  CHECK(probe({hello()}, config::StartTls::Must, heard).starts_with("connect to 127.0.0.1:"));
}

TEST_CASE("a probe waits no longer than it is told") {
  const std::atomic<bool> no = false;
  ScriptedRelay server({{{"", "220 relay.example ESMTP\r\n", false, &no}}});
  Timeouts timeouts;
  timeouts.connect = timeouts.hello = timeouts.letter = 200ms;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(Relay(configured(server), "", never, timeouts).probe().has_value());
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
}
