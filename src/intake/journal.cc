// SPDX-License-Identifier: MIT
// Writing goes through the filer, so that it shares a commit with the mail that is being filed, and in portions small enough not to be felt there. The
// same portions keep the journal within its bounds, so it cannot outgrow them however fast refusals come.
#include "intake/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/log.h"

namespace ticketmilter::intake {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto pause = 1s;            // so long a refusal may wait for others
constexpr auto trim_every = 1min;     // when there are none
constexpr std::size_t most = 10'000;  // mails that wait
constexpr std::size_t most_bytes = 16 << 20;
constexpr std::size_t portion = 100;  // mails in one transaction
constexpr std::size_t portion_bytes = 1 << 20;
constexpr std::size_t longest = 1000;  // bytes of a field: RFC 5321 ends a path at 256

std::size_t size_of(const tickets::Intent& intent) {
  std::size_t size = longest;
  if (intent.message) {
    for (const auto& chunk : intent.message->chunks) {
      size += chunk.size();
    }
  }
  return size;
}

void take_header(tickets::Intent& intent, std::string_view raw) {
  const auto header = store::header_of(raw);
  intent.message = header.empty() ? nullptr : store::pack("", header);
  for (auto& entry : intent.journal) {
    entry.header_only = intent.message != nullptr;
  }
}

// What a stranger can make us keep of one refusal has an end.
void shorten(tickets::JournalEntry& entry) {
  for (auto* field :
       {&entry.sender, &entry.author, &entry.subject, &entry.message_id, &entry.mta_id, &entry.reason, &entry.login}) {
    auto end = std::min(field->size(), longest);
    while (end > 0 && end < field->size() && ((*field)[end] & '\xC0') == '\x80') {
      --end;  // no character is cut in two
    }
    field->resize(end);
  }
  std::size_t room = longest;
  std::size_t kept = 0;
  for (; kept < entry.recipients.size() && entry.recipients[kept].size() <= room; ++kept) {
    room -= entry.recipients[kept].size();
  }
  entry.recipients.resize(kept);
}

}  // namespace

Journal::Journal(store::Filer& filer, std::function<store::JournalBounds()> bounds)
    : filer_(filer), bounds_(std::move(bounds)), thread_([this] { run(); }) {}

Journal::~Journal() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Journal::add(std::vector<tickets::JournalEntry> entries, std::shared_ptr<const tickets::PackedMessage> message,
                  std::string_view raw) {
  tickets::Intent intent;
  intent.journal = std::move(entries);
  std::for_each(intent.journal.begin(), intent.journal.end(), shorten);
  intent.message = std::move(message);
  const bool whole = intent.message && reserve(size_of(intent));
  if (!whole) {
    take_header(intent, raw);
  }
  const std::lock_guard lock(mutex_);
  intent.journal_has_message = intent.message != nullptr;
  if (waiting_.intents.size() == most) {
    waiting_.lost += intent.journal.size();
    for (const auto& entry : intent.journal) {
      ++waiting_.decided[{entry.verdict, entry.rule, entry.mail_class}];
    }
    return;
  }
  waiting_.bytes += whole ? 0 : size_of(intent);
  waiting_.intents.push_back(std::move(intent));
}

// Room for a whole mail, if there is any; a header is taken in any case.
bool Journal::reserve(std::size_t size) {
  const bool may_stay = size <= bounds_().content;
  const std::lock_guard lock(mutex_);
  if (!may_stay || (waiting_.bytes > 0 && waiting_.bytes + size > most_bytes)) {
    return false;
  }
  waiting_.bytes += size;
  return true;
}

void Journal::count(const std::string& verdict, const std::string& rule, const std::string& mail_class) {
  const std::lock_guard lock(mutex_);
  ++waiting_.decided[{verdict, rule, mail_class}];
}

void Journal::run() {
  auto trimmed = Clock::now() - trim_every;
  for (bool last = false; !last;) {
    Batch batch;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, pause, [this] { return stopping_; });
      last = stopping_;
      std::swap(batch, waiting_);
    }
    write(std::move(batch));
    if (!last && Clock::now() - trimmed >= trim_every) {
      trimmed = Clock::now();
      trim();
    }
  }
}

void Journal::write(Batch batch) {
  if (batch.lost > 0) {
    base::log_warning(fmt::format("journal: {} refusals left out, there are too many at once", batch.lost));
  }
  if (!batch.decided.empty()) {
    tickets::Intent counts;
    for (const auto& [what, mails] : batch.decided) {
      counts.decided.push_back({what[0], what[1], what[2], mails});
    }
    batch.intents.push_back(std::move(counts));
  }
  for (std::size_t done = 0; done < batch.intents.size();) {
    done += write_some(batch.intents, done);
  }
}

// A turn of this is a door: a refusal that cannot be written is told, and nothing else hangs on it.
std::size_t Journal::write_some(const std::vector<tickets::Intent>& intents, std::size_t from) {
  std::size_t n = 0;
  std::size_t cost = 0;
  bool more = false;
  for (; from + n < intents.size() && n < portion && cost < portion_bytes; ++n) {
    cost += size_of(intents[from + n]);
  }
  try {
    const auto bounds = bounds_();
    filer_.file(
        [&](store::Writer& writer) {
          for (std::size_t i = from; i < from + n; ++i) {
            writer.apply(intents[i]);
          }
          more = writer.trim_journal(bounds);
        },
        cost);
    if (more) {
      trim();
    }
  } catch (const std::exception& e) {
    base::log_warning(fmt::format("journal: {} refusals left out: {}", n, e.what()));
  }
  return n;
}

void Journal::trim() {
  try {
    const auto bounds = bounds_();
    for (bool more = true; more;) {
      filer_.file([&](store::Writer& writer) { more = writer.trim_journal(bounds); }, 0);
      const std::lock_guard lock(mutex_);
      more = more && !stopping_;
    }
  } catch (const std::exception& e) {
    base::log_warning(fmt::format("journal: not trimmed: {}", e.what()));
  }
}

}  // namespace ticketmilter::intake
