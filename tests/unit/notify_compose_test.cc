// SPDX-License-Identifier: MIT
#include "notify/compose.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "mail/parse.h"
#include "notify/rehearse.h"
#include "other_parser.h"

using namespace ticketmilter;
using namespace ticketmilter::notify;

namespace {

constexpr base::Time when{std::chrono::milliseconds(1'795'255'808'123)};

// A ticket of Joe's, to which he has written again.
struct Scene {
  config::Config config;
  config::Queue queue;
  tickets::Ticket ticket;
  tickets::Entry entry;
  std::string actor_name = "Joe Doe";
  std::string text = "It burns.\n";
  std::string failed;
  std::vector<mail::OutgoingFile> files;
  Marks marks;

  Scene() {
    config.site.name = "example.com";
    config.site.former_names = {"old.example.com"};
    config.site.domain = "tickets.example.com";
    config.notify.url = "https://desk.example.com/ticket/{id}";
    queue.name = "support";
    queue.addresses = {"support@tickets.example.com", "help@example.com"};
    queue.comment_addresses = {"support-comment@tickets.example.com"};
    queue.tag = "example.com";
    queue.from_name = "Example Support";
    ticket.id = tickets::TicketId{42};
    ticket.queue = "support";
    ticket.subject = "Printer on fire";
    ticket.status = tickets::Status::Open;
    ticket.owner = "ann@example.com";
    ticket.requestors = {"joe@example.net"};
    ticket.cc = {"jim@example.net"};
    entry.id = 17;
    entry.kind = tickets::Kind::Correspond;
    entry.actor = "joe@example.net";
    entry.message_id = "cause@example.net";
    entry.mail_class = "human";
    marks.message_id = "42.17.3.abcdefghijklmnop@tickets.example.com";
    marks.ticket_id = "42.0.0.ponmlkjihgfedcba@tickets.example.com";
    marks.references = {"first@example.net", "42.1.1.aaaa@tickets.example.com"};
    marks.reply_address = "support+42.qrstuvwxyz234567@tickets.example.com";
    marks.loop = "example.com zyxwvutsrqponmlk";
  }

  mail::Outgoing compose(const char* kind, const std::string& to = "ann@example.com",
                         const Templates& templates = built_in_templates()) const {
    return notify::compose({*find_kind(kind), ticket, entry, to, actor_name, text, failed, files, marks}, config, queue,
                           templates, when);
  }
};

std::string field(const mail::Outgoing& mail, std::string_view name) {
  for (const auto& f : mail.fields) {
    if (f.name == name) {
      return f.value;
    }
  }
  return "-";
}

bool has(const std::string& where, std::string_view what) {
  return where.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("an answer passed on to an agent has every field it needs and no other") {
  CHECK(mail::write(Scene().compose("correspond-agent"))
            .starts_with("Date: Sat, 21 Nov 2026 10:10:08 +0000\r\n"
                         "From: Joe Doe via Example Support <support@tickets.example.com>\r\n"
                         "Reply-To: support+42.qrstuvwxyz234567@tickets.example.com\r\n"
                         "To: ann@example.com\r\n"
                         "Subject: [example.com #42] Printer on fire\r\n"
                         "Message-ID: <42.17.3.abcdefghijklmnop@tickets.example.com>\r\n"
                         "In-Reply-To: <cause@example.net>\r\n"
                         "References: <42.0.0.ponmlkjihgfedcba@tickets.example.com>\r\n"
                         " <first@example.net>\r\n"
                         " <42.1.1.aaaa@tickets.example.com>\r\n"
                         " <cause@example.net>\r\n"
                         "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\r\n"
                         "X-Ticket-Loop: example.com zyxwvutsrqponmlk\r\n"
                         "X-Ticket: example.com #42\r\n"
                         "MIME-Version: 1.0\r\n"));
}

TEST_CASE("the fields of each kind") {
  const char* suppressed = "DR, RN, NRN, OOF, AutoReply";
  const struct {
    const char* kind;
    const char *submitted, *suppress, *precedence, *from_name, *from, *subject;
    bool null_sender;
  } rows[] = {
      {"acknowledge", "auto-replied", "All", "bulk", "Example Support", "support",
       "[example.com #42] AutoReply: Printer on fire", true},
      {"created", "-", suppressed, "-", "Joe Doe via Example Support", "support", "[example.com #42] Printer on fire",
       false},
      {"correspond", "-", suppressed, "-", "Joe Doe via Example Support", "support",
       "[example.com #42] Printer on fire", false},
      {"correspond-agent", "-", suppressed, "-", "Joe Doe via Example Support", "support",
       "[example.com #42] Printer on fire", false},
      {"comment", "-", suppressed, "-", "Joe Doe via Example Support", "support-comment",
       "[example.com #42] [Comment] Printer on fire", false},
      {"assigned", "auto-generated", suppressed, "-", "Joe Doe via Example Support", "support",
       "[example.com #42] Assigned to you: Printer on fire", false},
      {"resolved", "auto-generated", suppressed, "-", "Joe Doe via Example Support", "support",
       "[example.com #42] Resolved: Printer on fire", false},
      {"undeliverable", "auto-generated", suppressed, "-", "Example Support", "support",
       "[example.com #42] Undeliverable: Printer on fire", false},
      {"digest", "auto-generated", suppressed, "-", "Example Support", "support", "What example.com refused", true},
  };
  CHECK(std::size(rows) == kind_count);
  for (const auto& row : rows) {
    CAPTURE(row.kind);
    Scene scene;
    if (std::string_view(row.kind) == "digest") {
      scene.ticket = {};
      scene.ticket.subject = "What example.com refused";
      scene.entry = {};
    }
    const auto mail = scene.compose(row.kind);
    CHECK(field(mail, "Auto-Submitted") == row.submitted);
    CHECK(field(mail, "X-Auto-Response-Suppress") == row.suppress);
    CHECK(field(mail, "Precedence") == row.precedence);
    CHECK(field(mail, "X-Ticket-Loop") == "example.com zyxwvutsrqponmlk");
    CHECK(mail.from.name == row.from_name);
    CHECK(mail.from.address.spec() == std::string(row.from) + "@tickets.example.com");
    CHECK(mail.subject == row.subject);
    CHECK(find_kind(row.kind)->null_sender == row.null_sender);
    const bool has_ticket = scene.ticket.id != tickets::TicketId{};
    CHECK(field(mail, "X-Ticket") == (has_ticket ? "example.com #42" : "-"));
    CHECK(mail.references.empty() == !has_ticket);
    CHECK(field(mail, "List-Id") == "-");
    scene.queue.list_id = true;
    CHECK(field(scene.compose(row.kind), "List-Id") == (has_ticket ? "<support.tickets.example.com>" : "-"));
  }
  Scene machine;
  machine.entry.mail_class = "machine";
  CHECK(field(machine.compose("correspond-agent"), "Auto-Submitted") == "auto-generated");
}

TEST_CASE("an acknowledgement never quotes the message") {
  Scene scene;
  scene.text = "SECRET";
  scene.files = {{"SECRET.txt", "text/plain", "SECRET"}};
  scene.entry.attachments = {{"SECRET.txt", "text/plain", "attachment", "", 6, {}, 1}};
  const auto mail = scene.compose("acknowledge", "joe@example.net");
  CHECK_FALSE(has(mail.text, "SECRET"));
  CHECK(mail.files.empty());
  CHECK(has(mail.text, "[example.com #42]"));
}

TEST_CASE("who is no agent sees no address but those in the cc") {
  Scene scene;
  scene.actor_name = "";
  CHECK(scene.compose("correspond").from.name == "Example Support");
  CHECK(has(scene.compose("correspond-agent").text, "joe@example.net wrote on ticket 42 in queue support."));
  scene.entry.actor = "login:ann";
  CHECK(has(scene.compose("comment").text, "Example Support commented on ticket 42"));
  scene.entry.actor = "joe@example.net";
  scene.actor_name = "joe@example.net";
  const auto mail = scene.compose("correspond", "jim@example.net");
  CHECK(mail.from.name == "Example Support");
  CHECK(has(mail.text, "Cc: jim@example.net"));
  for (const char* kind : {"acknowledge", "correspond", "resolved"}) {
    const auto text = mail::write(scene.compose(kind, "jim@example.net"));
    CHECK_FALSE(has(text, "joe@example.net"));
    CHECK_FALSE(has(text, "ann@example.com"));
    CHECK_FALSE(has(text, "desk.example.com"));
  }
  CHECK(has(scene.compose("comment").text, "https://desk.example.com/ticket/42\n"));
  scene.config.notify.url_requestor = "https://example.com/t/{id}";
  CHECK(has(scene.compose("correspond").text, "https://example.com/t/42\n"));
}

TEST_CASE("a subject has our tag once and keeps those of others") {
  const struct {
    const char *subject, *tagged;
  } rows[] = {
      {"Printer", "[example.com #42] Printer"},
      {"[example.com #42] Printer", "[example.com #42] Printer"},
      {"Re: [EXAMPLE.com #42] Printer [example.com #42]", "[example.com #42] Re: Printer"},
      {"Re: [old.example.com #42] Printer", "[example.com #42] Re: Printer"},
      {"[exam[example.com #42]ple.com #42] x", "[example.com #42] x"},
      {"[other.example #7] Printer", "[example.com #42] [other.example #7] Printer"},
      {"[example.com #421] Printer", "[example.com #42] [example.com #421] Printer"},
      {"", "[example.com #42] (no subject)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.subject);
    Scene scene;
    scene.ticket.subject = row.subject;
    CHECK(scene.compose("correspond").subject == row.tagged);
  }
  Templates templates = built_in_templates();
  REQUIRE(replace_template(templates, "correspond", "Subject: [{{tag}}] {{subject}}\n\nx", "t").empty());
  CHECK(Scene().compose("correspond", "x@y.example", templates).subject == "[example.com #42] Printer on fire");
}

TEST_CASE("References: the ticket's first, each once, of more than ten the first four and the last six") {
  using Ids = std::vector<std::string>;
  CHECK(shortened_references("t", {}, "") == Ids{"t"});
  CHECK(shortened_references("t", {"a", "", "t", "b", "a"}, "b") == Ids{"t", "a", "b"});
  CHECK(shortened_references("", {}, "") == Ids{});
  CHECK(shortened_references("t", {"1", "2", "3", "4", "5", "6", "7", "8"}, "9") ==
        Ids{"t", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
  CHECK(shortened_references("t", {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}, "12") ==
        Ids{"t", "1", "2", "3", "7", "8", "9", "10", "11", "12"});
}

TEST_CASE("files go along up to the limit, the others are named with their size") {
  Scene scene;
  scene.config.notify.attach = 1000;
  scene.entry.attachments = {{"a.txt", "text/plain", "", "", 600, {}, 1},
                             {"film\n.mp4", "video/mp4", "", "", 3'300'000, {}, 2},
                             {"b.txt", "text/plain", "", "", 400, {}, 3},
                             {"", "image/png", "", "", 1, {}, 4}};
  const auto along = passed_on(scene.entry.attachments, scene.config.notify.attach);
  REQUIRE(along.size() == 2);
  CHECK(along[0].name == "a.txt");
  CHECK(along[1].name == "b.txt");
  scene.files = {{"a.txt", "text/plain", std::string(600, 'a')}, {"b.txt", "text/plain", std::string(400, 'b')}};
  const auto mail = scene.compose("correspond");
  CHECK(mail.files.size() == 2);
  CHECK(has(mail.text, "\n[not attached: film .mp4, 3.1 MiB]\n[not attached: image/png, 1 B]\n"));
}

TEST_CASE("what cannot be an address is an error, not a header field") {
  for (const char* to : {"", "joe", "joe@example.net, jim@example.net", "joe@example.net\r\nBcc: x@y", "<joe@x.y>"}) {
    CAPTURE(to);
    CHECK_THROWS_AS(Scene().compose("correspond", to), base::Error);
  }
}

TEST_CASE("composed mails are valid to another parser, hostile ones too") {
  tests::OtherParser other;
  Templates templates = built_in_templates();
  REQUIRE(replace_template(templates, "correspond.html", "<p>{{subject}}</p>\n<pre>{{text}}</pre>\n", "t").empty());
  for (const auto& kind : kinds()) {
    const std::string name(kind.name);
    const auto plain = Scene().compose(name.c_str(), "ann@example.com", templates);
    other.add(name, plain, plain.subject, plain.text);

    Scene hostile;
    hostile.ticket.subject =
        "x\r\nBcc: evil@example.net\r\n\r\n" + std::string(10000, 'y') + " =?utf-8?q?=0A?= {{owner}}";
    hostile.actor_name = "Evil\", <evil@example.net>\r\nX-Evil: 1";
    hostile.entry.message_id = "a\r\nX-Evil: 1";
    hostile.text = std::string("\0\x1b]0;x\a {{#files}} --=_\r\n.\r\n", 27) + std::string(5000, 'z') + "\xFF";
    hostile.files = {{"a\r\nX-Evil: 1\".exe", "x\r\nX-Evil: 1", "x"}};
    auto mail = hostile.compose(name.c_str(), "\"a, b\"@example.net", templates);
    const auto bytes = mail::write(mail);
    CHECK(mail.subject.find_first_of("\r\n") == std::string::npos);
    CHECK(mail.from.name.find_first_of("\r\n@") == std::string::npos);
    // What the bytes must mean is what our own reader finds there, less what never gets into a field.
    const auto facts = mail::parse(bytes, {});
    CHECK(facts.defects.empty());
    CHECK(facts.in_reply_to.empty());
    CHECK(facts.subject == mail.subject);
    mail.in_reply_to.clear();
    std::erase_if(mail.references, [](const auto& id) { return id.find('\r') != std::string::npos; });
    for (auto& file : mail.files) {
      file = {"a X-Evil: 1\".exe", "application/octet-stream", "x"};
    }
    auto visible = facts.text;
    if (kind.name == "correspond") {
      mail.html = render(templates.at(name), {{{"subject", mail.subject}}, {}}).html;
      continue;  // its HTML is compared in the tests of write
    }
    other.add("hostile-" + name, mail, mail.subject, visible);
  }
  CHECK(other.complaints() == "");
}

TEST_CASE("a rehearsal finds templates and queues of which no notice can be made") {
  Scene scene;
  scene.config.queues = {scene.queue, scene.queue};
  scene.config.notify.templates = "/t";
  Templates templates = built_in_templates();
  REQUIRE(replace_template(templates, "comment.html", "{{#files}}<p>{{name}}</p>{{/files}}{{text}}", "t").empty());
  CHECK(rehearse(templates, scene.config, when).empty());
  templates.at("resolved").text = "{{#url}}";  // as only a mistake of ours could let it through
  scene.config.queues[1].name = "sales";
  scene.config.queues[1].addresses = {"b\xC3\xBCro@example.com"};
  scene.config.queues[1].comment_addresses.clear();
  const auto complaints = rehearse(templates, scene.config, when);
  REQUIRE(complaints.size() == 1 + kind_count);
  CHECK(config::to_string(complaints[0]).starts_with("/t/resolved: cannot be composed for queue support: template: "));
  CHECK(config::to_string(complaints[1]).starts_with("/t/acknowledge: cannot be composed for queue sales: no address"));
}
