// SPDX-License-Identifier: MIT
// policy/route and policy/subject: which recipients are ours and what an address or a subject names.
#include "policy/route.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "policy/subject.h"
#include "sample_config.h"

using namespace ticketmilter;
using policy::Action;
using policy::Route;
using To = policy::Route::To;

namespace {

// "queue/ticket/actions" or the refusal's enhanced code.
std::string told(const Route& r) {
  if (!r.ours()) {
    return "foreign";
  }
  if (r.refusal) {
    return r.refusal->reply.enhanced;
  }
  std::string text = r.to == To::Bounce ? "bounce" : r.queue;
  text += "/" + (r.ticket ? std::to_string(number(*r.ticket)) : "") + "/";
  for (Action a : r.actions) {
    text += std::string(name(a)) + " ";
  }
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::string route(const std::string& recipient, config::Config c = test::sample_config()) {
  return told(policy::Router(c).route(recipient, false));
}

}  // namespace

TEST_CASE("which recipients are ours") {
  struct Row {
    const char* recipient;
    const char* want;
  };
  for (const Row& row : {
           Row{"<help@tickets.example>", "help//correspond"},
           Row{"help@tickets.example", "help//correspond"},
           Row{"<HELP@Tickets.Example>", "help//correspond"},
           Row{"<\"help\"@tickets.example>", "help//correspond"},
           Row{"<@relay.example,@b.example:help@tickets.example>", "help//correspond"},
           Row{"<help-comment@tickets.example>", "help//comment"},
           Row{"<help+@tickets.example>", "help//correspond"},
           Row{"<sales+42@tickets.example>", "sales/42/correspond"},
           Row{"<helper@tickets.example>", "foreign"},
           Row{"<help@tickets.example.org>", "foreign"},
           Row{"<bob@tickets.example>", "foreign"},
           Row{"<postmaster@tickets.example>", "foreign"},
           Row{"<postmaster>", "foreign"},
           Row{"<>", "foreign"},
           Row{"", "foreign"},
           Row{"<help@>", "foreign"},
       }) {
    CAPTURE(row.recipient);
    CHECK(route(row.recipient) == row.want);
  }
}

TEST_CASE("A5 A6 N15 what an extension names, mode auto") {
  struct Row {
    const char* extension;
    const char* want;
  };
  for (const Row& row : {
           Row{"42", "help/42/correspond"},
           Row{"comment", "help//comment"},
           Row{"take-comment", "help//take comment"},
           Row{"42-comment-resolve", "help/42/comment resolve"},
           Row{"comment-resolve-42", "help/42/comment resolve"},
           Row{"COMMENT-42", "help/42/comment"},
           Row{"sales", "sales//correspond"},
           Row{"sales-42-take", "sales/42/take"},
           Row{"42.abcdefghijklmnop", "help/42/correspond"},
           Row{"comment-42.abcdefghijklmnop", "help/42/comment"},
           Row{"42.abcdefghijklmnop-comment", "help/42/comment"},
           Row{"nonsense", "5.1.1"},
           Row{"42-43", "5.1.1"},
           Row{"0", "5.1.1"},
           Row{"99999999999999999999", "5.1.1"},
           Row{"42.abc", "5.1.1"},
           Row{"42-", "5.1.1"},
           Row{"-42", "5.1.1"},
           Row{"sales-help", "5.1.1"},
           Row{"take-take-take-take-take-take-take-take-take", "5.1.1"},
       }) {
    CAPTURE(row.extension);
    CHECK(route(std::string("<help+") + row.extension + "@tickets.example>") == row.want);
  }
}

TEST_CASE("A5 unknown_extension = ignore files the mail and keeps the extension") {
  auto c = test::sample_config();
  c.address.unknown_extension = config::UnknownExtension::Ignore;
  const Route r = policy::Router(c).route("<help+nonsense@tickets.example>", false);
  CHECK(told(r) == "help//correspond");
  CHECK(r.extension == "nonsense");
}

TEST_CASE("A4 control characters in an extension") {
  CHECK(route("<help+a\x01b@tickets.example>") == "5.1.3");
  CHECK(route("<\"help+a\nb\"@tickets.example>") == "5.1.3");
  CHECK(route("<bob+a\x01b@tickets.example>") == "foreign");
}

TEST_CASE("the other modes read the extension as one thing") {
  auto with = [](config::ExtensionMode mode) {
    auto c = test::sample_config();
    c.queues[0].extension = mode;
    return c;
  };
  using Mode = config::ExtensionMode;
  CHECK(route("<help+sales@tickets.example>", with(Mode::Queue)) == "sales//correspond");
  CHECK(route("<help+42@tickets.example>", with(Mode::Queue)) == "5.1.1");
  CHECK(route("<help+take-comment@tickets.example>", with(Mode::Action)) == "help//take comment");
  CHECK(route("<help+sales@tickets.example>", with(Mode::Action)) == "5.1.1");
  CHECK(route("<help+42@tickets.example>", with(Mode::Ticket)) == "help/42/correspond");
  CHECK(route("<help+comment@tickets.example>", with(Mode::Ticket)) == "5.1.1");
  CHECK(route("<help+42@tickets.example>", with(Mode::None)) == "foreign");
  CHECK(route("<help@tickets.example>", with(Mode::None)) == "help//correspond");
  CHECK(route("<help+42.abcdefghijklmnop@tickets.example>", with(Mode::Queue)) == "help/42/correspond");
}

TEST_CASE("hyphens in queue names, delimiters in addresses, several delimiters") {
  auto c = test::sample_config();
  c.queues.push_back(test::queue("on", "on"));
  c.queues.push_back(test::queue("on-call", "on-call"));
  CHECK(route("<help+on-call-42@tickets.example>", c) == "on-call/42/correspond");
  CHECK(route("<help+on-42@tickets.example>", c) == "on/42/correspond");
  c.address.delimiter = "+-";
  CHECK(route("<on-call@tickets.example>", c) == "on-call//correspond");
  CHECK(route("<on-call-42@tickets.example>", c) == "on-call/42/correspond");
  CHECK(route("<on-call+42@tickets.example>", c) == "on-call/42/correspond");
}

TEST_CASE("default_queue takes the rest of the site's domain, less postmaster and abuse") {
  auto c = test::sample_config();
  c.address.default_queue = "sales";
  CHECK(route("<anything@tickets.example>", c) == "sales//correspond");
  CHECK(route("<anything+7@tickets.example>", c) == "sales/7/correspond");
  CHECK(route("<postmaster@tickets.example>", c) == "foreign");
  CHECK(route("<Abuse+x@tickets.example>", c) == "foreign");
  CHECK(route("<anything@elsewhere.example>", c) == "foreign");
}

TEST_CASE("a queue that is not enabled, bounce addresses") {
  auto c = test::sample_config();
  c.queues[1].enabled = false;
  CHECK(route("<sales@tickets.example>", c) == "5.2.1");
  CHECK(route("<help+sales@tickets.example>", c) == "5.2.1");
  CHECK(route("<bounce+42-7.abcdefghijklmnop@tickets.example>") == "bounce/42/");
  CHECK(route("<bounce@tickets.example>") == "5.7.1");
  CHECK(route("<bounce+x@tickets.example>") == "5.7.1");
}

TEST_CASE("A58 own addresses") {
  const auto c = test::sample_config();
  const policy::Router router(c);
  CHECK(router.is_ours("help@tickets.example"));
  CHECK(router.is_ours("help-comment@tickets.example"));
  CHECK(router.is_ours("help+x@tickets.example"));
  CHECK_FALSE(router.is_ours("frt@tickets.example"));
}

TEST_CASE("A37 to A45 subject tags") {
  auto c = test::sample_config();
  c.site.former_names = {"oldsite"};
  c.queues.push_back(test::queue("site", "site"));
  c.queues.push_back(test::queue("u", "\xC3\x84mter"));
  const auto names = policy::tag_names(c);
  auto found = [&](const char* subject) {
    auto id = policy::find_tag(subject, names);
    return id ? number(*id) : 0;
  };
  CHECK(found("[example.com #12] test") == 12);
  CHECK(found("Re: [http://example.com #12] test") == 12);
  CHECK(found("[https://EXAMPLE.com #12 ] test") == 12);
  CHECK(found("[Windows/Servers-Desktops #12] test") == 12);
  CHECK(found("[WindowsXServers-Desktops #12] test") == 0);
  CHECK(found("[example.com #12] [remote-system #79] test") == 12);
  CHECK(found("[remote-system #79] [example.com #12]") == 12);
  CHECK(found("[site #123]") == 123);
  CHECK(found("[othersite #123]") == 0);
  CHECK(found("[oldsite #5]") == 5);
  CHECK(found("[\xC3\xA4mter #7]") == 7);
  CHECK(found("[example.com #0]") == 0);
  CHECK(found("[example.com #18446744073709551616]") == 0);
  CHECK(found("[example.com#12]") == 0);
  CHECK(found("[example.com\xC2\xA0#12]") == 12);
  CHECK(found("[example.com \xC2\xA0 #12]") == 12);
  CHECK(found("[\xC2\xA0#12]") == 0);
  CHECK(found("[example.com #12") == 0);
  CHECK(found("[[example.com #12]]") == 12);
  CHECK(found("") == 0);
  CHECK(policy::strip_tags("Re: [example.com #12] [remote-system #79] x", names) == "Re: [remote-system #79] x");
  CHECK(policy::strip_tags("[example.com #12]", names) == "(no subject)");
  CHECK(policy::strip_tags("", names) == "(no subject)");
  const auto foreign = [&](const std::string& subject) {
    return base::join(policy::foreign_tags(subject, names), " ");
  };
  CHECK(foreign("[example.com #12] [remote-system #79] [comment] x") == "[remote-system #79]");
  CHECK(foreign("Re: [a #1] [a #1] [b #2][c #3] [d #4]") == "[a #1] [b #2] [c #3]");
  CHECK(foreign("[#79] [x 79] [x #] [x #7a] [ #1] [x #79") == "");
  CHECK(foreign("[" + std::string(100, 'x') + " #1] [[y #2]") == "[y #2]");
}
