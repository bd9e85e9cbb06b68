// SPDX-License-Identifier: MIT
// What becomes of the marks of a notice on the way back, one at a time: tag, msg-ids, reply address, and who it is that answers.
#include "reply.h"

using namespace ticketmilter;
using namespace ticketmilter::test;

TEST_CASE("the subject's tag is found whatever is made of the subject") {
  const struct {
    const char *subject, *read;
  } rows[] = {
      {"SV: {subject}", "SV: [example.com #42] Printer on fire"},
      {"VS: {subject}", "VS: [example.com #42] Printer on fire"},
      {"Odp: {subject}", "Odp: [example.com #42] Printer on fire"},
      {"RES: {subject}", "RES: [example.com #42] Printer on fire"},
      {"Re[2]: {subject}", "Re[2]: [example.com #42] Printer on fire"},
      {"RE: AW: Re: {subject}", "RE: AW: Re: [example.com #42] Printer on fire"},
      {"FW: {subject}", "FW: [example.com #42] Printer on fire"},
      {"{subject} (was: Paper)", "[example.com #42] Printer on fire (was: Paper)"},
      {"=?gb2312?B?u9i4tDogW2V4YW1wbGUuY29tICM0Ml0gUHJpbnRlciBvbiBmaXJl?=",
       "\xE5\x9B\x9E\xE5\xA4\x8D: [example.com #42] Printer on fire"},
      {"\xE5\x9B\x9E\xE5\xA4\x8D\xEF\xBC\x9A{subject}",
       "\xE5\x9B\x9E\xE5\xA4\x8D\xEF\xBC\x9A[example.com #42] Printer on fire"},
      {"=?utf-8?Q?Antw=3A_=5Bexam?=\n =?utf-8?Q?ple=2Ecom_=2342=5D?= Printer", "Antw: [example.com #42] Printer"},
      {"=?utf-8?B?UmU6IFtleGFtcGxlLmNv?=\n =?utf-8?B?bSAjNDJdIFByaW50ZXI=?=", "Re: [example.com #42] Printer"},
      {"=?us-ascii?Q?Re=3A_[example=2Ecom_?=\n =?utf-8?Q?#42]_Pr=C3=BCfen?=",
       "Re: [example.com #42] Pr\xC3\xBC"
       "fen"},
      {"Re: [example.com\n #42] Printer on fire", "Re: [example.com #42] Printer on fire"},
      {"Re: [example.com\n\t#42] Printer on fire", "Re: [example.com #42] Printer on fire"},
      {"Re: [example.com \n  #42]\n Printer on fire", "Re: [example.com   #42] Printer on fire"},
      {"RE: [EXAMPLE.COM #42] PRINTER ON FIRE", "RE: [EXAMPLE.COM #42] PRINTER ON FIRE"},
      {"=?utf-8?Q?Re:_[example.com=C2=A0#42]_Printer?=", "Re: [example.com\xC2\xA0#42] Printer"},
      {"Re: [other.example #7] {subject}", "Re: [other.example #7] [example.com #42] Printer on fire"},
  };
  for (const auto& row : rows) {
    const std::string mail =
        "From: joe@remote.example\nTo: {queue}\nMessage-ID: <x@remote.example>\nSubject: " + std::string(row.subject) +
        "\n\nIt is out.\n";
    const Reply reply[] = {{row.subject, "correspond", "{queue}", mail.c_str(), by_tag, row.read, "It is out.\n"}};
    check_all(reply);
  }
}

TEST_CASE("a reply whose subject was made anew finds its ticket by the ids, whatever is made of them") {
  const char* rows[] = {
      "In-Reply-To: <{id}>",
      "In-Reply-To: Your message of \"Sat, 21 Nov 2026 10:10:08 +0000.\"\n             <{id}>",
      "In-Reply-To: {id}",
      "In-Reply-To: <{id}> (Example Support's message of Sat)",
      "In-Reply-To:\n <{id}>",
      "References: {references}",
      "References: <again@elsewhere.example>, <{id}>, <x@elsewhere.example>",
      "References: <again@elsewhere.example>,\n\t<{id}>,\n\t<x@elsewhere.example>",
      "References:\n <x@elsewhere.example>\n     \n <{id}>",
      "References: <x@elsewhere.example><{id}>",
      "References: <x@elsewhere.example> <{id}",
      "References: <{id} <x@elsewhere.example>",
      "References: <{id},<x@elsewhere.example>",
      "In-Reply-To: <x@elsewhere.example>\nReferences: <{first}>\n <x@elsewhere.example>",
  };
  for (const auto* row : rows) {
    const std::string mail = "From: joe@remote.example\nTo: {queue}\nMessage-ID: <x@remote.example>\n" +
                             std::string(row) + "\nSubject: smoke\n\nIt is out.\n";
    const Reply reply[] = {{row, "correspond", "{queue}", mail.c_str(), own_id, "smoke", "It is out.\n"}};
    check_all(reply);
  }
}

TEST_CASE("a reply of which only the reply address is left finds its ticket, however the address is written") {
  const std::string mail =
      "From: Joe Doe <joe@remote.example>\nTo: undisclosed-recipients:;\nMessage-ID: <x@remote.example>\n\nIt is "
      "out.\n";
  const auto words = send_notice(*sample_policy(), "correspond", "joe@remote.example");
  const std::string& address = words.at("reply");
  std::string upper = address;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  const auto at = address.find('@');
  const std::string quoted = '"' + address.substr(0, at) + '"' + address.substr(at);
  for (const auto& to : {address, upper, quoted, "@mx.remote.example:" + address}) {
    const Reply rows[] = {{to.c_str(), "correspond", to.c_str(), mail.c_str(), own_token, "", "It is out.\n"}};
    check_all(rows);
  }
}

TEST_CASE("a reply to all is filed once, whichever of our addresses it names") {
  const char* head = "From: Joe Doe <joe@remote.example>\nMessage-ID: <x@remote.example>\n";
  const struct {
    const char *habit, *to, *mail;
  } rows[] = {
      {"the reply address in Cc only", "jim@remote.example,{reply}",
       "To: jim@remote.example\nCc: {reply}\nSubject: Re: {subject}\nIn-Reply-To: <{id}>\n\nIt is out.\n"},
      {"Reply-To and From, with ids", "{reply},{queue}",
       "To: {reply}\nCc: {queue}\nSubject: Re: {subject}\nIn-Reply-To: <{id}>\n\nIt is out.\n"},
      {"Reply-To and From, and no other mark left", "{reply},{queue}",
       "To: {reply}\nCc: {queue}\nSubject: smoke\n\nIt is out.\n"},
      {"From and Reply-To, and no other mark left", "{queue},{reply}",
       "To: {queue}\nCc: {reply}\nSubject: smoke\n\nIt is out.\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.habit);
    const std::string mail = std::string(head) + row.mail;
    Filed filed;
    filed.run({row.habit, "correspond", row.to, mail.c_str(), "", "", ""});
    CHECK(filed.decision.outcome == policy::Outcome::Accept);
    REQUIRE(filed.decision.targets.size() == 1);
    CHECK(filed.target().ticket == id);
    CHECK(filed.target().token);
    CHECK(filed.target().proven);
    REQUIRE(filed.plan.intent.filings.size() == 1);
    CHECK(filed.plan.intent.filings[0].entries.size() == 1);
  }
}

TEST_CASE("the person's other address: the reply address and the ids are enough, the tag is if the site says so") {
  const std::string head = "From: Joe Doe <joe@home.example>\nTo: x\nMessage-ID: <x@home.example>\n";
  const auto file = [&](const char* to, const std::string& fields, config::FollowupByNumber by_number) {
    const std::string mail = head + fields + "\n\nIt is out.\n";
    Filed filed;
    filed.config.trust.followup_by_number = by_number;
    filed.run({"", "correspond", to, mail.c_str(), "", "", ""});
    CHECK(filed.decision.outcome == policy::Outcome::Accept);
    CHECK_FALSE(filed.target().token);
    CHECK_FALSE(filed.target().proven);
    CHECK_FALSE(filed.participant);
    return filed;
  };
  using enum config::FollowupByNumber;
  const auto by_token = file("{reply}", "Subject: smoke", Participants);
  CHECK(by_token.target().ticket == id);
  CHECK(by_token.found() == other_token);
  const auto by_id = file("{queue}", "Subject: smoke\nIn-Reply-To: <{id}>", Participants);
  CHECK(by_id.target().ticket == id);
  CHECK(by_id.found() == own_id);
  CHECK(file("{queue}", "Subject: Re: {subject}", Anyone).target().ticket == id);
  const auto typed = file("{queue}", "Subject: Re: {subject}", Participants);
  CHECK_FALSE(typed.target().ticket);
  CHECK(typed.target().linked == std::vector{id});
}

TEST_CASE("a reply that comes by a mailing list finds its ticket") {
  const Reply row = {"",
                     "correspond",
                     "{queue}",
                     "From: Joe Doe <joe@remote.example>\n"
                     "To: helpers@lists.example\n"
                     "Cc: {queue}\n"
                     "Subject: [helpers] Re: {subject}\n"
                     "Message-ID: <x@remote.example>\n"
                     "Precedence: list\n"
                     "List-Id: <helpers.lists.example>\n"
                     "\n"
                     "It is out.\n"
                     "_______________________________________________\n"
                     "helpers mailing list\n",
                     by_tag,
                     "[helpers] Re: [example.com #42] Printer on fire",
                     "It is out.\n"};
  check_all({row});
  Filed filed;
  filed.run(row);
  CHECK(filed.decision.mail_class == policy::MailClass::List);
}

TEST_CASE("a tag in the text counts where the queue says so, quoted-printable or not") {
  const Reply row = {"",
                     "correspond",
                     "{queue}",
                     "From: joe@remote.example\n"
                     "To: {queue}\n"
                     "Message-ID: <x@remote.example>\n"
                     "Subject: smoke\n"
                     "Content-Type: text/plain; charset=utf-8\n"
                     "Content-Transfer-Encoding: quoted-printable\n"
                     "\n"
                     "About your [exam=\n"
                     "ple.com=20#4=\n"
                     "2]: it is out.\n"
                     "\n"
                     "> [example.com #41]\n",
                     "",
                     "",
                     ""};
  Filed filed;
  filed.run(row);
  CHECK_FALSE(filed.target().ticket);
  filed.config.queues[0].tag_in_body = true;
  filed.run(row);
  CHECK(filed.target().ticket == id);
  CHECK(filed.found() == by_tag);
  CHECK(mail::unquoted(filed.facts.text).starts_with("About your [example.com #42]: it is out.\n"));
}

TEST_CASE("an answer to a resolved ticket opens it again") {
  Filed filed;
  filed.before.status = tickets::Status::Resolved;
  filed.run({"", "resolved", "{reply}",
             "From: joe@remote.example\nTo: {reply}\nMessage-ID: <x@remote.example>\nSubject: Re: {subject}\n\nNo.\n",
             "", "", ""});
  CHECK(filed.target().ticket == id);
  CHECK(filed.target().may_reopen);
  CHECK(filed.plan.intent.filings.at(0).ticket.status == tickets::Status::Open);
}

TEST_CASE(
    "an agent's answer to a comment is a comment, to an answer an answer; without proof no comment and no agent's") {
  const struct {
    const char *notice, *to, *fields;
    Action action;
  } rows[] = {
      {"comment", "{reply}", "Subject: smoke", Action::Comment},
      {"comment", "{queue}", "Subject: Re: {subject}", Action::Comment},
      {"comment", "{queue}", "Subject: smoke\nIn-Reply-To: <{id}>\nReferences: {references}", Action::Comment},
      {"correspond-agent", "{reply}", "Subject: RE: {subject}", Action::Correspond},
      {"correspond-agent", "{queue}", "Subject: Antwort: {subject}", Action::Correspond},
      {"created", "{reply}", "Subject: Re: {subject}\nIn-Reply-To: <{id}>", Action::Correspond},
      {"assigned", "{reply}", "Subject: Re: {subject}\nIn-Reply-To: <{id}>", Action::Correspond},
  };
  for (const auto& row : rows) {
    CAPTURE(row.notice);
    CAPTURE(row.fields);
    const std::string mail = "From: Ann <A@staff.example>\nTo: x\nMessage-ID: <x@staff.example>\n" +
                             std::string(row.fields) + "\n\nTry water.\n";
    const Reply reply = {"", row.notice, row.to, mail.c_str(), "", "", ""};
    Filed filed;
    filed.login = "ann";
    filed.run(reply);
    CHECK(filed.decision.outcome == policy::Outcome::Accept);
    CHECK(filed.target().ticket == id);
    CHECK(filed.target().actions == std::vector{row.action});
    CHECK(filed.target().agent);
    CHECK(filed.target().proven);
    CHECK(filed.target().token == (std::string_view(row.to) == "{reply}"));
    const auto heard = [&](const auto& n) { return n.to == "joe@remote.example"; };
    auto notices = filed.plan.notices();
    CHECK(std::any_of(notices.begin(), notices.end(), heard) == (row.action == Action::Correspond));

    filed.login = "";
    filed.run(reply);
    const bool filed_unproven = row.action == Action::Correspond;
    CHECK(filed.decision.outcome == (filed_unproven ? policy::Outcome::Accept : policy::Outcome::Reject));
    CHECK(filed.decision.rule == (filed_unproven ? "human" : "right-comment"));
    CHECK(filed.target().ticket == id);
    CHECK_FALSE(filed.target().agent);
    CHECK_FALSE(filed.target().proven);
    notices = filed.plan.notices();
    CHECK(std::none_of(notices.begin(), notices.end(), heard));
  }
}
