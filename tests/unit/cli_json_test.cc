// SPDX-License-Identifier: MIT
// The JSON of tickets and entries is a contract: names, order, what is null.
#include <doctest/doctest.h>

#include "cli/json.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;
using tickets::TicketId;

namespace {

constexpr base::Time at = base::Time(std::chrono::seconds(1795409616));  // 2026-11-23T04:53:36Z

tickets::Ticket sample() {
  tickets::Ticket t;
  t.id = TicketId{42};
  t.queue = "help";
  t.subject = "Zwölf \"Bäume\"";
  t.status = tickets::Status::Open;
  t.owner = "ann@example.com";
  t.requestors = {"r@remote.example"};
  t.admin_cc = {"a@staff.example"};
  t.priority = -3;
  t.created = t.updated = at;
  t.due = at;
  t.links = {TicketId{7}, TicketId{9}};
  return t;
}

}  // namespace

TEST_CASE("a ticket has the fields of the contract, in its order") {
  CHECK(json_line(to_json(sample())) ==
        R"({"id":42,"queue":"help","subject":"Zwölf \"Bäume\"","status":"open","owner":"ann@example.com",)"
        R"("requestors":["r@remote.example"],"cc":[],"admin_cc":["a@staff.example"],"priority":-3,)"
        R"("created":"2026-11-23T04:53:36Z","updated":"2026-11-23T04:53:36Z","due":"2026-11-23T04:53:36Z",)"
        R"("merged_into":null,"links":[7,9]})"
        "\n");
}

TEST_CASE("a row of a list has the same fields as a ticket") {
  const tickets::Ticket t = sample();
  store::Row row;
  row.id = t.id;
  row.queue = t.queue;
  row.subject = t.subject;
  row.status = t.status;
  row.owner = t.owner;
  row.requestors = t.requestors;
  row.admin_cc = t.admin_cc;
  row.priority = t.priority;
  row.created = t.created;
  row.updated = t.updated;
  row.due = t.due;
  row.links = t.links;
  CHECK(json_line(to_json(row)) == json_line(to_json(t)));
}

TEST_CASE("missing owner, date and survivor are null") {
  const Json json = to_json(tickets::Ticket{});
  CHECK(json["owner"].is_null());
  CHECK(json["due"].is_null());
  CHECK(json["merged_into"].is_null());
  CHECK(json["links"].dump() == "[]");
  tickets::Ticket merged;
  merged.merged_into = TicketId{5};
  CHECK(to_json(merged)["merged_into"] == 5);
}

TEST_CASE("A77 an entry has the fields of the contract, the door among them") {
  tickets::Entry e;
  e.id = 3;
  e.kind = tickets::Kind::AutoReply;
  e.actor = "r@remote.example";
  e.created = at;
  e.message_id = "a@b";
  e.subject = "Re: x";
  e.mail_class = "auto_reply";
  e.rule = "auto-1";
  e.door = "milter";
  e.extension = "42";
  e.sender = "<R@Remote.example>";
  e.mta_id = "4XyZ";
  e.status_before = tickets::Status::Resolved;
  e.status_after = tickets::Status::Open;
  mail::Attachment a;
  a.name = "a.png";
  a.type = "image/png";
  a.size = 12;
  e.attachments = {a};
  CHECK(json_line(to_json(e, "text\n")) ==
        R"({"id":3,"kind":"auto_reply","actor":"r@remote.example","created":"2026-11-23T04:53:36Z","message_id":"a@b",)"
        R"("subject":"Re: x","text":"text\n","class":"auto_reply","rule":"auto-1","door":"milter","extension":"42",)"
        R"("sender":"r@remote.example","mta_id":"4XyZ","status_before":"resolved","status_after":"open",)"
        R"("attachments":[{"name":"a.png","type":"image/png","size":12,"sha256":")" +
            std::string(64, '0') + "\"}]}\n");
}

TEST_CASE("the null sender stays what it is, and no sender is nothing") {
  tickets::Entry e;
  CHECK(to_json(e, "")["sender"] == "");
  e.sender = "<>";
  CHECK(to_json(e, "")["sender"] == "<>");
}

TEST_CASE("a line of JSON is one line of UTF-8 without control characters") {
  const std::string line = json_line({{"s", "\x1b[2J\x7f \xC2\x9B \xFF \n ü"}});
  CHECK(line == "{\"s\":\"\\u001b[2J\\u007f \\u009b \xEF\xBF\xBD \\n ü\"}\n");
  CHECK(Json::parse(line)["s"] == "\x1b[2J\x7f \xC2\x9B \xEF\xBF\xBD \n ü");
}
