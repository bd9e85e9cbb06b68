// SPDX-License-Identifier: MIT
// A document has its ticket's number; tickets are indexed from the oldest change on, and each batch is committed together with how far it came.
#include "search/index.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xapian.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "search/document.h"
#include "search/terms.h"

namespace ticketmilter::search {
namespace {

using base::Error;
using base::Kind;
using tickets::TicketId;

// Of what is kept, and how: an index of another one is made anew.
constexpr const char* format = "1";
constexpr const char* format_key = "format";
constexpr const char* reached_key = "reached";  // milliseconds since 1970: all changes up to there are in the index
// A change carries the time at which its writer began to wait for the store, so what is not much older is looked at again.
constexpr auto overlap = std::chrono::minutes(1);
// The store's group keeps the index up to date, whoever of it made the files.
constexpr mode_t for_group = 0007;
// Where nothing has changed for so long, what was looked through is noted, or a flood would be looked through by each search from then on.
constexpr auto note_after = std::chrono::minutes(5);
// In one transaction of the store, which should be short.
constexpr std::size_t batch_tickets = 500;
constexpr std::size_t batch_bytes = 8 << 20;
// In one commit of the index, which is held in memory until then.
constexpr std::size_t commit_tickets = 2000;
constexpr std::size_t commit_bytes = 32 << 20;
constexpr int lock_tries = 10;
constexpr useconds_t lock_pause = 100'000;

Xapian::docid document_number(TicketId id) {
  if (number(id) > Xapian::docid(-1)) {
    throw Error(Kind::Permanent,
                fmt::format("ticket {}: the index takes numbers up to {}", number(id), Xapian::docid(-1)));
  }
  return static_cast<Xapian::docid>(number(id));
}

void add_piece(Xapian::TermGenerator& generator, const Piece& piece) {
  const auto* prefix =
      std::find_if(std::begin(prefixes), std::end(prefixes), [&](const Prefix& p) { return p.field == piece.field; });
  if (prefix != std::end(prefixes)) {
    generator.index_text(piece.text, 1, prefix->term);
    generator.increase_termpos();
  }
  constexpr Xapian::termcount subject_weight = 3;
  generator.index_text(piece.text, piece.field == Field::Subject ? subject_weight : 1);
  generator.increase_termpos();  // no phrase goes from one piece into the next
}

Xapian::Document to_xapian(const Document& document) {
  Xapian::Document out;
  Xapian::TermGenerator generator;
  generator.set_flags(Xapian::TermGenerator::FLAG_CJK_NGRAM);
  generator.set_document(out);
  for (const Piece& piece : document.pieces) {
    add_piece(generator, piece);
  }
  out.add_boolean_term(term(queue_prefix, document.queue));
  out.add_boolean_term(term(status_prefix, document.status));
  out.add_boolean_term(term(id_prefix, std::to_string(number(document.id))));
  out.add_value(updated_slot, time_value(document.updated));
  return out;
}

// Of an entry no more than is indexed.
std::string read_beginning(const store::Reader& reader, const tickets::Entry& entry) {
  std::string text;
  if (entry.message != tickets::MessageId{}) {
    reader.read_text(entry.message, [&](std::string_view piece) {
      text += piece.substr(0, max_entry_text - std::min(text.size(), max_entry_text));
    });
  }
  return text;
}

// ---- what has changed

struct Change {
  base::Time updated{};
  TicketId id{};
  auto operator<=>(const Change&) const = default;
};

// Oldest first.
std::vector<Change> changes_since(const store::Reader& reader, base::Time since) {
  std::vector<Change> changes;
  store::ListQuery query;
  query.statuses = tickets::all_statuses();
  query.limit = 1;  // the first that is too old ends the list
  query.matches = [&](const store::Row& row) {
    if (row.updated >= since) {
      changes.push_back({row.updated, row.id});
    }
    return row.updated < since;
  };
  reader.list(query);
  std::reverse(changes.begin(), changes.end());
  return changes;
}

std::uint64_t count_tickets(const store::Reader& reader) {
  std::uint64_t tickets = 0;
  for (const store::Count& count : reader.stats().by_status) {
    tickets += count.tickets;
  }
  return tickets;
}

// Never later than now: the clock may have been put back.
base::Time reached(const Xapian::Database& index) {
  const auto ms = base::parse_number(index.get_metadata(reached_key));
  return std::min(base::now(), base::Time(std::chrono::milliseconds(static_cast<std::int64_t>(ms.value_or(0)))));
}

void set_reached(Xapian::WritableDatabase& index, base::Time time) {
  index.set_metadata(reached_key, std::to_string(time.time_since_epoch().count()));
}

bool has(const Xapian::Database& index, const Change& change) {
  try {
    const auto id = document_number(change.id);
    return id <= index.get_lastdocid() && index.get_document(id).get_value(updated_slot) == time_value(change.updated);
  } catch (const Xapian::DocNotFoundError&) {
    return false;
  }
}

std::vector<Change> missing(const Xapian::Database& index, std::vector<Change> changes) {
  std::erase_if(changes, [&](const Change& change) { return has(index, change); });
  return changes;
}

// What the index lacks, and what it has although the store has not.
struct Work {
  std::vector<Change> changes;  // oldest first
  std::vector<Xapian::docid> gone;
  bool empty() const { return changes.empty() && gone.empty(); }
};

std::vector<Xapian::docid> find_gone(const Xapian::Database& index, const std::vector<Change>& all) {
  std::vector<Xapian::docid> known;
  known.reserve(all.size());
  std::transform(all.begin(), all.end(), std::back_inserter(known),
                 [](const Change& c) { return document_number(c.id); });
  std::sort(known.begin(), known.end());
  std::vector<Xapian::docid> gone;
  std::set_difference(index.postlist_begin(""), index.postlist_end(""), known.begin(), known.end(),
                      std::back_inserter(gone));
  return gone;
}

// What has changed of late; all that there is, where the numbers say that tickets came in with an older time, as from a backup, or went.
Work find_work(const Xapian::Database& index, const store::Store& store) {
  Work work;
  std::uint64_t tickets = 0;
  store.read([&](const store::Reader& reader) {
    work.changes = changes_since(reader, reached(index) - overlap);
    tickets = count_tickets(reader);
  });
  work.changes = missing(index, std::move(work.changes));
  const auto fresh = std::count_if(work.changes.begin(), work.changes.end(), [&](const Change& change) {
    return index.get_doccount() == 0 || !index.term_exists(term(id_prefix, std::to_string(number(change.id))));
  });
  if (index.get_doccount() + static_cast<std::uint64_t>(fresh) != tickets) {
    store.read([&](const store::Reader& reader) { work.changes = changes_since(reader, base::Time{}); });
    work.gone = find_gone(index, work.changes);
    work.changes = missing(index, std::move(work.changes));
  }
  return work;
}

// ---- bringing it in

class Names {
 public:
  const std::string& of(const store::Reader& reader, const std::string& address) {
    const auto [it, fresh] = names_.try_emplace(address);
    if (fresh) {
      const auto person = reader.find_person(address);
      it->second = person ? person->name : "";
    }
    return it->second;
  }

 private:
  std::map<std::string, std::string> names_;
};

// What has been brought in.
struct Batch {
  std::size_t tickets = 0;
  std::size_t bytes = 0;
};

// From one on, as many as one transaction should bear.
Batch index_batch(Xapian::WritableDatabase& index, const store::Store& store, const std::vector<Change>& changes,
                  std::size_t from) {
  Batch batch;
  store.read([&](const store::Reader& reader) {
    Names names;
    const Lookups lookups{[&](const tickets::Entry& entry) { return read_beginning(reader, entry); },
                          [&](const std::string& address) { return names.of(reader, address); }};
    for (std::size_t i = from; i < changes.size() && batch.tickets < batch_tickets && batch.bytes < batch_bytes; ++i) {
      ++batch.tickets;
      if (const auto ticket = reader.find_ticket(changes[i].id)) {
        const Document document = make_document(*ticket, reader.entries(ticket->id), lookups);
        for (const Piece& piece : document.pieces) {
          batch.bytes += piece.text.size();
        }
        index.replace_document(document_number(ticket->id), to_xapian(document));
      }
    }
  });
  return batch;
}

void bring_in(Xapian::WritableDatabase& index, const store::Store& store, const Work& work) {
  const std::vector<Change>& changes = work.changes;
  for (const Xapian::docid id : work.gone) {
    index.delete_document(id);
  }
  Batch pending;
  for (std::size_t done = 0; done < changes.size();) {
    const Batch batch = index_batch(index, store, changes, done);
    done += batch.tickets;
    pending.tickets += batch.tickets;
    pending.bytes += batch.bytes;
    if (done == changes.size() || pending.tickets >= commit_tickets || pending.bytes >= commit_bytes) {
      set_reached(index, std::max(reached(index), changes[done - 1].updated));
      index.commit();
      pending = {};
    }
  }
}

// Null when somebody else is at it and stays there.
std::optional<Xapian::WritableDatabase> open_to_write(const std::string& folder, int how) {
  for (int i = 0; i < lock_tries; ++i) {
    try {
      return Xapian::WritableDatabase(folder, how);
    } catch (const Xapian::DatabaseLockError&) {
      ::usleep(lock_pause);
    }
  }
  return std::nullopt;
}

bool write_changes(const std::string& folder, const store::Store& store, bool anew) {
  auto index = open_to_write(folder, anew ? Xapian::DB_CREATE_OR_OVERWRITE : Xapian::DB_OPEN);
  if (!index) {
    return false;
  }
  if (anew) {
    index->set_metadata(format_key, format);
    index->commit();
  }
  const base::Time begun = base::now();
  bring_in(*index, store, find_work(*index, store));
  set_reached(*index, begun);
  index->commit();
  return true;
}

// Null when there is none that can be read.
std::optional<Xapian::Database> open_to_read(const std::string& folder) {
  try {
    Xapian::Database index(folder);
    return index.get_metadata(format_key) == format ? std::optional(index) : std::nullopt;
  } catch (const Xapian::DatabaseError&) {
    return std::nullopt;
  }
}

void make_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0770) != 0 && errno != EEXIST) {
    throw base::system_error(errno == EACCES ? Kind::NoPermission : Kind::CannotCreate, "make " + folder, errno);
  }
}

// A damaged index is found out when it is read or when it is written.
bool bring_up(const std::string& folder, const store::Store& store, bool anew) {
  try {
    const auto index = anew ? std::nullopt : open_to_read(folder);
    if (!index || !find_work(*index, store).empty()) {
      return write_changes(folder, store, !index);
    }
    if (base::now() - reached(*index) > note_after && ::access(folder.c_str(), W_OK) == 0) {
      write_changes(folder, store, false);
    }
    return true;
  } catch (const Xapian::DatabaseModifiedError&) {
    return false;
  } catch (const Xapian::DatabaseError&) {
    return write_changes(folder, store, true);
  }
}

}  // namespace

std::string folder_in(const std::string& store_folder) {
  return store_folder + "/search";
}

void remove(const std::string& folder, const std::vector<TicketId>& ids) {
  const base::Umask umask(for_group);
  try {
    if (auto index = open_to_write(folder, Xapian::DB_OPEN)) {
      for (const TicketId id : ids) {
        index->delete_document(term(id_prefix, std::to_string(number(id))));
      }
      return index->commit();
    }
  } catch (const Xapian::Error&) {
    // none, or one that is worth nothing
  }
  std::error_code failed;
  std::filesystem::remove_all(folder, failed);
  if (failed) {
    throw Error(Kind::Io, fmt::format("remove {}: {}", folder, failed.message()));
  }
}

Update update(const std::string& folder, const store::Store& store, bool anew) {
  const base::Umask umask(for_group);
  const bool there = open_to_read(folder).has_value();
  try {
    if (!there && ::access(folder.c_str(), F_OK) != 0) {
      make_folder(folder);
    }
    if (bring_up(folder, store, anew)) {
      return Update::Current;
    }
    return there ? Update::Locked : Update::NoneThere;
  } catch (const Xapian::Error& e) {
    if (there && ::access(folder.c_str(), W_OK) != 0) {
      return Update::NotOurs;
    }
    throw Error(Kind::Io, fmt::format("the index in {}: {}", folder, e.get_description()));
  }
}

}  // namespace ticketmilter::search
