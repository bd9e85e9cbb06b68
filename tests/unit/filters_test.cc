// SPDX-License-Identifier: MIT
// Filters: what matches, who wins, what is left open at RCPT.
#include "policy/filters.h"

#include <doctest/doctest.h>

#include <set>

#include "mail/parse.h"
#include "policy/term_matcher.h"

using namespace ticketmilter;
using policy::Filters;
using policy::FilterVerdict;
using policy::Outcome;
using policy::TermMatcher;

namespace {

// A mail as filters see it.
struct Mail {
  std::string from = "Ann <ann@remote.example>";
  std::string subject = "hello";
  std::string sender = "<ann@remote.example>";
  std::string more = "";  // header lines
  std::string login = "";
  std::string rule = "human";  // of the classification
  std::vector<std::string> marks = {};
  policy::FilterPerson person = {"support", true, false, false, false};
};

mail::Envelope envelope_of(const Mail& m) {
  mail::Envelope envelope;
  envelope.sender = m.sender;
  envelope.login = m.login;
  envelope.client = "192.0.2.7";
  return envelope;
}

const std::string kRecipient = "<support+42@tickets.example.com>";

FilterVerdict judge(const config::Filter& filter, const Mail& m) {
  const Filters filters(filter);
  const auto envelope = envelope_of(m);
  const auto facts = mail::parse(m.more + "From: " + m.from + "\nSubject: " + m.subject + "\n\nbody text\n", {});
  policy::Classification classification;
  classification.rule = m.rule;
  classification.marks = m.marks;
  return filters.judge(filters.try_terms({envelope, kRecipient, &facts, &classification}), m.person);
}

// The same at RCPT.
FilterVerdict judge_early(const config::Filter& filter, const Mail& m) {
  const Filters filters(filter);
  const auto envelope = envelope_of(m);
  policy::FilterPerson person = m.person;
  person.identified = false;
  return filters.judge(filters.try_terms({envelope, kRecipient}), person);
}

// The rule that refuses, "" = none.
std::string refuser(const FilterVerdict& verdict) {
  return verdict.refusal ? verdict.refusal->rule : "";
}

// "vip set, later refuse"
std::string fired(const FilterVerdict& verdict) {
  constexpr const char* effects[] = {"refuse", "spare", "dry", "accept", "set", "tag"};
  std::string text;
  for (const auto& f : verdict.fired) {
    text += (text.empty() ? "" : ", ") + f.rule + " " + effects[static_cast<std::size_t>(f.effect)];
    CHECK(policy::describe(f).starts_with(f.rule + ": "));
  }
  return text;
}

config::Filter no_presets() {
  config::Filter filter;
  filter.presets = {};
  return filter;
}

config::Filter with_rule(config::FilterRule rule) {
  config::Filter filter = no_presets();
  rule.id = rule.id.empty() ? "rule" : rule.id;
  filter.rules = {std::move(rule)};
  return filter;
}

config::FilterRule rule_of(const std::string& field, const std::string& match, const std::string& value,
                           bool negate = false) {
  config::FilterRule rule;
  rule.all = {{field, match, {value}, negate}};
  return rule;
}

}  // namespace

TEST_CASE("plain terms, all in one pass") {
  using How = TermMatcher::How;
  const TermMatcher matcher({{"he", How::Contains, 0},
                             {"she", How::Contains, 1},
                             {"his", How::Contains, 2},
                             {"hers", How::Contains, 3},
                             {"he", How::Prefix, 4},
                             {"ers", How::Suffix, 5},
                             {"ushers", How::Equals, 6},
                             {"b.example", How::Domain, 7},
                             {"", How::Contains, 8}});
  const auto found = [&](const char* text) {
    std::set<std::uint32_t> ids;
    matcher.match(text, [&](std::uint32_t id) { ids.insert(id); });
    return ids;
  };
  CHECK(found("ushers") == std::set<std::uint32_t>{0, 1, 3, 5, 6});
  CHECK(found("he") == std::set<std::uint32_t>{0, 4});
  CHECK(found("xushers") == std::set<std::uint32_t>{0, 1, 3, 5});
  CHECK(found("this") == std::set<std::uint32_t>{2});
  CHECK(found("a.b.example") == std::set<std::uint32_t>{7});
  CHECK(found("b.example") == std::set<std::uint32_t>{7});
  CHECK(found("ab.example").empty());
  CHECK(found("b.example.org").empty());
  CHECK(found("").empty());
  CHECK(found("\xff\x80").empty());
  TermMatcher().match("anything", [](std::uint32_t) { FAIL("an empty matcher finds nothing"); });
}

TEST_CASE("a sender term is tried against every name of the sender") {
  config::Filter filter = no_presets();
  filter.sender_deny = {"postmaster"};
  CHECK(refuser(judge(filter, {.from = "PostMaster <x@y.example>"})) == "sender-deny");
  CHECK(refuser(judge(filter, {.from = "x@postmaster.example"})) == "sender-deny");
  CHECK(refuser(judge(filter, {.from = "=?utf-8?Q?P=C3=B3stmaster?= <x@y.example>"})) == "sender-deny");
  CHECK(refuser(judge(filter, {.sender = "<postmaster@y.example>"})) == "sender-deny");
  CHECK(refuser(judge(filter, {.more = "Reply-To: postmaster@y.example\n"})) == "sender-deny");
  CHECK(refuser(judge(filter, {.more = "Sender: postmaster@y.example\n"})) == "sender-deny");
  CHECK(refuser(judge(filter, {.login = "postmaster"})) == "sender-deny");
  CHECK(refuser(judge(filter, {.subject = "postmaster"})) == "");
  const auto verdict = judge(filter, {.from = "postmaster@y.example"});
  REQUIRE(verdict.refusal);
  CHECK(verdict.refusal->outcome == Outcome::Reject);
  CHECK(verdict.refusal->reply.code == 550);
  CHECK(verdict.refusal->reply.enhanced == "5.7.1");
  CHECK(verdict.refusal->reply.text == "refused by rule sender-deny (postmaster@y.example)");
  filter.presets = {"trackit"};
  filter.sender_deny = {};
  CHECK(refuser(judge(filter, {.from = "Postmaster <x@y.example>"})) == "preset-trackit");
}

TEST_CASE("preset standard believes machines only") {
  const config::Filter filter;
  const std::string subject = "=?utf-8?B?T3V0IG9mIE9mZmljZTogYmFjayBNb25kYXk=?=";
  CHECK(refuser(judge(filter, {.subject = subject, .sender = "<>"})) == "preset-standard");
  CHECK(refuser(judge(filter, {.subject = subject})) == "");
  CHECK(refuser(judge(filter, {.subject = subject, .rule = "auto-1"})) == "preset-standard");
  CHECK(refuser(judge(filter, {.from = "postmaster@partner.example"})) == "");
  CHECK(refuser(judge(filter, {.subject = "Mail delivery failure when I write to you"})) == "");
  config::Filter trackit;
  trackit.presets = {"trackit"};
  CHECK(refuser(judge(trackit, {.subject = subject})) == "preset-trackit");
  CHECK(refuser(judge(no_presets(), {.subject = subject, .sender = "<>"})) == "");
}

TEST_CASE("allow wins over deny, a token over both, strict over the token") {
  config::Filter filter = no_presets();
  filter.sender_deny = {"@remote.example"};
  filter.subject_deny = {"casino"};
  CHECK(refuser(judge(filter, {})) == "sender-deny");
  CHECK(refuser(judge(filter, {.from = "a@b.example", .subject = "Great  C\xC3\xA1sino", .sender = "<a@b.example>"})) ==
        "subject-deny");
  filter.sender_allow = {"ann@"};
  CHECK(refuser(judge(filter, {})) == "");
  CHECK(refuser(judge(filter, {.from = "bob@remote.example", .sender = "<bob@remote.example>"})) == "sender-deny");
  filter.sender_allow = {};
  Mail reply;
  reply.person.token_or_bound = true;
  CHECK(refuser(judge(filter, reply)) == "");
  CHECK(fired(judge(filter, reply)) == "sender-deny spare");
  filter.strict = true;
  CHECK(refuser(judge(filter, reply)) == "sender-deny");
  filter.dry_run = true;
  CHECK(refuser(judge(filter, reply)) == "");
  CHECK(fired(judge(filter, reply)) == "sender-deny dry");
}

TEST_CASE("each field and each way to match") {
  struct Row {
    const char* field;
    const char* match;
    const char* value;
    bool holds;
  };
  const Mail m{.from = "Ann Clerk <Ann.Clerk@sub.Remote.example>",
               .subject = "[ABC] Re: Caf\xC3\xA9 time",
               .more = "Reply-To: Back <back@reply.example>\nX-Mailer: =?utf-8?Q?M=C3=BCller?= 1\n"};
  for (const Row& row : {Row{"envelope.sender", "equals", "ann@remote.example", true},
                         {"envelope.recipient", "contains", "+42@", true},
                         {"author.address", "equals", "ann.clerk@sub.remote.example", true},
                         {"author.local", "equals", "ann.clerk", true},
                         {"author.domain", "domain", "remote.example", true},
                         {"author.domain", "domain", "mote.example", false},
                         {"author.domain", "equals", "remote.example", false},
                         {"author.name", "prefix", "ann", true},
                         {"author.name", "suffix", "clerk", true},
                         {"author.name", "prefix", "clerk", false},
                         {"reply_to.domain", "equals", "reply.example", true},
                         {"reply_to.name", "equals", "back", true},
                         {"sender.address", "contains", "ann", false},
                         {"subject", "contains", "cafe", true},
                         {"subject", "regex", "^\\[(?P<project>[A-Z]{2,8})\\]", true},
                         {"subject", "regex", "^\\[abc\\]", false},
                         {"author.domain", "glob", "*.remote.ex?mple", true},
                         {"author.domain", "glob", "remote.*", false},
                         {"header:X-Mailer", "contains", "muller", true},
                         {"header:x-other", "contains", "muller", false},
                         {"body", "contains", "body text", true},
                         {"class", "equals", "human", true},
                         {"client", "prefix", "192.0.2.", true},
                         {"size", "gt", "10", true},
                         {"size", "lt", "10", false},
                         {"nonsense", "contains", "ann", false}}) {
    CAPTURE(row.field);
    CAPTURE(row.value);
    CHECK((refuser(judge(with_rule(rule_of(row.field, row.match, row.value)), m)) == "rule") == row.holds);
    CHECK((refuser(judge(with_rule(rule_of(row.field, row.match, row.value, true)), m)) == "rule") == !row.holds);
  }
  const auto attached = with_rule(rule_of("attachment.name", "suffix", ".exe"));
  CHECK(refuser(judge(
            attached,
            {.more =
                 "Content-Type: application/x; name=\"a.EXE\"\nContent-Disposition: attachment; filename=a.EXE\n"})) ==
        "rule");
  CHECK(refuser(judge(attached, {})) == "");
}

TEST_CASE("any, all, queues, clients, binds") {
  config::FilterRule rule;
  rule.any = {{"subject", "contains", {"one", "two"}, false}, {"author.domain", "domain", {"bad.example"}, false}};
  rule.all = {{"subject", "contains", {"now"}, false}};
  CHECK(refuser(judge(with_rule(rule), {.subject = "two now"})) == "rule");
  CHECK(refuser(judge(with_rule(rule), {.subject = "two"})) == "");
  CHECK(refuser(judge(with_rule(rule), {.subject = "now"})) == "");
  CHECK(refuser(judge(with_rule(rule), {.from = "a@very.bad.example", .subject = "now"})) == "rule");
  rule.queues = {"sales"};
  CHECK(refuser(judge(with_rule(rule), {.subject = "two now"})) == "");
  rule.queues = {"sales", "support"};
  CHECK(refuser(judge(with_rule(rule), {.subject = "two now"})) == "rule");
  rule.clients = {*config::parse_network("198.51.100.0/24")};
  CHECK(refuser(judge(with_rule(rule), {.subject = "two now"})) == "");
  rule.clients = {*config::parse_network("192.0.2.0/24")};
  CHECK(refuser(judge(with_rule(rule), {.subject = "two now"})) == "rule");
  rule.binds = {"unknown"};
  Mail m{.subject = "two now"};
  CHECK(refuser(judge(with_rule(rule), m)) == "rule");
  m.person.known = true;
  CHECK(refuser(judge(with_rule(rule), m)) == "");
  rule.binds = {"requestor"};
  CHECK(refuser(judge(with_rule(rule), m)) == "rule");
  m.person.agent = true;
  CHECK(refuser(judge(with_rule(rule), m)) == "");
  rule.binds = {"agent"};
  CHECK(refuser(judge(with_rule(rule), m)) == "rule");
}

TEST_CASE("actions in file order") {
  config::Filter filter = no_presets();
  config::FilterRule set = rule_of("subject", "contains", "vip");
  set.id = "vip";
  set.action = "set";
  set.set_queue = "vip";
  set.set_priority = 2;
  set.set_acknowledge = "never";
  set.stop = false;
  config::FilterRule later = rule_of("author.name", "contains", "ann");
  later.id = "later";
  later.action = "tempfail";
  later.code = 450;
  later.enhanced = "4.7.1";
  later.text = "come back, {address}: {rule}\xC3\xA9";
  filter.rules = {set, later};
  auto verdict = judge(filter, {.subject = "vip"});
  CHECK(verdict.set_queue == "vip");
  CHECK(verdict.set_priority == 2);
  CHECK(verdict.set_acknowledge == "never");
  CHECK(fired(verdict) == "vip set, later refuse");
  REQUIRE(verdict.refusal);
  CHECK(verdict.refusal->outcome == Outcome::Tempfail);
  CHECK(verdict.refusal->reply.code == 450);
  CHECK(verdict.refusal->reply.text == "come back, ann@remote.example: later??");
  filter.rules[0].stop = true;
  CHECK(refuser(judge(filter, {.subject = "vip"})) == "");
  filter.rules[0].action = "accept";
  filter.accept_from = config::AcceptFrom::Agents;
  CHECK(refuser(judge(filter, {.subject = "vip"})) == "");
  CHECK(refuser(judge(filter, {.subject = "x"})) == "later");
  for (const auto& [action, outcome] : {std::pair{"discard", Outcome::Discard}, {"journal", Outcome::Journal}}) {
    filter.rules[1].action = action;
    CHECK(judge(filter, {}).refusal->outcome == outcome);
  }
}

TEST_CASE("accept_from and spam") {
  config::Filter filter = no_presets();
  Mail known, agent, spam;
  known.person.known = true;
  agent.person.agent = true;
  spam.marks = {"spam"};
  using config::AcceptFrom;
  for (const auto& [from, stranger_in, known_in, agent_in] : {std::tuple{AcceptFrom::Any, true, true, true},
                                                              {AcceptFrom::Requestors, false, true, false},
                                                              {AcceptFrom::Agents, false, false, true},
                                                              {AcceptFrom::RequestorsAndAgents, false, true, true}}) {
    filter.accept_from = from;
    CHECK(refuser(judge(filter, {})) == (stranger_in ? "" : "accept-from"));
    CHECK(refuser(judge(filter, known)) == (known_in ? "" : "accept-from"));
    CHECK(refuser(judge(filter, agent)) == (agent_in ? "" : "accept-from"));
    CHECK(refuser(judge_early(filter, {})) == "");
  }
  filter.accept_from = AcceptFrom::Any;
  CHECK(fired(judge(filter, spam)) == "");
  filter.spam = config::Spam::Tag;
  CHECK(fired(judge(filter, spam)) == "spam tag");
  filter.spam = config::Spam::Reject;
  CHECK(refuser(judge(filter, spam)) == "spam");
  CHECK(refuser(judge(filter, {})) == "");
  filter.sender_allow = {"ann@"};
  CHECK(refuser(judge(filter, spam)) == "");
}

TEST_CASE("at RCPT only what nothing later can change is refused") {
  config::Filter filter = no_presets();
  filter.sender_deny = {"@remote.example"};
  CHECK(refuser(judge_early(filter, {})) == "sender-deny");
  CHECK(refuser(judge_early(filter, {.sender = "<a@b.example>"})) == "");
  filter.sender_allow = {"boss"};
  CHECK(refuser(judge_early(filter, {})) == "");  // From may yet say "boss"
  filter.sender_allow = {};
  filter.subject_deny = {"hello"};
  filter.sender_deny = {};
  CHECK(refuser(judge_early(filter, {})) == "");

  config::FilterRule accept = rule_of("subject", "contains", "please");
  accept.id = "accept";
  accept.action = "accept";
  config::FilterRule deny = rule_of("envelope.sender", "suffix", "@remote.example");
  deny.id = "deny";
  config::Filter rules = no_presets();
  rules.rules = {accept, deny};
  CHECK(refuser(judge_early(rules, {})) == "");  // the subject may yet say "please"
  CHECK(refuser(judge(rules, {})) == "deny");
  rules.rules = {deny, accept};
  CHECK(refuser(judge_early(rules, {})) == "deny");
  rules.rules[0].binds = {"unknown"};
  CHECK(refuser(judge_early(rules, {})) == "");
  rules.rules = {rule_of("envelope.sender", "contains", "friend", true)};
  rules.rules[0].id = "strangers";
  CHECK(refuser(judge_early(rules, {})) == "strangers");
  CHECK(refuser(judge_early(rules, {.sender = "<>"})) == "");  // callouts end at RCPT
}

TEST_CASE("the recipient alone is tried again for the next one") {
  const config::Filter filter = with_rule(rule_of("envelope.recipient", "contains", "+42@"));
  const Filters filters(filter);
  const auto envelope = envelope_of({});
  const auto first = filters.try_terms({envelope, kRecipient});
  CHECK(filters.judge(first, {}).refusal);
  const auto other = filters.for_recipient(first, envelope, "<help@tickets.example.com>");
  CHECK_FALSE(filters.judge(other, {}).refusal);
  CHECK(filters.judge(filters.for_recipient(other, envelope, kRecipient), {}).refusal);
}

TEST_CASE("a field is looked at however often it stands there before") {
  std::string many;
  for (int i = 0; i < 500; ++i) {
    many += "X-Note: harmless\n";
  }
  const auto filter = with_rule(rule_of("header:x-note", "equals", "evil"));
  CHECK(refuser(judge(filter, {.more = many})) == "");
  CHECK(refuser(judge(filter, {.more = many + "X-Note: evil\n"})) == "rule");
}

TEST_CASE("a preset holds once, by sender and subject") {
  config::Filter filter;
  filter.presets = {"trackit"};
  filter.dry_run = true;
  CHECK(fired(judge(filter, {.from = "postmaster@y.example", .subject = "Failure Notice"})) == "preset-trackit dry");
}

TEST_CASE("the rules that are tried, by name") {
  config::Filter filter;
  CHECK(Filters(filter).inbound_rules() == std::vector<std::string>{"preset-standard"});
  filter = with_rule(rule_of("subject", "contains", "one"));
  filter.sender_deny = {"two"};
  filter.accept_from = config::AcceptFrom::Agents;
  filter.spam = config::Spam::Tag;
  CHECK(Filters(filter).inbound_rules() == std::vector<std::string>{"sender-deny", "rule", "accept-from", "spam"});
  filter.rules[0].inbound = false;
  CHECK(Filters(filter).inbound_rules() == std::vector<std::string>{"sender-deny", "accept-from", "spam"});
}

TEST_CASE("outbound rules keep notices back") {
  config::FilterRule rule = rule_of("author.domain", "domain", "quiet.example");
  rule.inbound = false;
  rule.outbound = true;
  CHECK(refuser(judge(with_rule(rule), {.from = "a@quiet.example"})) == "");
  const config::Filter filter = with_rule(rule);
  const Filters filters(filter);
  CHECK(filters.refuse_notice("ann@quiet.example", "x") == "rule");
  CHECK_FALSE(filters.refuse_notice("ann@loud.example", "x"));
  rule = rule_of("subject", "contains", "secret");
  rule.outbound = true;
  CHECK(Filters(with_rule(rule)).refuse_notice("a@b.example", "Top Secret") == "rule");
  CHECK_FALSE(Filters(no_presets()).refuse_notice("a@b.example", "x"));
}
