// SPDX-License-Identifier: MIT
// What explain prints: the fields are a contract, the text is for people.
#include <doctest/doctest.h>

#include "cli/explanation.h"
#include "cli/stages.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;
using policy::Outcome;

namespace {

config::Config sample_config() {
  config::Config c;
  c.site.name = "example.com";
  c.site.domain = "tickets.example";
  c.site.support_contact = "lead@people.example";
  config::Queue queue;
  queue.name = "help";
  queue.addresses = {"help@tickets.example"};
  queue.tag = "example.com";
  c.queues = {queue};
  return c;
}

// A mail to help@ as explain has it before the decision.
struct Mail {
  policy::Policy policy{sample_config(), {"sixteen characters", {}}};
  mail::Facts facts;
  mail::Envelope envelope;

  Mail() {
    facts.from = {{"Rita", {"R", "Remote.example"}}};
    facts.subject = "Fire \x1b[2J";
    facts.size = 100;
    facts.content_type = "text/plain";
    envelope.sender = "<r@remote.example>";
    envelope.recipients = {"<Help@tickets.example>"};
  }
  intake::Explanation explain() const {
    policy::Target target;
    target.routes = {0};
    target.queue = "help";
    policy::Decision decision;
    decision.targets = {target};
    decision.rule = "human";
    return {decision, policy::make_case(policy, facts, envelope, {}), {}};
  }
};

policy::Refusal refusal() {
  return {Outcome::Reject, {550, "5.7.1", "no"}, "right-create"};
}

bool has(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("a new ticket") {
  const Mail mail;
  intake::Explanation e = mail.explain();
  e.decision.outcome = Outcome::Accept;
  e.decision.targets[0].actions = {policy::Action::Take, policy::Action::Correspond};
  tickets::Notice notice;
  notice.to = "r@remote.example";
  notice.template_name = "acknowledge";
  e.plan.intent.filings.emplace_back().notices = {notice};
  const Json json = to_json(e);
  std::string fields;
  for (const auto& item : json.items()) {
    fields += item.key() + " ";
  }
  CHECK(fields == "verdict code enhanced text rule class author proven duplicate_of filters targets notices facts ");
  CHECK(json["verdict"] == "accept");
  CHECK(json["code"] == 250);
  CHECK(json["enhanced"] == "2.0.0");
  CHECK(json["text"] == "a new ticket in help");
  CHECK(json["class"] == "human");
  CHECK(json["author"] == "r@remote.example");
  CHECK(json["proven"] == false);
  CHECK(json["duplicate_of"].is_null());
  CHECK(json["targets"].dump() ==
        R"([{"recipient":"help@tickets.example","queue":"help","actions":["take","correspond"],"ticket":null}])");
  CHECK(json["notices"].dump() == R"([{"to":"r@remote.example","template":"acknowledge"}])");
  CHECK(json["facts"]["from"].dump() == R"(["r@remote.example"])");
}

TEST_CASE("a refusal is told as the client would see it") {
  const Mail mail;
  intake::Explanation e = mail.explain();
  e.decision.outcome = Outcome::Reject;
  e.decision.refusal = e.decision.targets[0].refusal = refusal();
  e.decision.rule = "right-create";
  const Json json = to_json(e);
  CHECK(json["verdict"] == "reject");
  CHECK(json["code"] == 550);
  CHECK(json["text"] == "<Help@tickets.example>: no; help: lead@people.example");
  CHECK(json["rule"] == "right-create");
  CHECK(json["targets"][0]["actions"].dump() == "[]");
  const std::string text = format_explanation(e, {});
  CHECK(has(text, "  rights      refused: 550 5.7.1 no (rule right-create)\n"));
  CHECK_FALSE(has(text, "  limits"));
}

TEST_CASE("N10 a duplicate names its ticket; what is recorded without an action, its kind") {
  const Mail mail;
  intake::Explanation e = mail.explain();
  e.decision.outcome = Outcome::Accept;
  e.decision.targets[0].ticket = tickets::TicketId{7};
  e.decision.targets[0].kind = tickets::Kind::Bounce;
  e.decision.duplicate_of = tickets::Duplicate{{}, tickets::TicketId{7}, 1, {}};
  const Json json = to_json(e);
  CHECK(json["duplicate_of"] == 7);
  CHECK(json["targets"][0]["ticket"] == 7);
  CHECK(json["targets"][0]["actions"].dump() == R"(["bounce"])");
  CHECK(json["text"] == "duplicate of ticket 7");
}

TEST_CASE("every outcome has an answer, and no usable author is null") {
  Mail mail;
  mail.facts.from.clear();
  intake::Explanation e = mail.explain();
  CHECK(to_json(e)["author"].is_null());
  const std::pair<Outcome, int> rows[] = {{Outcome::Accept, 250}, {Outcome::Discard, 250}, {Outcome::Journal, 250},
                                          {Outcome::Pass, 250},   {Outcome::Reject, 550},  {Outcome::Tempfail, 451}};
  for (const auto& [outcome, code] : rows) {
    e.decision.outcome = outcome;
    CHECK(answer(e).code == code);
    CHECK(answer(e).enhanced[0] == std::to_string(code)[0]);
  }
}

TEST_CASE("the text goes stage by stage, and lets no escape sequence out") {
  const Mail mail;
  intake::Explanation e = mail.explain();
  e.decision.targets[0].actions = {policy::Action::Correspond};
  e.decision.outcome = Outcome::Accept;
  const std::string text = format_explanation(e, {});
  std::size_t at = 0;
  for (const char* stage :
       {"Envelope\n", "Message\n", "Class\n", "Author\n", "Decision\n", "  recipient ", "  size ", "  filters ",
        "  class ", "  author ", "  message ", "  ticket ", "  duplicate ", "  rights ", "  limits ", "Answer\n"}) {
    CAPTURE(stage);
    at = text.find(stage, at);
    REQUIRE(at != std::string::npos);
  }
  CHECK(has(text, "  subject     Fire [2J\n"));
  CHECK_FALSE(has(text, "\x1b"));
}

TEST_CASE("each refusal is told by the test that made it, and no later test is named") {
  const Mail mail;
  const std::pair<const char*, const char*> rows[] = {{"unknown-ticket", "recipient"},
                                                      {"too-large", "size"},
                                                      {"preset-standard", "  decides"},
                                                      {"human", "class"},
                                                      {"loop-7", "class"},
                                                      {"no-author", "author"},
                                                      {"author-8bit", "author"},
                                                      {"long-subject", "message"},
                                                      {"attachment", "message"},
                                                      {"no-ticket", "rights"},
                                                      {"queue-gone", "rights"},
                                                      {"right-own", "rights"},
                                                      {"limit-new-tickets", "limits"},
                                                      {"mac-is-forged", "recipient"}};
  for (const auto& [rule, label] : rows) {
    CAPTURE(rule);
    intake::Explanation e = mail.explain();
    e.decision.targets[0].actions = {policy::Action::Correspond};
    e.decision.targets[0].refusal = policy::Refusal{Outcome::Reject, {550, "5.7.1", "no"}, rule};
    const auto lines = stages_of(e.c, e.decision.targets[0]);
    CHECK(lines.back().label == std::string(label));
    CHECK(has(lines.back().text, rule));
  }
}

TEST_CASE("filters: which were tried, which hold, which decide") {
  const Mail mail;
  intake::Explanation e = mail.explain();
  auto& target = e.decision.targets[0];
  e.decision.outcome = Outcome::Accept;
  CHECK(has(format_explanation(e, {}), "  filters     tried preset-standard: none holds\n"));
  CHECK(to_json(e)["filters"].dump() == "[]");
  target.filter.fired = {{"vip", policy::FilterEffect::Set}, {"late", policy::FilterEffect::Spare}};
  CHECK(has(format_explanation(e, {}), "    holds     vip: sets\n    holds     late: would refuse"));
  CHECK(to_json(e)["filters"].dump() == R"(["late","vip"])");
  target.filter.fired.clear();
  target.refusal = policy::Refusal{Outcome::Reject, {550, "5.7.1", "no"}, "preset-standard"};
  CHECK(to_json(e)["filters"].dump() == R"(["preset-standard"])");
}
