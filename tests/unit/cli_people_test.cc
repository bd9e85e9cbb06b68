// SPDX-License-Identifier: MIT
// Lists of people, and what tickets hold of them.
#include <doctest/doctest.h>

#include "cli/people_file.h"
#include "cli/personal_data.h"

using namespace ticketmilter;
using namespace ticketmilter::cli;
using Addresses = std::vector<std::string>;

namespace {

// "address=name ..." and the complaints.
std::string read(std::string_view text) {
  const PeopleFile file = read_people(text);
  std::string out;
  for (const ListedPerson& person : file.people) {
    out += person.address + "=" + person.name + ";";
  }
  for (const std::string& complaint : file.complaints) {
    out += "!" + complaint;
  }
  return out;
}

store::StoredTicket sample() {
  store::StoredTicket stored;
  stored.ticket.requestors = {"r@remote.example", "s@remote.example"};
  stored.ticket.cc = {"c@remote.example"};
  stored.entries.resize(2);
  stored.entries[0].actor = "r@remote.example";
  stored.entries[0].sender = "<R@Remote.example>";
  stored.entries[0].subject = "mine";
  stored.entries[0].message = tickets::MessageId{5};
  stored.entries[0].raw_size = 10;
  stored.entries[0].attachments.resize(1);
  stored.entries[1].actor = "ann@example.com";
  stored.entries[1].message = tickets::MessageId{6};
  stored.entries[1].notes = {"cc: r@remote.example added"};
  return stored;
}

}  // namespace

TEST_CASE("people as comma-separated values") {
  CHECK(read("address,name\na@b.example,Ann\n") == "a@b.example=Ann;");
  CHECK(read("\xEF\xBB\xBFName , Address\r\n\"Clerk, \"\"Ann\"\"\nof us\",A@B.example\r\n\r\n") ==
        "a@b.example=Clerk, \"Ann\" of us;");
  CHECK(read("phone,address\n1,a@b.example\n2,c@d.example") == "a@b.example=;c@d.example=;");
  CHECK(read("address\nnone\na@b.example\n,\n") ==
        "a@b.example=;!line 2: \"none\" is no mail address!line 4: \"\" is no mail address");
  CHECK(read("address,name\na@b.example,\"open\n\n") == "!line 2: a quote is not closed");
  CHECK(read("name\nAnn\n") == "!line 1: no column is called \"address\"");
  CHECK(read("") == "!line 1: no column is called \"address\"");
}

TEST_CASE("one address in the place of another") {
  tickets::Ticket t = sample().ticket;
  t.owner = "r@remote.example";
  t.squelched = {"r@remote.example"};
  CHECK(is_on(t, "r@remote.example"));
  replace_roles(t, "r@remote.example", "s@remote.example");
  CHECK(t.requestors == Addresses{"s@remote.example"});
  CHECK(t.owner == "s@remote.example");
  CHECK(t.squelched == Addresses{"s@remote.example"});
  CHECK_FALSE(is_on(t, "r@remote.example"));
}

TEST_CASE("who is forgotten is named nowhere, hears of nothing, and has said nothing") {
  store::StoredTicket stored = sample();
  forget(stored, "r@remote.example", "forgotten-1@forgotten.invalid");
  CHECK_FALSE(is_in(stored, "r@remote.example"));
  CHECK(stored.ticket.requestors == Addresses{"forgotten-1@forgotten.invalid", "s@remote.example"});
  CHECK(stored.ticket.squelched == Addresses{"forgotten-1@forgotten.invalid"});
  const auto& said = stored.entries[0];
  CHECK(said.actor == "forgotten-1@forgotten.invalid");
  CHECK(said.sender == "<forgotten-1@forgotten.invalid>");
  CHECK(said.message == tickets::MessageId{});
  CHECK(said.raw_size == 0);
  CHECK(said.subject.empty());
  CHECK(said.attachments.empty());
  CHECK(stored.entries[1].message == tickets::MessageId{6});  // others' words stay
  CHECK(stored.entries[1].notes == Addresses{"cc: forgotten-1@forgotten.invalid added"});
}

TEST_CASE("notices to who is forgotten") {
  tickets::Notice notice;
  notice.to = "r@remote.example";
  notice.last_reply = "450 no such r@remote.example";
  for (const auto state : {tickets::NoticeState::Due, tickets::NoticeState::Deferred, tickets::NoticeState::Held}) {
    notice.state = state;
    CHECK(forget(notice, "x@y.invalid").state == tickets::NoticeState::Dropped);
  }
  notice.state = tickets::NoticeState::Sent;
  CHECK(forget(notice, "x@y.invalid").state == tickets::NoticeState::Sent);
  CHECK(forget(notice, "x@y.invalid").to == "x@y.invalid");
  CHECK(forget(notice, "x@y.invalid").last_reply.empty());
}
