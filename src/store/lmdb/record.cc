// SPDX-License-Identifier: MIT
// The mapping between tickets/ and schema.fbs, field by field. Empty strings and lists take no room in a record.
#include "store/lmdb/record.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "base/digest.h"
#include "base/error.h"
#include "store/lmdb/keys.h"
#include "store/lmdb/schema_generated.h"

namespace ticketmilter::store::lmdb {
namespace {

namespace fbs = flatbuffers;
using Builder = fbs::FlatBufferBuilder;
using Strings = std::vector<std::string>;
using FbString = fbs::Offset<fbs::String>;
using FbStrings = fbs::Offset<fbs::Vector<FbString>>;

constexpr const char* ticket_id = "TKT1";
constexpr const char* entry_id = "ENT1";
constexpr const char* row_id = "ROW1";
constexpr const char* person_id = "PER1";
constexpr const char* journal_id = "JRN1";
constexpr const char* tally_id = "TLY1";
constexpr const char* body_id = "BOD1";
constexpr const char* notice_id = "NTC1";

FbString put(Builder& fb, std::string_view s) {
  return s.empty() ? FbString() : fb.CreateString(s.data(), s.size());
}
FbStrings put(Builder& fb, const Strings& list) {
  return list.empty() ? FbStrings() : fb.CreateVectorOfStrings(list);
}
fbs::Offset<fbs::Vector<std::uint64_t>> put(Builder& fb, const std::vector<tickets::TicketId>& ids) {
  if (ids.empty()) {
    return {};
  }
  return fb.CreateVector<std::uint64_t>(ids.size(), [&](std::size_t i) { return number(ids[i]); });
}
std::int64_t put(base::Time t) {
  return t.time_since_epoch().count();
}
fbs::Optional<std::int64_t> put(const std::optional<base::Time>& t) {
  return t ? fbs::Optional<std::int64_t>(put(*t)) : fbs::nullopt;
}

std::string get(const fbs::String* s) {
  return s == nullptr ? std::string() : s->str();
}
Strings get(const fbs::Vector<FbString>* list) {
  Strings strings;
  for (fbs::uoffset_t i = 0; list != nullptr && i < list->size(); ++i) {
    strings.push_back(list->Get(i)->str());
  }
  return strings;
}
std::vector<tickets::TicketId> get(const fbs::Vector<std::uint64_t>* ids) {
  std::vector<tickets::TicketId> links;
  for (fbs::uoffset_t i = 0; ids != nullptr && i < ids->size(); ++i) {
    // Get() wants its alignment, which the verifier does not look at.
    links.push_back(tickets::TicketId{fbs::ReadScalar<std::uint64_t>(ids->Data() + i * sizeof(std::uint64_t))});
  }
  return links;
}
base::Time get(std::int64_t ms) {
  return base::Time(std::chrono::milliseconds(ms));
}
std::optional<base::Time> get(fbs::Optional<std::int64_t> ms) {
  return ms ? std::optional(get(*ms)) : std::nullopt;
}
// Of values from a newer program only those that this one knows; others read as the first.
template <class E>
E get(std::uint8_t value, E last) {
  return value <= static_cast<std::uint8_t>(last) ? static_cast<E>(value) : E{};
}
constexpr auto last_status = tickets::Status::Deleted;
constexpr auto last_kind = tickets::Kind::Note;

template <class T>
std::string_view finish(Builder& fb, fbs::Offset<T> root, const char* identifier) {
  fb.Finish(root, identifier);
  return {reinterpret_cast<const char*>(fb.GetBufferPointer()), fb.GetSize()};
}

// A copy that FlatBuffers may read, on the stack where it fits.
class Aligned {
 public:
  explicit Aligned(std::string_view bytes) : size_(bytes.size()) {
    if (size_ > sizeof small_) {
      large_ = std::make_unique_for_overwrite<std::uint64_t[]>(size_ / 8 + 1);
    }
    std::memcpy(data(), bytes.data(), size_);
  }
  void* data() { return large_ ? static_cast<void*>(large_.get()) : small_.data(); }
  template <class T>
  const T* root(const char* identifier) {
    fbs::Verifier verifier(static_cast<const std::uint8_t*>(data()), size_);
    return verifier.VerifyBuffer<T>(identifier) ? fbs::GetRoot<T>(data()) : nullptr;
  }

 private:
  std::array<std::uint64_t, 256> small_;
  std::unique_ptr<std::uint64_t[]> large_;
  std::size_t size_;
};

template <class T>
const T& verified(Aligned& copy, const char* identifier, std::string_view key) {
  const T* root = copy.root<T>(identifier);
  if (root == nullptr) {
    damaged(std::string("record ") + identifier, key);
  }
  return *root;
}

fbs::Offset<record::Attachment> put(Builder& fb, const mail::Attachment& a) {
  const auto name = put(fb, a.name);
  const auto type = put(fb, a.type);
  const auto disposition = put(fb, a.disposition);
  const auto content_id = put(fb, a.content_id);
  const record::Sha256 sha(fbs::span<const std::uint8_t, 32>(a.sha256.data(), 32));
  return record::CreateAttachment(fb, name, type, disposition, content_id, a.size, &sha, a.part);
}

mail::Attachment get(const record::Attachment& r) {
  mail::Attachment a;
  a.name = get(r.name());
  a.type = get(r.type());
  a.disposition = get(r.disposition());
  a.content_id = get(r.content_id());
  a.size = r.size();
  if (r.sha256() != nullptr) {
    std::copy_n(r.sha256()->bytes()->data(), a.sha256.size(), a.sha256.begin());
  }
  a.part = r.part();
  return a;
}

}  // namespace

void damaged(std::string_view what, std::string_view key) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(key.data());
  throw base::Error(base::Kind::Io,
                    "store: damaged " + std::string(what) + " under key " + base::hex(bytes, key.size()));
}

std::string_view Encoder::ticket(const tickets::Ticket& t) {
  fb_.Clear();
  const auto queue = put(fb_, t.queue);
  const auto subject = put(fb_, t.subject);
  const auto owner = put(fb_, t.owner);
  const auto requestors = put(fb_, t.requestors);
  const auto cc = put(fb_, t.cc);
  const auto admin_cc = put(fb_, t.admin_cc);
  const auto links = put(fb_, t.links);
  const auto squelched = put(fb_, t.squelched);
  return finish(fb_,
                record::CreateTicket(fb_, number(t.id), queue, subject, static_cast<std::uint8_t>(t.status), owner,
                                     requestors, cc, admin_cc, t.priority, put(t.created), put(t.updated), put(t.due),
                                     number(t.merged_into), links, t.entries, put(t.resolved), squelched),
                ticket_id);
}

tickets::Ticket decode_ticket(std::string_view bytes, std::string_view key) {
  Aligned copy(bytes);
  const auto& r = verified<record::Ticket>(copy, ticket_id, key);
  tickets::Ticket t;
  t.id = tickets::TicketId{r.id()};
  t.queue = get(r.queue());
  t.subject = get(r.subject());
  t.status = get(r.status(), last_status);
  t.owner = get(r.owner());
  t.requestors = get(r.requestors());
  t.cc = get(r.cc());
  t.admin_cc = get(r.admin_cc());
  t.priority = r.priority();
  t.created = get(r.created());
  t.updated = get(r.updated());
  t.due = get(r.due());
  t.merged_into = tickets::TicketId{r.merged_into()};
  t.links = get(r.links());
  t.entries = r.entries();
  t.resolved = get(r.resolved());
  t.squelched = get(r.squelched());
  return t;
}

std::string_view Encoder::entry(const tickets::Entry& e) {
  fb_.Clear();
  std::vector<fbs::Offset<record::Attachment>> parts;
  for (const auto& attachment : e.attachments) {
    parts.push_back(put(fb_, attachment));
  }
  const auto attachments = parts.empty() ? 0 : fb_.CreateVector(parts);
  const auto notes = put(fb_, e.notes);
  const auto actor = put(fb_, e.actor);
  const auto message_id = put(fb_, e.message_id);
  const auto subject = put(fb_, e.subject);
  const auto mail_class = put(fb_, e.mail_class);
  const auto rule = put(fb_, e.rule);
  const auto door = put(fb_, e.door);
  const auto extension = put(fb_, e.extension);
  const auto recipient = put(fb_, e.recipient);
  const auto sender = put(fb_, e.sender);
  const auto mta_id = put(fb_, e.mta_id);
  const auto reply_to = put(fb_, e.reply_to);
  return finish(
      fb_,
      record::CreateEntry(fb_, e.id, static_cast<std::uint8_t>(e.kind), actor, e.proven, put(e.created), message_id,
                          subject, mail_class, rule, door, extension, recipient, sender, mta_id,
                          static_cast<std::uint8_t>(e.status_before), static_cast<std::uint8_t>(e.status_after),
                          number(e.message), e.raw_size, attachments, notes, reply_to),
      entry_id);
}

tickets::Entry decode_entry(std::string_view bytes, std::string_view key) {
  Aligned copy(bytes);
  const auto& r = verified<record::Entry>(copy, entry_id, key);
  tickets::Entry e;
  e.id = r.id();
  e.kind = get(r.kind(), last_kind);
  e.actor = get(r.actor());
  e.proven = r.proven();
  e.created = get(r.created());
  e.message_id = get(r.message_id());
  e.subject = get(r.subject());
  e.mail_class = get(r.mail_class());
  e.rule = get(r.rule());
  e.door = get(r.door());
  e.extension = get(r.extension());
  e.recipient = get(r.recipient());
  e.sender = get(r.sender());
  e.mta_id = get(r.mta_id());
  e.status_before = get(r.status_before(), last_status);
  e.status_after = get(r.status_after(), last_status);
  e.message = tickets::MessageId{r.message()};
  e.raw_size = r.raw_size();
  for (fbs::uoffset_t i = 0; r.attachments() != nullptr && i < r.attachments()->size(); ++i) {
    e.attachments.push_back(get(*r.attachments()->Get(i)));
  }
  e.notes = get(r.notes());
  e.reply_to = get(r.reply_to());
  return e;
}

std::string_view Encoder::row(const tickets::Ticket& t) {
  fb_.Clear();
  const auto subject = put(fb_, t.subject);
  const auto owner = put(fb_, t.owner);
  const auto requestors = put(fb_, t.requestors);
  const auto cc = put(fb_, t.cc);
  const auto admin_cc = put(fb_, t.admin_cc);
  const auto links = put(fb_, t.links);
  return finish(fb_,
                record::CreateRow(fb_, subject, owner, requestors, cc, admin_cc, t.priority, put(t.created), put(t.due),
                                  number(t.merged_into), links),
                row_id);
}

Row decode_row(std::string_view bytes, std::string_view key) {
  Aligned copy(bytes);
  const auto& r = verified<record::Row>(copy, row_id, key);
  Row row;
  row.subject = get(r.subject());
  row.owner = get(r.owner());
  row.requestors = get(r.requestors());
  row.cc = get(r.cc());
  row.admin_cc = get(r.admin_cc());
  row.priority = r.priority();
  row.created = get(r.created());
  row.due = get(r.due());
  row.merged_into = tickets::TicketId{r.merged_into()};
  row.links = get(r.links());
  return row;
}

std::string_view Encoder::person(const tickets::Person& p) {
  fb_.Clear();
  const auto address = put(fb_, p.address);
  const auto name = put(fb_, p.name);
  return finish(fb_, record::CreatePerson(fb_, address, name, put(p.first_seen)), person_id);
}

tickets::Person decode_person(std::string_view bytes, std::string_view key) {
  Aligned copy(bytes);
  const auto& r = verified<record::Person>(copy, person_id, key);
  return {get(r.address()), get(r.name()), get(r.first_seen())};
}

std::string_view Encoder::journal(const tickets::JournalEntry& j) {
  fb_.Clear();
  const auto rule = put(fb_, j.rule);
  const auto mail_class = put(fb_, j.mail_class);
  const auto verdict = put(fb_, j.verdict);
  const auto sender = put(fb_, j.sender);
  const auto recipients = put(fb_, j.recipients);
  const auto author = put(fb_, j.author);
  const auto subject = put(fb_, j.subject);
  const auto message_id = put(fb_, j.message_id);
  const auto mta_id = put(fb_, j.mta_id);
  const auto reason = put(fb_, j.reason);
  const auto client = put(fb_, j.client);
  const auto login = put(fb_, j.login);
  return finish(fb_,
                record::CreateJournal(fb_, put(j.time), rule, mail_class, verdict, sender, recipients, author, subject,
                                      message_id, j.size, number(j.message), mta_id, reason, client, login, j.utf8,
                                      j.refused, j.shared, j.content, number(j.imported), j.header_only),
                journal_id);
}

tickets::JournalEntry decode_journal(std::string_view bytes, std::string_view key) {
  Aligned copy(bytes);
  const auto& r = verified<record::Journal>(copy, journal_id, key);
  if (key.size() != sizeof(std::uint64_t)) {
    damaged("journal: no number", key);
  }
  tickets::JournalEntry j;
  j.id = number_at<std::uint64_t>(key, 0);
  j.time = get(r.time());
  j.rule = get(r.rule());
  j.mail_class = get(r.mail_class());
  j.verdict = get(r.verdict());
  j.sender = get(r.sender());
  j.recipients = get(r.recipients());
  j.author = get(r.author());
  j.subject = get(r.subject());
  j.message_id = get(r.message_id());
  j.size = r.size();
  j.message = tickets::MessageId{r.message()};
  j.mta_id = get(r.mta_id());
  j.reason = get(r.reason());
  j.client = get(r.client());
  j.login = get(r.login());
  j.utf8 = r.utf8();
  j.refused = r.refused();
  j.shared = r.shared();
  j.content = r.content();
  j.imported = tickets::TicketId{r.imported()};
  j.header_only = r.header_only();
  return j;
}

std::string_view Encoder::tally(const tickets::Tally& t) {
  fb_.Clear();
  const auto who = put(fb_, t.id.who);
  const auto charges =
      fb_.CreateVectorOfStructs<record::Charge>(t.charges.size(), [&](std::size_t i, record::Charge* c) {
        *c = record::Charge(t.charges[i].time, t.charges[i].count, t.charges[i].mark);
      });
  return finish(fb_,
                record::CreateTally(fb_, static_cast<std::uint8_t>(t.id.counted), who,
                                    static_cast<std::uint32_t>(t.id.window.count()), charges, t.id.ticket),
                tally_id);
}

tickets::Tally decode_tally(std::string_view bytes, std::string_view key) {
  Aligned copy(bytes);
  const auto& r = verified<record::Tally>(copy, tally_id, key);
  tickets::Tally t;
  t.id = {static_cast<tickets::Counted>(r.counted()), get(r.who()), std::chrono::seconds(r.window()), r.ticket()};
  for (fbs::uoffset_t i = 0; r.charges() != nullptr && i < r.charges()->size(); ++i) {
    const auto* c = r.charges()->Get(i);
    t.charges.push_back({c->time(), c->count(), c->mark()});
  }
  return t;
}

std::string_view Encoder::notice(const tickets::Notice& n) {
  fb_.Clear();
  const auto template_name = put(fb_, n.template_name);
  const auto to = put(fb_, n.to);
  const auto last_reply = put(fb_, n.last_reply);
  const auto failed = put(fb_, n.failed);
  return finish(fb_,
                record::CreateNotice(fb_, n.entry, template_name, to, static_cast<std::uint8_t>(n.state), n.attempts,
                                     put(n.created), put(n.next_try), last_reply, n.claimed_by, failed, put(n.since)),
                notice_id);
}

tickets::Notice decode_notice(std::string_view bytes, std::string_view key) {
  Aligned copy(bytes);
  const auto& r = verified<record::Notice>(copy, notice_id, key);
  if (key.size() != std::string_view(notice_key({}, 0)).size()) {
    damaged("notice: no number", key);
  }
  tickets::Notice n;
  n.ticket = tickets::TicketId{number_at<std::uint64_t>(key, 1)};
  n.id = number_at<std::uint64_t>(key, 9);
  n.entry = r.entry();
  n.template_name = get(r.template_name());
  n.to = get(r.to());
  n.state = get(r.state(), tickets::NoticeState::Dropped);
  n.attempts = r.attempts();
  n.created = get(r.created());
  n.next_try = get(r.next_try());
  n.last_reply = get(r.last_reply());
  n.claimed_by = r.claimed_by();
  n.failed = get(r.failed());
  n.since = get(r.since());
  return n;
}

std::string_view Encoder::body(const tickets::PackedMessage& m, std::uint32_t chunks, std::string_view data) {
  fb_.Clear();
  const auto bytes =
      data.empty() ? 0 : fb_.CreateVector(reinterpret_cast<const std::uint8_t*>(data.data()), data.size());
  return finish(fb_, record::CreateBody(fb_, record::Codec::Zstd, m.text_size, m.raw_size, chunks, bytes), body_id);
}

BodyHeader decode_body(std::string_view bytes, std::string_view key) {
  Aligned copy(bytes);
  const auto& r = verified<record::Body>(copy, body_id, key);
  if (r.codec() != record::Codec::Zstd) {
    damaged("body of an unknown codec", key);
  }
  BodyHeader header{r.text_size(), r.raw_size(), r.chunks(), {}};
  if (r.data() != nullptr) {
    header.data.assign(reinterpret_cast<const char*>(r.data()->data()), r.data()->size());
  }
  return header;
}

}  // namespace ticketmilter::store::lmdb
