// SPDX-License-Identifier: MIT
// policy/rights: every principal against every right, by every kind of author and proof; and what is no proof.
#include "policy/rights.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "incoming.h"
#include "policy/decide.h"

using namespace ticketmilter;
using policy::Right;
using test::mailbox;

namespace {

// Ann is an agent of all queues, Olga (the ticket's owner) too, Otto of sales only.
config::Config config_with_agents() {
  config::Config c = test::sample_config();
  c.agents.push_back({"Olga", {"olga@staff.example"}, {}, {"*"}, config::Digest::None});
  c.agents.push_back({"Otto", {"otto@staff.example"}, {}, {"sales"}, config::Digest::None});
  return c;
}

tickets::Ticket ticket() {
  tickets::Ticket t;
  t.id = tickets::TicketId{12};
  t.queue = "help";
  t.requestors = {"r@remote.example"};
  t.cc = {"cc@remote.example"};
  t.admin_cc = {"boss@other.example"};
  t.owner = "olga@staff.example";
  return t;
}

std::vector<std::string>& list_of(config::Rights& rights, Right right) {
  switch (right) {
    case Right::Create: return rights.create;
    case Right::Reply: return rights.reply;
    case Right::Comment: return rights.comment;
    case Right::Own: return rights.own;
    case Right::Modify: break;
  }
  return rights.modify;
}

constexpr Right all_rights[] = {Right::Create, Right::Reply, Right::Comment, Right::Own, Right::Modify};

struct Who {
  const char* name;
  const char* address;
  bool known = false;  // on file
  bool token = false;  // a reply address made for them
};
const Who people[] = {
    {"stranger", "x@elsewhere.example"}, {"known", "k@elsewhere.example", true},
    {"requestor", "r@remote.example"},   {"cc", "cc@remote.example"},
    {"admincc", "boss@other.example"},   {"former", "gone@elsewhere.example", false, true},
    {"agent", "a@staff.example"},        {"owner", "olga@staff.example"},
    {"otto", "otto@staff.example"},
};

bool has(const Who& who, bool proven, Right right, const config::Config& config, const std::string& principal) {
  config::Config c = config;
  list_of(c.queues[0].rights, right) = {principal};
  mail::Facts facts;
  facts.from = {mailbox(who.address)};
  mail::Envelope envelope;
  envelope.login = proven ? who.address : "";
  const auto author = policy::find_author(facts, envelope, c, false);
  CHECK(author.proven == proven);
  const auto t = ticket();
  return policy::has_right(right, policy::standing(author, c, c.queues[0], &t, who.known, who.token), c, c.queues[0]);
}

bool names(const std::string& list, const std::string& word) {
  std::istringstream in(list);
  for (std::string item; in >> item;) {
    if (item == word) {
      return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("every principal, every right, every author, with and without proof") {
  struct Row {
    const char* principal;
    const char* unproven;  // who has create, reply and comment by From alone
    const char* proven;    // who has them, and own and modify, with proof
  };
  const std::string all = "stranger known requestor cc admincc former agent owner otto";
  const Row rows[] = {
      {"anyone", all.c_str(), all.c_str()},
      {"known", "known requestor cc admincc former owner", "known requestor cc admincc former agent owner"},
      {"participants", "requestor cc admincc former owner", "requestor cc admincc former owner"},
      {"agents", "", "agent owner"},
      {"owner", "", "owner"},
      {"r@remote.example", "requestor", "requestor"},
      {"@remote.example", "requestor cc", "requestor cc"},
      {"@example", "", ""},
      {"nobody@remote.example", "", ""},
  };
  const auto config = config_with_agents();
  for (const auto& row : rows) {
    for (const auto& who : people) {
      for (Right right : all_rights) {
        CAPTURE(row.principal);
        CAPTURE(who.name);
        CAPTURE(name(right));
        const bool wants_proof = right == Right::Own || right == Right::Modify;
        const bool proves = who.token;  // a token proves a participant
        CHECK(has(who, true, right, config, row.principal) == names(row.proven, who.name));
        CHECK(has(who, false, right, config, row.principal) ==
              (names(row.unproven, who.name) && (!wants_proof || proves)));
      }
    }
  }
}

TEST_CASE("unsafe_email_commands and agents_need_proof = false say what From alone is worth") {
  auto config = config_with_agents();
  const Who ann{"agent", "a@staff.example"};
  const Who requestor{"requestor", "r@remote.example"};
  config.trust.unsafe_email_commands = true;
  CHECK(has(ann, false, Right::Own, config, "agents"));
  CHECK(has(ann, false, Right::Modify, config, "agents"));
  CHECK_FALSE(has(ann, false, Right::Comment, config, "agents"));  // no command
  CHECK(has(requestor, false, Right::Modify, config, "participants"));
  CHECK_FALSE(has(requestor, false, Right::Modify, config, "agents"));
  config.trust.unsafe_email_commands = false;
  config.trust.agents_need_proof = false;
  CHECK(has(ann, false, Right::Comment, config, "agents"));
  CHECK_FALSE(has(ann, false, Right::Own, config, "agents"));
  CHECK(has({"owner", "olga@staff.example"}, false, Right::Comment, config, "owner"));
}

TEST_CASE("a token never proves an agent, whoever it was made for") {
  const auto config = config_with_agents();
  const Who ann{"agent", "a@staff.example", true, true};
  for (Right right : {Right::Own, Right::Modify, Right::Comment}) {
    CHECK_FALSE(has(ann, false, right, config, "agents"));
  }
  CHECK(has(ann, false, Right::Comment, config, "participants"));
  CHECK_FALSE(has(ann, false, Right::Own, config, "participants"));
}

TEST_CASE("what proves, and what does not") {
  struct Row {
    const char* from;
    const char* login;
    const char* client;
    const char* results;  // of an Authentication-Results field
    const char* proof;
  };
  const Row rows[] = {
      {"a@staff.example", "ann", "", "", "sasl"},
      {"a@staff.example", "A@Staff.example", "", "", "sasl"},
      {"a@staff.example", "bob", "", "", ""},
      {"r@remote.example", "r@remote.example", "", "", "sasl"},
      {"r@remote.example", "ann", "", "", ""},
      {"a@staff.example", "", "192.0.2.7", "", "network"},
      {"a@staff.example", "", "198.51.100.7", "", ""},
      {"a@staff.example", "", "", "mx.example.com; dkim=pass header.d=staff.example", "dkim"},
      {"a@staff.example", "", "", "mx.example.com; dmarc=pass header.from=staff.example", "dkim"},
      {"a@staff.example", "", "", "mx.example.com; dmarc=pass header.from=remote.example", ""},
      {"a@staff.example", "", "", "mx.example.com; spf=pass smtp.mailfrom=staff.example", ""},
      {"a@staff.example", "", "", "mx.evil.example; dmarc=pass header.from=staff.example", ""},
  };
  auto config = config_with_agents();
  config.trust.authserv_ids = {"mx.example.com"};
  config.trust.networks = {*config::parse_network("192.0.2.0/24")};
  for (const auto& row : rows) {
    CAPTURE(row.from);
    CAPTURE(row.login);
    CAPTURE(row.results);
    mail::Facts facts;
    facts.from = {mailbox(row.from)};
    facts.fields = {{"Authentication-Results", row.results}, {"X-Ticket-Agent", "yes"}};
    mail::Envelope envelope;
    envelope.login = row.login;
    envelope.client = row.client;
    const auto author = policy::find_author(facts, envelope, config, false);
    CHECK(author.proof == row.proof);
    auto none = config;
    none.trust.prove_sasl = none.trust.prove_dkim = none.trust.prove_network = false;
    CHECK(policy::find_author(facts, envelope, none, false).proof.empty());
  }
}

TEST_CASE("what an agent writes is marked unproven only where it is, on new tickets and old ones") {
  struct Row {
    const char* login;
    const char* recipient;
    bool unproven;
  };
  const Row rows[] = {
      {"ann", "help@tickets.example", false},
      {"ann", "help+12@tickets.example", false},
      {"", "help@tickets.example", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.login);
    CAPTURE(row.recipient);
    const auto policy = test::sample_policy(config_with_agents());
    mail::Facts facts;
    facts.from = {mailbox("a@staff.example")};
    mail::Envelope envelope;
    envelope.sender = "<a@staff.example>";
    envelope.recipients = {"<" + std::string(row.recipient) + ">"};
    envelope.login = row.login;
    tickets::View view;
    view.tickets[tickets::TicketId{12}] = ticket();
    const policy::Case c = policy::make_case(*policy, facts, envelope, base::Time(std::chrono::hours(500'000)));
    const auto plan = policy::plan(c, policy::decide(c, view), view);
    const auto& entry = plan.intent.filings.at(0).entries.back();
    CHECK(entry.proven != row.unproven);
    CHECK((std::find(entry.notes.begin(), entry.notes.end(), "unproven: an agent's address without proof") !=
           entry.notes.end()) == row.unproven);
  }
}
