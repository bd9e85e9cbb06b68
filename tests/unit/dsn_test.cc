// SPDX-License-Identifier: MIT
// Reports of machines, as standards write them and as programs do.
#include "mail/dsn.h"

#include <doctest/doctest.h>

#include "mail/parse.h"

using namespace ticketmilter::mail;
using enum DeliveryAction;

TEST_CASE("a delivery status, block by block") {
  const auto report = parse_delivery_status(
      "Reporting-MTA: dns; mx.example\r\nOriginal-Envelope-Id: 42-7\r\n\r\n"
      "Original-Recipient: rfc822; Joe@A.example\r\nFinal-Recipient: RFC822;<Joe.Doe@B.example>\r\n"
      "Action: failed\r\nStatus: 5.1.1 (no such user)\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n  no "
      "such\r\n\tuser\r\n\r\n\r\n"
      "final-recipient: utf-8; \xC3\xBC@c.example\r\naction: DELAYED\r\nstatus: 4.4.1\r\n");
  CHECK(report.envelope_id == "42-7");
  REQUIRE(report.deliveries.size() == 2);
  CHECK(report.deliveries[0].recipient == "joe.doe@b.example");
  CHECK(report.deliveries[0].original == "joe@a.example");
  CHECK(report.deliveries[0].action == Failed);
  CHECK(report.deliveries[0].status == "5.1.1");
  CHECK(report.deliveries[0].diagnostic == "550 5.1.1 no such user");
  CHECK(report.deliveries[1].recipient == "\xC3\xBC@c.example");
  CHECK(report.deliveries[1].action == Delayed);
  CHECK(report.permanent());
}

TEST_CASE("permanent, temporary, failed") {
  struct Row {
    DeliveryAction action;
    const char* status;
    bool permanent, failed;
  };
  for (const Row& row :
       {Row{Failed, "5.1.1", true, true}, Row{Failed, "4.4.7", false, true}, Row{Failed, "", true, true},
        Row{Delayed, "4.4.1", false, false}, Row{Delayed, "5.0.0", false, false}, Row{Delivered, "2.0.0", false, false},
        Row{Relayed, "", false, false}, Row{Expanded, "", false, false}, Row{Unknown, "5.2.2", true, true},
        Row{Unknown, "4.2.2", false, false}, Row{Unknown, "", false, false}}) {
    const Delivery delivery{"a@b.example", "", row.action, row.status, ""};
    CAPTURE(row.status);
    CHECK(delivery.permanent() == row.permanent);
    CHECK(delivery.failed() == row.failed);
  }
}

TEST_CASE("a broken delivery status is read as far as it goes") {
  CHECK(parse_delivery_status("").deliveries.empty());
  CHECK(parse_delivery_status("\n\n\n : : \n").deliveries.empty());
  CHECK(
      parse_delivery_status(" continued\nFinal-Recipient: x400; /C=XX\nAction: failed\n").deliveries.at(0).recipient ==
      "");
  CHECK(parse_delivery_status("Final-Recipient: a@b.example (alias)\nStatus: 5.1.1.9\n").deliveries.at(0).status == "");
  CHECK(parse_delivery_status("Final-Recipient: rfc822; a@b.example (alias)\n").deliveries.at(0).recipient ==
        "a@b.example");
  CHECK(parse_delivery_status("Original-Recipient: rfc822; a@b.example\nStatus: 5.5\n").deliveries.at(0).recipient ==
        "a@b.example");
  std::string many;
  for (int i = 0; i < 500; ++i) {
    many += "Final-Recipient: rfc822; a" + std::to_string(i) + "@b.example\nAction: failed\n\n";
  }
  CHECK(parse_delivery_status(many).deliveries.size() == 50);
  CHECK(parse_delivery_status("Action: failed\nDiagnostic-Code: smtp; " + std::string(100000, 'x'))
            .deliveries.at(0)
            .diagnostic.size() <= 2000);
}

TEST_CASE("a disposition notice") {
  const auto read = parse_disposition(
      "Reporting-UA: phone\nFinal-Recipient: rfc822; Ann@x.example\nOriginal-Message-ID: <42.1.1.m@tickets.example>\n"
      "Disposition: manual-action/MDN-sent-manually; Displayed/warning\n");
  CHECK(read.recipient == "ann@x.example");
  CHECK(read.original_message_id == "42.1.1.m@tickets.example");
  CHECK(read.type == "displayed");
  CHECK(parse_disposition("garbage").type == "");
}

TEST_CASE("a feedback report") {
  const auto report = parse_feedback_report(
      "Feedback-Type: Abuse\nUser-Agent: x/1\nVersion: 1\nOriginal-Rcpt-To: <Ann@x.example>\nOriginal-Rcpt-To: "
      "bob@x.example\n");
  CHECK(report.type == "abuse");
  CHECK(report.recipients == std::vector<std::string>{"ann@x.example", "bob@x.example"});
  CHECK(parse_feedback_report("").type == "");
}

TEST_CASE("bounces in prose") {
  struct Row {
    const char* text;
    const char* recipient;
    const char* status;
    bool permanent;
  };
  const Row rows[] = {
      {"Hi. I could not deliver your message to these addresses.\n\n<joe@b.example>:\nUser unknown. (#5.1.1)\n\n--- "
       "Below this line is a copy of the message.\n\nTo: ann@a.example\n",
       "joe@b.example", "5.1.1", true},
      {"Hi.\n\n<joe@b.example>:\nRemote host said: 421 busy\nI'm giving up.\n", "joe@b.example", "4.0.0", false},
      {"A message that you sent could not be delivered.\n\n  joe@b.example\n    host mx.b.example [192.0.2.55]\n    "
       "SMTP error from remote mail server after RCPT TO:<other@b.example>:\n    550 no such user\n",
       "joe@b.example", "5.0.0", true},
      {"   ----- Transcript of session follows -----\n550 <joe@b.example>... User unknown\n\n   ----- Unsent message "
       "follows -----\nFrom: ann@a.example\n",
       "joe@b.example", "5.0.0", true},
      {"Your message from ann@a.example to joe@b.example failed: 552 5.2.2 mailbox full\n", "joe@b.example", "5.2.2",
       true},
      {"Delivery to the following recipient has been delayed:\n\n     joe@b.example\n\nMessage will be retried for 2 "
       "more days\n",
       "joe@b.example", "", false},
      {"The user's mailbox exceeds the allowed size: joe@b.example\nOriginal message follows.\n\nTo: x@y.example\n",
       "joe@b.example", "", true},
      {"MAIL FROM: ann@a.example\nRCPT TO: joe@b.example\n550 - no such user\n", "joe@b.example", "5.0.0", true},
      {"Something failed. Ask postmaster@b.example for help.\n550 sorry\n", "", "5.0.0", true},
      {"\xE5\xA4\xB1\xE6\x95\x97joe@b.example\xE3\x80\x82\n554 5.7.1 rejected\n", "joe@b.example", "5.7.1", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto report = parse_bounce_text(row.text);
    REQUIRE_FALSE(report.deliveries.empty());
    CHECK(report.deliveries[0].recipient == row.recipient);
    CHECK(report.deliveries[0].status == row.status);
    CHECK(report.permanent() == row.permanent);
  }
}

TEST_CASE("prose about several, about nobody, and without end") {
  const auto report =
      parse_bounce_text("<a@x.example>: 550 5.1.1 unknown\n<b@x.example>: 452 4.2.2 full\n<a@x.example>: again\n");
  REQUIRE(report.deliveries.size() == 2);
  CHECK(report.deliveries[0].status == "5.1.1");
  CHECK(report.deliveries[1].status == "4.2.2");
  CHECK(parse_bounce_text("Thank you for the file.").deliveries.empty());
  CHECK(parse_bounce_text("").deliveries.empty());
  CHECK(parse_bounce_text("host 5.61.1.2 version 14.5.1").deliveries.empty());
  std::string many;
  for (int i = 0; i < 5000; ++i) {
    many += "<a" + std::to_string(i) + "@x.example>: 550 5.1.1\n";
  }
  CHECK(parse_bounce_text(many).deliveries.size() == 50);
  CHECK(parse_bounce_text(std::string(1 << 20, '@')).deliveries.empty());
  CHECK(parse_bounce_text(std::string(1 << 20, 'a') + "@").deliveries.empty());
}

TEST_CASE("what the parts leave out, field, text and returned message say") {
  const auto report_of = [](const std::string& header, const std::string& text, const std::string& status,
                            const std::string& returned) {
    return read_bounce(parse(header +
                                 "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n" +
                                 text + "\n--b\nContent-Type: message/delivery-status\n\n" + status +
                                 "\n--b\nContent-Type: message/rfc822\n\n" + returned + "\n--b--\n",
                             {}));
  };
  const std::string returned = "From: me@x.example\nTo: Joe <joe@b.example>\nSubject: s\n\nhi\n";
  const auto field = report_of("X-Failed-Recipients: joe@c.example\n", "sorry",
                               "Reporting-MTA: dns; x\n\nAction: failed\nStatus: 5.2.1\n", returned);
  REQUIRE(field.deliveries.size() == 1);
  CHECK(field.deliveries[0].recipient == "joe@c.example");
  CHECK(field.deliveries[0].status == "5.2.1");
  const auto text = report_of("", "<joe@d.example>: 550 5.1.1 unknown", "Reporting-MTA: dns; x\n", returned);
  REQUIRE(text.deliveries.size() == 1);
  CHECK(text.deliveries[0].recipient == "joe@d.example");
  const auto last = report_of("", "sorry", "Reporting-MTA: dns; x\n\nAction: failed\n", returned);
  REQUIRE(last.deliveries.size() == 1);
  CHECK(last.deliveries[0].recipient == "joe@b.example");
}
