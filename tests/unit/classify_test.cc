// SPDX-License-Identifier: MIT
// The table of machine mail, row by row: one mail that a rule is for and one that only looks like it. Mails are spelled out, as text, so that what
// is tested is what arrives.
#include "policy/classify.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "mail/parse.h"
#include "policy/evidence.h"
#include "policy/phrases.h"

using namespace ticketmilter;
using policy::Classification;
using policy::MailClass;
using enum policy::MailClass;

namespace {

config::Config make_config() {
  config::Config config;
  config.site.name = "example.com";
  config.site.former_names = {"oldsite"};
  config.site.domain = "tickets.example.com";
  config.trust.authserv_ids = {"mx.example.com"};
  config::Queue queue;
  queue.name = "support";
  queue.addresses = {"support@tickets.example.com", "help@example.com"};
  queue.tag = "example.com";
  config.queues.push_back(queue);
  return config;
}

// A site, and mails thrown at it.
struct Desk {
  config::Config config = make_config();
  policy::Tokens tokens{config.site, {"a secret of thirty-two characters", {}}};
  policy::Router router{config};
  std::string recipient = "<support@tickets.example.com>";
  std::string client = "192.0.2.1";
  bool trusted_submitter = false;

  Classification classify(const std::string& sender, const std::string& message) const {
    mail::Envelope envelope;
    envelope.sender = sender;
    envelope.recipients = {recipient};
    envelope.client = client;
    const std::vector<policy::Route> routes = {router.route(recipient, false)};
    return policy::classify(mail::parse(message, {}), envelope, {config, tokens, router, routes, trusted_submitter});
  }
};

const std::string kPerson = "<ann@remote.example>";
const std::string kNull = "<>";

// A short mail from a person, with these lines on top of its header.
std::string person(const std::string& lines) {
  return lines + (lines.empty() ? "" : "\n") +
         "From: Ann <ann@remote.example>\nTo: support@tickets.example.com\nMessage-ID: <1@remote.example>\n\nHello.\n";
}

// The same from another author or about something else: no From line of its own.
std::string other(const std::string& lines) {
  return lines + "\nTo: support@tickets.example.com\n\nHello.\n";
}

std::string report(const std::string& type, const std::string& content, const std::string& lines = "") {
  return "From: Mail <x@mx.example>\n" + lines + "Content-Type: multipart/report; report-type=" + type +
         "; boundary=b\n\n--b\n\nIt says:\n\n--b\nContent-Type: message/" + type + "\n\n" + content + "\n--b--\n";
}

std::string mixed(const std::string& from, const std::string& type, const std::string& content) {
  return "From: " + from +
         "\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nIt says:\n\n--b\nContent-Type: " + type + "\n\n" +
         content + "\n--b--\n";
}

const std::string kFailed =
    "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n";
const std::string kDelayed =
    "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: delayed\nStatus: 4.4.1\n";
const std::string kReturned = "From: x@y.example\nSubject: z\n\nbody\n";

struct Row {
  const char* rule;  // that is to decide
  MailClass mail_class;
  std::string sender;
  std::string message;
};

void check(const Desk& desk, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.message);
    const Classification got = desk.classify(row.sender, row.message);
    CHECK(got.rule == row.rule);
    CHECK(std::string(policy::name(got.mail_class)) == policy::name(row.mail_class));
  }
}

bool marked(const Classification& c, const char* mark) {
  return std::find(c.marks.begin(), c.marks.end(), mark) != c.marks.end();
}

}  // namespace

TEST_CASE("N5 N6 the loop rows") {
  Desk desk;
  const std::string mark = desk.tokens.loop_mark();
  std::string shouted = mark;
  std::transform(shouted.begin(), shouted.end(), shouted.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  const std::string own_id = desk.tokens.message_id({policy::TicketId{42}, 17, 3});
  const std::string hops = "Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\n";
  std::string many;
  for (int i = 0; i < 101; ++i) {
    many += hops;
  }
  check(desk, {
                  {"loop-1", OwnLoop, kPerson, person("X-Ticket-Loop: " + mark)},
                  {"loop-1", OwnLoop, kPerson, person("x-ticket-LOOP: " + shouted)},
                  {"loop-1", OwnLoop, kPerson, person("X-Ticket-Loop: elsewhere abc\nX-Ticket-Loop: " + mark)},
                  {"human", Human, kPerson, person("X-Ticket-Loop: example.com aaaaaaaaaaaaaaaa")},
                  {"loop-2", OwnLoop, kPerson, other("From: a@b.example\nMessage-ID: <" + own_id + ">")},
                  {"human", Human, kPerson,
                   other("From: a@b.example\nMessage-ID: <42.17.3.aaaaaaaaaaaaaaaa@tickets.example.com>")},
                  {"bnc-1", Bounce, kNull, report("delivery-status", kFailed, "Message-ID: <" + own_id + ">\n")},
                  {"loop-3", OwnLoop, kPerson, person("X-Loop: Support@tickets.example.com")},
                  {"human", Human, kPerson, person("X-Loop: support@elsewhere.example")},
                  {"loop-4", OwnLoop, kPerson, person(many.substr(0, many.size() - 1))},
                  {"human", Human, kPerson, person(many.substr(0, many.size() - hops.size() - 1))},
                  {"loop-6", Machine, kPerson, other("From: help@example.com")},
                  {"loop-6", Machine, "<support+42@tickets.example.com>", person("")},
              });
  CHECK(marked(desk.classify(kPerson, person("X-Ticket-Loop: example.com aaaaaaaaaaaaaaaa")), "loop-1: wrong MAC"));
  CHECK(desk.classify(kPerson, other("From: help@example.com")).no_ack);
  desk.trusted_submitter = true;
  check(desk, {{"human", Human, kPerson, other("From: help@example.com")}});
}

TEST_CASE("A29 the bounce rows with a report part") {
  const Desk desk;
  const std::string daemon = "MAILER-DAEMON@mx.example";
  check(desk,
        {
            {"bnc-1", Bounce, kNull, report("delivery-status", kFailed)},
            {"bnc-1", Bounce, kPerson, report("delivery-status", kFailed)},
            {"bnc-1", Bounce, kNull, report("delivery-status", kFailed, "Auto-Submitted: auto-replied\n")},
            {"bnc-2", Bounce, kPerson,
             report("disposition-notification",
                    "Final-Recipient: rfc822; a@b\nDisposition: manual-action/MDN-sent-manually; displayed\n")},
            {"bnc-3", Feedback, kPerson, report("feedback-report", "Feedback-Type: abuse\n")},
            {"bnc-4", Bounce, kNull, mixed("x@y.example", "message/delivery-status", kFailed)},
            {"bnc-4", Bounce, kPerson, mixed(daemon, "message/delivery-status", kFailed)},
            {"human", Human, kPerson, mixed("x@y.example", "message/delivery-status", kFailed)},
            {"bnc-3b", Feedback, kPerson, mixed("x@y.example", "message/feedback-report", "Feedback-Type: abuse\n")},
            {"human", Human, kPerson, mixed("x@y.example", "message/rfc822", kReturned)},
        });
}

TEST_CASE("whether a bounce is permanent") {
  const Desk desk;
  const auto permanent = [&](const std::string& message) { return desk.classify(kNull, message).permanent; };
  CHECK(permanent(report("delivery-status", kFailed)));
  CHECK_FALSE(permanent(report("delivery-status", kDelayed)));
  CHECK(permanent(
      report("delivery-status", kDelayed + "\nFinal-Recipient: rfc822; c@d.example\nAction: failed\nStatus: 5.2.1\n")));
  CHECK_FALSE(permanent(report("delivery-status", "\nFinal-Recipient: rfc822; a@b.example\nStatus: 4.2.2\n")));
  CHECK_FALSE(permanent(
      report("delivery-status", "\nFinal-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0\n")));
  CHECK_FALSE(permanent(report("disposition-notification", "Disposition: x; displayed\n")));
  CHECK(permanent(other("From: MAILER-DAEMON@mx.example\nX-Failed-Recipients: a@b.example\nSubject: oh")));
  CHECK(permanent(other("From: MAILER-DAEMON@mx.example\nSubject: failure notice")));
  CHECK_FALSE(permanent(other("From: MAILER-DAEMON@mx.example\nSubject: Delivery Status Notification (Delay)")));
  CHECK_FALSE(permanent(other("From: postmaster@mx.example\nSubject: Message status - opened")));
  CHECK_FALSE(desk.classify(kPerson, person("")).permanent);
}

TEST_CASE("N9 the bounce rows without a report part") {
  const Desk desk;
  check(desk, {
                  {"bnc-5", Bounce, kPerson, person("X-Failed-Recipients: a@b.example")},
                  {"human", Human, kPerson, person("X-Failed-Recipients: none")},
                  {"bnc-7", Bounce, kNull, other("From: MAILER-DAEMON@y.example\nReply-To: user@x.example")},
                  {"bnc-7", Bounce, kNull, other("From: MAILER-DAEMON <>")},
                  {"bnc-7", Bounce, kNull, other("From: mailer-daemon")},
                  {"bnc-7", Bounce, kNull, other("From: Mail System <MAILER-DAEMON>")},
                  {"bnc-7", Bounce, kNull, other("From: \"Mail Delivery Subsystem\" <>")},
                  {"bnc-7", Bounce, kNull, other("From: post_master@y.example")},
                  {"auto-14", Machine, kNull, other("From: Joe Postmaster <joe@y.example>")},
                  {"human", Human, kPerson, other("From: Postmaster <postmaster@y.example>\nSubject: your delegation")},
                  {"bnc-8", Bounce, kPerson, other("From: MAILER-DAEMON@y.example\nSubject: Re: Returned mail")},
                  {"bnc-8", Bounce, kPerson, mixed("Postmaster@y.example", "message/rfc822", kReturned)},
                  {"bnc-8", Bounce, kPerson, mixed("Postmaster@y.example", "text/rfc822-headers", "Subject: z\n")},
                  {"human", Human, kPerson, mixed("joe@y.example", "text/rfc822-headers", "Subject: z\n")},
                  {"bnc-9", Bounce, kNull, other("From: x@y.example\nSubject: Undeliverable: hello")},
                  {"bnc-9", Bounce, kNull, other("From: x@y.example\nSubject: =?utf-8?Q?Non_livr=C3=A9?=")},
                  {"bnc-9", Bounce, kNull, other("From: x@y.example\nSubject: It couldn\xE2\x80\x99t be delivered")},
                  {"human", Human, kPerson, person("Subject: Mail delivery failure when I write to you")},
                  {"auto-14", Machine, kNull, other("From: x@y.example\nSubject: Nundeliverables")},
                  {"bnc-10", Bounce, kPerson, other("From: MDaemon@y.example\nX-MDDSN-Message: Yes\nSubject: hm")},
                  {"human", Human, kPerson, person("X-MDDSN-Message: Yes")},
              });
}

TEST_CASE("N29 a bounce to our bounce address") {
  Desk desk;
  desk.recipient = "<bounce+" + desk.tokens.bounce_extension(policy::TicketId{42}, 7) + "@tickets.example.com>";
  check(desk, {
                  {"bnc-6", Bounce, kNull, other("From: x@y.example\nSubject: oops")},
                  {"bnc-6", Bounce, kPerson, mixed("x@y.example", "text/rfc822-headers", "Subject: z\n")},
                  {"human", Human, kPerson, person("")},
              });
  desk.recipient = "<bounce+42-7.aaaaaaaaaaaaaaaa@tickets.example.com>";
  check(desk, {{"auto-14", Machine, kNull, other("From: x@y.example\nSubject: oops")}});
}

TEST_CASE("N2 N3 N4 Auto-Submitted") {
  const Desk desk;
  const std::string own_id = desk.tokens.message_id({policy::TicketId{42}, 0, 0});
  check(desk, {
                  {"human", Human, kPerson, person("Auto-Submitted: no")},
                  {"human", Human, kPerson, person("Auto-Submitted: No (manual)")},
                  {"human", Human, kPerson, person("Auto-Submitted: no; x=y")},
                  {"human", Human, kPerson, person("Auto-Submitted:")},
                  {"auto-1", AutoReply, kPerson, person("Auto-Submitted: AUTO-REPLIED")},
                  {"auto-1", AutoReply, kPerson, person("Auto-Submitted: auto_replied (vacation)")},
                  {"auto-1", AutoReply, kPerson, person("Auto-Submitted: no\nAuto-Submitted: auto replied")},
                  {"auto-2", Machine, kPerson, person("Auto-Submitted: auto-notified; owner-email=\"a@b\"")},
                  {"auto-3", Machine, kPerson, person("Auto-Submitted: auto-generated; x=y")},
                  {"auto-3", Machine, kPerson, person("Auto-Submitted: yes")},
                  {"auto-3", AutoReply, kPerson,
                   person("Auto-Submitted: auto-generated\nReferences: <a@b> <" + own_id + ">")},
                  {"auto-4", AutoReply, kPerson, person("Auto-Submitted: auto-generated (Vacation)")},
              });
  CHECK(desk.classify(kPerson, person("Auto-Submitted: auto-generated")).auto_submitted);
  CHECK_FALSE(desk.classify(kPerson, person("Auto-Submitted: no")).auto_submitted);
}

TEST_CASE("N8 what programs wrote before Auto-Submitted") {
  const Desk desk;
  std::vector<Row> rows = {
      {"human", Human, kPerson, person("X-Autoreply: no")},
      {"human", Human, kPerson, person("X-Vacation: 0")},
      {"auto-5", AutoReply, kPerson, person("X-Autoreply: no\nX-Autoreply: yes")},
      {"auto-6", AutoReply, kPerson, person("X-Autogenerated: Reply")},
      {"auto-6", Machine, kPerson, person("X-Autogenerated: Mirror")},
      {"human", Human, kPerson, person("X-Autogenerated: perhaps")},
      {"auto-7", AutoReply, kPerson, person("X-FC-MachineGenerated: true")},
      {"human", Human, kPerson, person("X-FC-MachineGenerated: false")},
      {"auto-8", AutoReply, kPerson, person("X-POST-MessageClass: 9; Autoresponder")},
      {"human", Human, kPerson, person("X-POST-MessageClass: 9")},
      {"auto-9", AutoReply, kPerson, person("Delivered-To: ann@b.example\nDelivered-To: Autoresponder")},
      {"human", Human, kPerson, person("Delivered-To: the-autoresponder@b.example")},
      {"auto-10", AutoReply, kPerson, person("X-Apple-Action: VACATION")},
      {"human", Human, kPerson, person("X-Apple-Action: read")},
      {"auto-11", AutoReply, kPerson, person("X-MS-Exchange-Inbox-Rules-Loop: a@b\nX-Auto-Response-Suppress: DR, All")},
      {"human", Human, kPerson, person("X-MS-Exchange-Inbox-Rules-Loop: a@b\nX-Auto-Response-Suppress: DR")},
      {"auto-12", AutoReply, kPerson, person("Precedence: auto_reply")},
      {"auto-12", AutoReply, kPerson, person("X-Precedence: Auto-Replied")},
      {"human", Human, kPerson, person("X-Precedence: normal")},
      {"human", Human, kPerson, person("X-Auto-Response-Suppress: All")},
  };
  for (const char* field : {"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Autoresponse", "X-AutoReply-From",
                            "X-Mail-Autoreply", "X-Auto-Reply", "X-HolidayReply", "X-Vacation"}) {
    rows.push_back({"auto-5", AutoReply, kPerson, person(std::string(field) + ": yes")});
  }
  check(desk, rows);
  CHECK(desk.classify(kPerson, person("X-Auto-Response-Suppress: All")).no_ack);
}

TEST_CASE("N1 N21 subjects of auto-replies, and the null sender") {
  const Desk desk;
  const std::string own_id = desk.tokens.message_id({policy::TicketId{42}, 1, 1});
  const std::string encoded = "Subject: =?utf-8?B?T3V0IG9mIE9mZmljZTogYmFjayBNb25kYXk=?=";
  check(desk, {
                  {"auto-13", AutoReply, kNull, other("From: user@x.example\nSubject: Out of office")},
                  {"auto-13", AutoReply, kNull, other("From: user@x.example\n" + encoded)},
                  {"human", Human, kPerson, person(encoded)},
                  {"auto-13", AutoReply, kPerson, person(encoded + "\nX-Auto-Response-Suppress: OOF")},
                  {"auto-13", AutoReply, kPerson, person(encoded + "\nIn-Reply-To: <" + own_id + ">")},
                  {"human", Human, kPerson, person(encoded + "\nIn-Reply-To: <1@2.example>")},
                  {"human", Human, kPerson, person("Subject: Re: Out of office\nX-Auto-Response-Suppress: OOF")},
                  {"auto-13", AutoReply, kNull, other("From: u@x.example\nSubject: =?utf-8?Q?Fr=C3=A5nvaro?=")},
                  {"auto-13", AutoReply, kNull,
                   other("From: u@x.example\nSubject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDkvaDlpb0=?=")},
                  {"auto-14", AutoReply, kNull, other("From: u@x.example\nSubject: hi\nIn-Reply-To: <" + own_id + ">")},
                  {"auto-14", Machine, kNull, other("From: u@x.example\nSubject: hi")},
                  {"auto-14", Machine, kNull, other("From: root@x.example\nSubject: SECURITY information for host")},
              });
  CHECK(desk.classify(kNull, other("From: u@x.example\nSubject: hi")).no_ack);
  Desk answered;
  answered.recipient =
      "<support+" + answered.tokens.reply_extension(policy::TicketId{42}, "u@x.example") + "@tickets.example.com>";
  check(answered, {{"auto-14", AutoReply, kNull, other("From: U@x.example\nSubject: hi")},
                   {"auto-14", Machine, kNull, other("From: v@x.example\nSubject: hi")}});
}

TEST_CASE("the phrases are in the form they are compared in") {
  for (const auto phrase : policy::bounce_phrases()) {
    CHECK(base::fold_for_match(phrase) == phrase);
  }
  for (const auto phrase : policy::auto_reply_phrases()) {
    CHECK(base::fold_for_match(phrase) == phrase);
  }
  for (const char* subject : {"security information for host", "mail failure - malformed recipient address"}) {
    CHECK_FALSE(policy::FoldedSubject(subject).is_auto_reply());
  }
}

TEST_CASE("challenges, trackers, Amazon") {
  const Desk desk;
  std::vector<Row> rows = {
      {"cr-1", Challenge, kPerson, person("X-Delivery-Agent: TMDA/1.1")},
      {"cr-1", Challenge, kPerson, person("X-Bluebottle-Request: 1")},
      {"cr-1", Challenge, kPerson, person("X-Boxbe-Verify: 1")},
      {"cr-1", Challenge, kPerson, person("X-SpamArrest-Info: 1")},
      {"human", Human, kPerson, person("X-Delivery-Agent: procmail")},
      {"gen-1", Machine, kPerson, person("X-Ticket: other.example #9")},
      {"gen-1", Machine, kPerson, person("X-Ticket-Loop: other.example abcdefgh")},
      {"gen-1", Machine, kPerson, person("Auto-Submitted: auto-generated\nX-RT-Loop-Prevention: x")},
      {"auto-1", AutoReply, kPerson, person("Auto-Submitted: auto-replied\nX-RT-Loop-Prevention: x")},
      {"human", Human, kPerson, person("X-Ticket: Example.COM #9")},
      {"human", Human, kPerson, person("X-Ticket: oldsite #9")},
      {"gen-1", Machine, kPerson, person("X-Powered-By: Znuny 6.4")},
      {"human", Human, kPerson, person("X-Powered-By: PHP/8")},
      {"gen-1", Machine, kPerson, person("X-Debian-PR-Message: report 1")},
      {"gen-1", Machine, kPerson, person("X-Debbugs-Envelope-To: x")},
      {"gen-1", Machine, kPerson, other("From: a@b.example\nMessage-ID: <GLPI_1.2@b.example>")},
      {"gen-1", Machine, kPerson, other("From: a@b.example\nMessage-ID: <redmine.issue-1@b.example>")},
      {"human", Human, kPerson, other("From: a@b.example\nMessage-ID: <xGLPI_1.2@b.example>")},
      {"gen-2", Machine, kPerson, person("X-Amazon-Mail-Relay-Type: notification")},
      {"human", Human, kPerson, person("X-Amazon-Mail-Relay-Type: buyer")},
  };
  for (const char* field : {"X-RT-Loop-Prevention", "RT-Ticket", "X-OTRS-Loop", "X-Roundup-Name", "X-Redmine-Host",
                            "X-GitHub-Reason", "X-JIRA-FingerPrint", "X-ServiceNow-Generated"}) {
    rows.push_back({"gen-1", Machine, kPerson, person(std::string(field) + ": x")});
  }
  check(desk, rows);
}

TEST_CASE("A26 A27 N7 lists") {
  const Desk desk;
  std::vector<Row> rows = {
      {"list-1", List, kPerson, person("Precedence: LIST")},
      {"list-2", List, kPerson, person("Precedence: never-bounce\nPrecedence: bulk")},
      {"list-2", List, kPerson, person("precedence: Junk")},
      {"human", Human, kPerson, person("Precedence: never-bounce")},
      {"human", Human, kPerson, person("Precedence: special-delivery")},
      {"human", Human, kPerson, person("List-Unsubscribe: <mailto:x@y>")},
  };
  for (const char* field : {"List-Id", "List-Post", "List-Help", "List-Subscribe", "List-Owner", "List-Archive",
                            "Mailing-List", "X-Mailing-List", "X-Mailman-Version", "X-List-Name"}) {
    rows.push_back({"list-1", List, kPerson, person(std::string(field) + ": <x.y>")});
  }
  check(desk, rows);
  CHECK(desk.classify(kPerson, person("Precedence: never-bounce\nPrecedence: bulk")).no_ack);
  CHECK(desk.classify(kPerson, person("List-Unsubscribe: <mailto:x@y>")).no_ack);
  CHECK_FALSE(desk.classify(kPerson, person("List-Unsubscribe: <mailto:x@y>\nList-Id: x")).no_ack);
  CHECK_FALSE(desk.classify(kPerson, person("")).no_ack);
}

TEST_CASE("marks that forbid an acknowledgement") {
  const Desk desk;
  for (const char* sender :
       {"noreply", "No-Reply", "no-reply=x", "bounces+42", "owner-list", "list-owner", "list-request", "list-bounces",
        "list-bounces+a=b", "root", "do-not-reply.x", "abuse", "www-data"}) {
    CAPTURE(sender);
    const auto got = desk.classify("<" + std::string(sender) + "@x.example>", person(""));
    CHECK(marked(got, "noack-1"));
    CHECK(got.no_ack);
    CHECK(got.rule == "human");
  }
  for (const char* sender : {"rooty", "abused", "newsletter", "request", "homeowner", "ann"}) {
    CAPTURE(sender);
    CHECK_FALSE(desk.classify("<" + std::string(sender) + "@x.example>", person("")).no_ack);
  }
  const std::string calendar = "From: a@b.example\nContent-Type: text/calendar; method=";
  CHECK(marked(desk.classify(kPerson, calendar + "request\n\nBEGIN:VCALENDAR\n"), "cal-1"));
  CHECK_FALSE(marked(desk.classify(kPerson, calendar + "PUBLISH\n\nBEGIN:VCALENDAR\n"), "cal-1"));
}

TEST_CASE("a spam verdict counts from a trusted hop only") {
  Desk desk;
  const std::string ours = "Authentication-Results: mx.example.com; spf=pass\n";
  const std::string hop = "\nReceived: from a by b; Mon, 1 Jan 2024 00:00:00 +0000";
  const auto spam = [&](const std::string& lines) { return marked(desk.classify(kPerson, person(lines)), "spam"); };
  for (const char* field : {"X-Spam-Flag: YES", "X-Spam-Status: Yes, score=9", "X-Spam: true",
                            "X-Rspamd-Action: add header", "X-Ham-Report: no", "X-SES-Spam-Verdict: FAIL"}) {
    CAPTURE(field);
    CHECK(spam(ours + field + hop));
    CHECK_FALSE(spam(field + hop));
    CHECK_FALSE(spam(ours.substr(0, ours.size() - 1) + hop + "\n" + field));
    CHECK_FALSE(spam("Authentication-Results: mx.elsewhere; spf=pass\n" + std::string(field) + hop));
  }
  CHECK_FALSE(spam(ours + "X-Spam-Flag: no" + hop));
  config::Network network;
  network.address[10] = network.address[11] = 0xff;
  network.address[12] = 192;
  network.address[14] = 2;
  network.prefix = 120;
  desk.config.trust.networks = {network};
  CHECK(spam("X-Spam-Flag: YES"));
}

TEST_CASE("A63 nothing inside an attached message decides") {
  const Desk desk;
  const std::string inside =
      "X-Brokenness: yes\nAuto-Submitted: auto-replied\nX-Ticket-Loop: " + desk.tokens.loop_mark() +
      "\nX-Failed-Recipients: a@b.example\nPrecedence: bulk\nContent-Type: multipart/report; "
      "report-type=delivery-status; boundary=c\n\n--c\nContent-Type: message/delivery-status\n\n" +
      kFailed + "\n--c--\n";
  check(desk, {{"human", Human, kPerson, mixed("joe@y.example", "message/rfc822", inside)}});
}

// The defects of others that a classification can have; the rest are tests of those who decide, send and count.
TEST_CASE("defects of others") {
  const Desk desk;
  SUBCASE("1 no is no") {
    check(desk, {{"human", Human, kPerson, person("Auto-Submitted: No")},
                 {"human", Human, kPerson, person("Auto-Submitted: no (human)")}});
  }
  SUBCASE("2 Precedence is compared without case, and only known values count") {
    check(desk, {{"list-2", List, kPerson, person("PRECEDENCE: Bulk")},
                 {"human", Human, kPerson, person("Precedence: first-class")}});
  }
  SUBCASE("3 all of several equal fields are read") {
    check(desk, {{"auto-1", AutoReply, kPerson,
                  person("Auto-Submitted: no\nAuto-Submitted: no\nAuto-Submitted: auto-replied")}});
  }
  SUBCASE("4 a phrase at the very start of the subject is found") {
    check(desk, {{"bnc-9", Bounce, kNull, other("From: x@y.example\nSubject: undeliverable")}});
  }
  SUBCASE("5 another installation's loop field is not ours") {
    check(desk, {{"gen-1", Machine, kPerson, person("X-Ticket-Loop: yes")}});
  }
  SUBCASE("8 foreign tags mean nothing here") {
    check(desk, {{"human", Human, kPerson, person("Subject: [anything #123] 42")}});
  }
  SUBCASE("12 a daemon's name in a person's display name or elsewhere in From") {
    check(desk, {{"human", Human, kPerson,
                  other("From: \"postmaster@y.example\" <joe@y.example>\nSubject: delivery failure")},
                 {"auto-14", Machine, kNull, other("From: MAILER-DAEMON <joe@y.example>")},
                 {"auto-14", Machine, kNull, other("From: joe@mailer-daemon.example")}});
  }
  SUBCASE("14 odd bytes in what is compared") {
    check(desk, {{"human", Human, "<a.*+(@x.example>", person("X-Loop: a.*+([")}});
  }
  SUBCASE("15 a bad charset in an attachment") {
    check(desk, {{"human", Human, kPerson, mixed("joe@y.example", "text/plain; charset=x-none", "\xff\xfe")}});
  }
  SUBCASE("18 a bounce is one at every address") {
    Desk comment;
    comment.recipient = "<help@example.com>";
    check(comment, {{"bnc-1", Bounce, kNull, report("delivery-status", kFailed)}});
  }
}

TEST_CASE("hostile headers are read within limits") {
  const Desk desk;
  std::string flood;
  for (int i = 0; i < 20000; ++i) {
    flood += "X-Vacation: no\n";
  }
  CHECK(desk.classify(kPerson, person(flood + "Auto-Submitted: no")).rule == "human");
  CHECK(policy::mark_of(std::string(5000, 'x')) == policy::Mark::None);
  CHECK(policy::mark_of("") == policy::Mark::None);
  CHECK(policy::token("  Auto_Replied ; x") == "auto-replied");
  CHECK(policy::token("(no) auto") == "");
}
