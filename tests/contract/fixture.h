// SPDX-License-Identifier: MIT
// A store in a temporary folder, values with every field filled, and children that run and die. The engine is named by TICKET_STORE_ENGINE ("lmdb" if it is
// not set), so that the same tests hold for the next one.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/error.h"
#include "store/store.h"

namespace contract {

namespace base = ticketmilter::base;
namespace mail = ticketmilter::mail;
namespace tickets = ticketmilter::tickets;
namespace store = ticketmilter::store;

// Removed with all that is in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Where a store of the engine under test may be made. The map is small enough for sanitizers and valgrind.
store::Options options_in(const std::string& folder);

// A store, made anew.
struct TempStore {
  Folder folder;
  store::Options options = options_in(folder.path());
  std::unique_ptr<store::Store> store = std::make_unique<store::Store>(options);
  store::Store* operator->() const { return store.get(); }
  // Closed and opened again, with `options` as they are by now.
  void reopen();
};

constexpr base::Time at(std::int64_t seconds) {
  return base::Time(std::chrono::seconds(seconds));
}

// Values in which no field is as it is by default.
tickets::Ticket full_ticket();
tickets::Entry full_entry();
tickets::JournalEntry full_journal();

// A new ticket with one entry and no mail.
tickets::Intent new_ticket(const std::string& subject, const std::string& queue = "help", base::Time now = at(1000));
// The same with a mail.
tickets::Intent new_mail(const std::string& subject, const std::string& message_id, std::string_view text,
                         std::string_view raw);
// A change of an existing ticket, with an entry.
tickets::Intent change(const tickets::Ticket& ticket);

tickets::Applied write(const store::Store& store, const tickets::Intent& intent);
// The id of the first ticket of the intent.
tickets::TicketId file(const store::Store& store, const tickets::Intent& intent);
std::optional<tickets::Ticket> find(const store::Store& store, tickets::TicketId id);
tickets::View view(const store::Store& store, const tickets::Question& question);
std::vector<store::Row> list(const store::Store& store, const store::ListQuery& query);
store::Stats stats(const store::Store& store);
std::optional<std::string> text(const store::Store& store, tickets::MessageId id);
std::optional<std::string> raw(const store::Store& store, tickets::MessageId id);
// Everything agrees.
bool checks(const store::Store& store);

// The kind of Error that is thrown, or nothing. Other exceptions pass.
std::optional<base::Kind> kind_of(const std::function<void()>& what);
std::optional<base::Kind> kind_of(const std::exception_ptr& failure);

// Bytes that do not compress, the same for the same seed.
std::string noise(std::size_t size, std::uint64_t seed = 1);
// Text of that size that does.
std::string prose(std::size_t size);

// Runs in a child process; what it returns ("" = all is well), or how it died.
std::string in_child(const std::function<std::string()>& what);

}  // namespace contract
