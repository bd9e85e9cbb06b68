// SPDX-License-Identifier: MIT
// A ticket as a person reads it.
#include <doctest/doctest.h>

#include "cli/ticket_text.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;

namespace {

bool has(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

ShownTicket sample() {
  ShownTicket shown;
  shown.ticket.id = tickets::TicketId{42};
  shown.ticket.queue = "help";
  shown.ticket.subject = "Printer \x1b[31m on fire";
  shown.ticket.requestors = {"r@remote.example"};
  tickets::Entry e;
  e.id = 1;
  e.kind = tickets::Kind::Create;
  e.actor = "r@remote.example";
  e.mail_class = "human";
  e.rule = "human";
  e.door = "milter";
  e.mta_id = "4XyZ";
  e.notes = {"author not proven"};
  e.status_after = tickets::Status::Open;
  mail::Attachment a;
  a.name = "evil\x1b[2J.png";
  a.type = "image/png";
  a.size = 2048;
  e.attachments = {a};
  e.raw_size = 4096;
  shown.history = {{e, "Help!\n\n> one\n> two\n> three\n> four\n> five\n"}};
  return shown;
}

}  // namespace

TEST_CASE("head and history, and nothing that steers the terminal") {
  const std::string text = format_ticket(sample(), {});
  CHECK(has(text, "#42 Printer [31m on fire\n"));
  CHECK(has(text, "Queue      help\n"));
  CHECK(has(text, "Requestor  r@remote.example\n"));
  CHECK(has(text, "(human, through milter, as 4XyZ)\n"));
  CHECK(has(text, "  status: new -> open\n"));
  CHECK(has(text, "  author not proven\n"));
  CHECK(has(text, "  attachment 1: evil [2J.png, image/png, 2.0 KiB\n"));
  CHECK(has(text, "\n    Help!\n"));
  CHECK_FALSE(has(text, "\x1b"));
  CHECK_FALSE(has(text, "Owner"));
  CHECK_FALSE(has(text, "Merged"));
}

TEST_CASE("what was attached to a mail that is there no more") {
  ShownTicket shown = sample();
  shown.history[0].entry.raw_size = 0;
  CHECK(has(format_ticket(shown, {}), "  attachment 1: evil [2J.png, image/png, 2.0 KiB, no longer kept\n"));
}

TEST_CASE("quoted text is folded, unless all is asked for") {
  CHECK(has(format_ticket(sample(), {}), "[5 quoted lines]"));
  CHECK_FALSE(has(format_ticket(sample(), {}), "> one"));
  CHECK(has(format_ticket(sample(), {true, {}, {}}), "    > one\n    > two\n"));
}

TEST_CASE("a merged ticket says where it went") {
  ShownTicket shown = sample();
  shown.ticket.merged_into = tickets::TicketId{7};
  CHECK(has(format_ticket(shown, {}), "Merged into ticket 7: see ticket show 7\n"));
}

TEST_CASE("an entry tells who was told, and what became of it") {
  ShownTicket shown = sample();
  tickets::Notice sent;
  sent.entry = 1;
  sent.to = "rita@remote.example";
  sent.template_name = "acknowledge";
  sent.state = tickets::NoticeState::Sent;
  sent.last_reply = "250 2.0.0 Ok: queued as X";
  tickets::Notice failed = sent;
  failed.to = "gone@remote.example";
  failed.state = tickets::NoticeState::Failed;
  failed.last_reply = "550 5.1.1 \x1b[2JNo such\n  told: user";
  tickets::Notice other = sent;
  other.entry = 2;
  other.to = "other@remote.example";
  shown.notices = {sent, failed, other};
  const std::string text = format_ticket(shown, {});
  CHECK(has(text, "\n  told: rita@remote.example (acknowledge, sent)\n"));
  CHECK(has(text, "\n  told: gone@remote.example (acknowledge, failed: 550 5.1.1 [2JNo such told: user)\n"));
  CHECK_FALSE(has(text, "\x1b"));
  CHECK_FALSE(has(text, "other@"));
}

TEST_CASE("on a terminal lines are no longer than it, and moments are told by how far off they are") {
  ShownTicket shown = sample();
  shown.ticket.created = shown.history[0].entry.created = base::Time(std::chrono::hours(480000));
  shown.ticket.cc = {"somebody.with.a.name@remote.example", "another.one@remote.example"};
  shown.history[0].text = "A line that is longer than forty columns is broken between two words.\n";
  const Clock clock{shown.ticket.created + std::chrono::hours(3), true};
  const std::string text = format_ticket(shown, {false, clock, {40, false, true, 24}});
  CHECK(has(text,
            "\nCc         somebody.with.a.name@remote.e\n           xample,\n           another.one@remote.example\n"));
  CHECK(has(text, " (3 h ago)\n"));
  CHECK(has(text, " (3 h ago)  create\n   r@remote.example\n  (human, through milter, as 4XyZ)\n"));
  CHECK(has(text, "\n    A line that is longer than forty\n    columns is broken between two words.\n"));
}
