// SPDX-License-Identifier: MIT
// cli/postfix: a Postfix as postconf prints it, in order and with one mistake at a time.
#include "cli/postfix.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "sample_config.h"

using namespace ticketmilter;

namespace {

const std::string in_order = R"(alias_maps = hash:/etc/aliases
always_bcc =
in_flow_delay = 0s
message_size_limit = 104857600
milter_default_action = tempfail
milter_protocol = 6
mydestination = mx.example.com, localhost
non_smtpd_milters = unix:ticket-milter/milter.sock
queue_directory = /var/spool/postfix
recipient_delimiter = +
relay_domains = tickets.example
smtpd_milters = inet:127.0.0.1:8891, unix:ticket-milter/milter.sock
smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination, check_policy_service unix:private/grey
transport_maps = hash:/etc/postfix/ticket_transport
smtps/inet/smtpd_milters =
smtp       inet  n       -       y       -       -       smtpd
smtps      inet  n       -       y       -       -       smtpd -o smtpd_milters=
pickup     unix  n       -       y       60      1       pickup
)";

config::Config sample() {
  config::Config config = test::sample_config();
  config.milter.socket = "unix:/var/spool/postfix/ticket-milter/milter.sock";
  config.trust.authserv_ids = {"mx.example.com"};
  return config;
}

// In order, but for a line that begins so.
std::string with(const std::string& line) {
  const std::string name = line.substr(0, line.find(" =") + 2);
  std::string text = in_order;
  const auto at = text.find('\n' + name);
  if (at == std::string::npos) {
    return line + '\n' + text;
  }
  return text.replace(at + 1, text.find('\n', at + 1) - at - 1, line);
}

std::string wrong(const std::string& text, const config::Config& config = sample()) {
  std::string all;
  for (const cli::Symptom& symptom : cli::examine(cli::parse_postconf(text), config)) {
    all += symptom.ok && !*symptom.ok ? symptom.text + '\n' : "";
  }
  return all;
}

bool has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a Postfix in order has nothing wrong") {
  const cli::Postfix postfix = cli::parse_postconf(in_order);
  REQUIRE(postfix.services.size() == 3);
  CHECK(postfix.services[0].name == "smtp/inet");
  CHECK(postfix.services[0].chroot);
  CHECK(postfix.get("smtpd_milters", &postfix.services[1]).empty());
  CHECK(postfix.get("relay_domains", &postfix.services[1]) == "tickets.example");
  CHECK(wrong(in_order) == "");
  CHECK(cli::find_smtpd(postfix, sample()) == &postfix.services[0]);
}

TEST_CASE("each mistake is named") {
  struct Row {
    const char* line;
    const char* said;
  };
  const Row rows[] = {
      {"smtpd_milters =", "no smtpd has unix:/var/spool"},
      {"smtpd_milters = unix:ticket-milter/milter.sock, inet:127.0.0.1:8891", "inet:127.0.0.1:8891 stands behind"},
      {"smtpd_milters = inet:[::1]:1, unix:/var/spool/postfix/ticket-milter/milter.sock",
       "is looked for as /var/spool/postfix/var/spool/postfix/ticket-milter/milter.sock"},
      {"smtpd_milters = inet:a:1 { unix:ticket-milter/milter.sock, default_action=accept }", "mail passes it by"},
      {"smtpd_milters = unix:ticket-milter/milter.sock", "no milter before ticket-milter checks signatures"},
      {"milter_default_action = accept", "mail passes it by"},
      {"milter_default_action = reject", "refused for good"},
      {"milter_default_action = quarantine", "where nobody looks"},
      {"milter_protocol = 2", "needs 6"},
      {"receive_override_options = no_milters", "turns ticket-milter off"},
      {"non_smtpd_milters =", "non_smtpd_milters is without"},
      {"in_flow_delay = 1s", "in_flow_delay = 1s"},
      {"always_bcc = archive@example.com", "always_bcc = archive@example.com: milter.consume"},
      {"recipient_bcc_maps = hash:/x", "recipient_bcc_maps = hash:/x: milter.consume"},
      {"recipient_delimiter = -", "recipient_delimiter = -: without \"+\""},
      {"relay_domains =", "tickets.example is in none of relay_domains"},
      {"mydestination = tickets.example", "it may be in one only"},
      {"transport_maps =", "transport_maps is empty"},
      {"smtpd_recipient_restrictions = check_policy_service unix:private/grey, permit_mynetworks",
       "asks a policy service before permit_mynetworks"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.line));
    config::Config config = sample();
    config.trust.prove_dkim = has(row.said, "signatures");
    const std::string said = wrong(with(row.line), config);
    CHECK_MESSAGE(has(said, row.said), said);
    CHECK_MESSAGE(std::ranges::count(said, '\n') == 1, said);
  }
}

TEST_CASE("what is no mistake in another set-up") {
  config::Config config = sample();
  config.milter.consume = config::Consume::Remove;
  CHECK(wrong(with("always_bcc = archive@example.com"), config) == "");
  config = sample();
  config.trust.authserv_ids.clear();
  CHECK(wrong(with("smtpd_milters = unix:ticket-milter/milter.sock"), config) == "");
  config = sample();
  config.milter.socket = "inet:8892@0.0.0.0";
  CHECK(has(wrong(in_order, config), "no smtpd has"));
  const char* by_port = "smtpd_milters = inet:a:8891, inet:milter.example.com:8892";
  CHECK_FALSE(has(wrong(with(by_port), config), "no smtpd has"));
  config = sample();
  config.notify.relay = "smtp://relay.example.com:25";
  CHECK(wrong(with("smtpd_recipient_restrictions = check_policy_service unix:private/grey"), config) == "");
}

TEST_CASE("a forged Authentication-Results that came through is told by where it was sent") {
  const std::string forged = "Authentication-Results: MX.example.com; dmarc=pass header.from=tickets.example\r\n";
  const std::string rest = "X-Loop: <help@tickets.example>\r\nSubject: x\r\n\r\nx\r\n";
  const std::string outside = "smtp://192.0.2.7:25";
  CHECK(cli::judge_forgery(rest, sample(), outside).ok == true);
  CHECK(cli::judge_forgery("X-" + forged + rest, sample(), outside).ok == true);
  const cli::Symptom through = cli::judge_forgery(forged + rest, sample(), outside);
  CHECK(through.ok == false);
  CHECK(through.text.find("mx.example.com") != std::string::npos);
  CHECK_FALSE(cli::judge_forgery(forged + rest, sample(), "smtp://127.0.0.1:25").ok.has_value());
  CHECK(cli::judge_forgery("Received: from here\r\n" + forged + rest, sample(), outside).ok == true);
}

TEST_CASE("what is no output of postconf has no services, and breaks nothing") {
  for (const char* text : {"", "\n\n", "x", "= =", "a/b/c = d", "smtp inet n - y - - smtpd"}) {
    CAPTURE(text);
    CHECK(has(wrong(text), "no smtpd has"));
  }
}
