// SPDX-License-Identifier: MIT
#include "fixture.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <stdexcept>

namespace contract {

using tickets::Entry;
using tickets::Filing;
using tickets::Intent;
using tickets::Ticket;
using tickets::TicketId;

Folder::Folder() {
  const char* base = std::getenv("TMPDIR");
  path_ = std::string(base != nullptr ? base : "/tmp") + "/ticket-store-XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) {
    throw std::runtime_error("cannot make " + path_);
  }
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

store::Options options_in(const std::string& folder) {
  const char* engine = std::getenv("TICKET_STORE_ENGINE");
  store::Options options;
  options.location = std::string(engine != nullptr ? engine : "lmdb") + ":" + folder + "/store";
  options.max_size = 1 << 30;
  options.create = true;
  return options;
}

void TempStore::reopen() {
  store.reset();
  store = std::make_unique<store::Store>(options);
}

Ticket full_ticket() {
  Ticket t;
  t.queue = "help";
  t.subject = "Grüße \xF0\x9F\x8E\xAB";
  t.status = tickets::Status::Stalled;
  t.owner = "ann@example.com";
  t.requestors = {"r@remote.example", "s@remote.example"};
  t.cc = {"c@remote.example"};
  t.admin_cc = {"a@staff.example", "b@staff.example"};
  t.priority = -7;
  t.created = at(1000) + std::chrono::milliseconds(1);
  t.updated = at(2000) + std::chrono::milliseconds(2);
  t.due = at(3000);
  t.merged_into = TicketId{77};
  t.links = {TicketId{5}, TicketId{9}};
  t.resolved = at(1500);
  t.squelched = {"s@remote.example"};
  return t;
}

Entry full_entry() {
  Entry e;
  e.kind = tickets::Kind::Correspond;
  e.actor = "r@remote.example";
  e.proven = true;
  e.created = at(1000);
  e.message_id = "x@remote.example";
  e.subject = "[example.com #1] Grüße";
  e.mail_class = "human";
  e.rule = "hum-1";
  e.door = "milter";
  e.extension = "12-take";
  e.recipient = "help+12-take@tickets.example";
  e.sender = "<>";
  e.mta_id = "4bXYZ";
  e.reply_to = "answers@remote.example";
  e.status_before = tickets::Status::New;
  e.status_after = tickets::Status::Resolved;
  mail::Attachment a;
  a.name = "Größe.png";
  a.type = "image/png";
  a.disposition = "inline";
  a.content_id = "cid@remote.example";
  a.size = 1ULL << 40;
  a.sha256.fill(0xAB);
  a.part = 3;
  e.attachments = {a, {}};
  e.notes = {"found by the subject tag", "author not proven"};
  return e;
}

tickets::JournalEntry full_journal() {
  tickets::JournalEntry j;
  j.time = at(1000);
  j.rule = "filter-3";
  j.mail_class = "human";
  j.verdict = "reject";
  j.sender = "r@remote.example";
  j.recipients = {"help@tickets.example", "sales@tickets.example"};
  j.author = "r@remote.example";
  j.subject = "Buy";
  j.message_id = "y@remote.example";
  j.size = 12345;
  j.mta_id = "4bXYZ";
  j.reason = "no right to create";
  j.client = "192.0.2.1";
  j.login = "ann";
  j.utf8 = true;
  j.refused = true;
  j.imported = tickets::TicketId{7};
  return j;
}

Intent new_ticket(const std::string& subject, const std::string& queue, base::Time now) {
  Intent intent;
  intent.now = now;
  Filing filing;
  filing.ticket.queue = queue;
  filing.ticket.subject = subject;
  filing.ticket.created = now;
  filing.ticket.updated = now;
  Entry entry;
  entry.kind = tickets::Kind::Create;
  entry.created = now;
  filing.entries = {entry};
  filing.has_message = {false};
  intent.filings = {filing};
  return intent;
}

Intent new_mail(const std::string& subject, const std::string& message_id, std::string_view text,
                std::string_view raw) {
  Intent intent = new_ticket(subject);
  intent.message = store::pack(text, raw);
  intent.message_id = message_id;
  intent.filings[0].entries[0].message_id = message_id;
  intent.filings[0].has_message = {true};
  return intent;
}

Intent change(const Ticket& ticket) {
  Intent intent;
  intent.now = ticket.updated;
  Filing filing;
  filing.ticket = ticket;
  Entry entry;
  entry.kind = tickets::Kind::Set;
  filing.entries = {entry};
  filing.has_message = {false};
  intent.filings = {filing};
  return intent;
}

tickets::Applied write(const store::Store& store, const Intent& intent) {
  tickets::Applied applied;
  const_cast<store::Store&>(store).write([&](store::Writer& writer) { applied = writer.apply(intent); });
  return applied;
}

TicketId file(const store::Store& store, const Intent& intent) {
  return write(store, intent).tickets.at(0);
}

std::optional<Ticket> find(const store::Store& store, TicketId id) {
  std::optional<Ticket> found;
  store.read([&](const store::Reader& reader) { found = reader.find_ticket(id); });
  return found;
}

tickets::View view(const store::Store& store, const tickets::Question& question) {
  tickets::View found;
  store.read([&](const store::Reader& reader) { found = reader.view(question); });
  return found;
}

std::vector<store::Row> list(const store::Store& store, const store::ListQuery& query) {
  std::vector<store::Row> rows;
  store.read([&](const store::Reader& reader) { rows = reader.list(query); });
  return rows;
}

store::Stats stats(const store::Store& store) {
  store::Stats found;
  store.read([&](const store::Reader& reader) { found = reader.stats(); });
  return found;
}

std::optional<std::string> text(const store::Store& store, tickets::MessageId id) {
  std::string bytes;
  bool there = false;
  store.read([&](const store::Reader& reader) {
    there = reader.read_text(id, [&](std::string_view piece) { bytes += piece; });
  });
  return there ? std::optional(bytes) : std::nullopt;
}

std::optional<std::string> raw(const store::Store& store, tickets::MessageId id) {
  std::string bytes;
  bool there = false;
  store.read([&](const store::Reader& reader) {
    there = reader.read_raw(id, [&](std::string_view piece) { bytes += piece; });
  });
  return there ? std::optional(bytes) : std::nullopt;
}

bool checks(const store::Store& store) {
  std::vector<std::string> findings;
  store.read([&](const store::Reader& reader) { findings = reader.check(true); });
  for (const auto& finding : findings) {
    MESSAGE(finding);
  }
  return findings.empty();
}

std::optional<base::Kind> kind_of(const std::function<void()>& what) {
  try {
    what();
  } catch (const base::Error& e) {
    return e.kind();
  }
  return {};
}

std::optional<base::Kind> kind_of(const std::exception_ptr& failure) {
  return kind_of([&] {
    if (failure) {
      std::rethrow_exception(failure);
    }
  });
}

std::string noise(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(engine());
  }
  return bytes;
}

std::string prose(std::size_t size) {
  std::string s;
  for (int line = 0; s.size() < size; ++line) {
    s += "Line " + std::to_string(line) + " of a mail that says much the same as the one before.\r\n";
  }
  s.resize(size);
  return s;
}

std::string in_child(const std::function<std::string()>& what) {
  int ends[2];
  if (::pipe(ends) != 0) {
    throw std::runtime_error("no pipe");
  }
  const pid_t child = ::fork();
  if (child == 0) {
    std::string said;
    try {
      said = what();
    } catch (const std::exception& e) {
      said = e.what();
    }
    const auto written = ::write(ends[1], said.data(), said.size());
    ::_exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    said.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? said : "died with status " + std::to_string(status);
}

}  // namespace contract
