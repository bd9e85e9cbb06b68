// SPDX-License-Identifier: MIT
// Mail that the client saw refused, on its way into the journal. Nobody waits for it: the answer goes out at once, and a second later what has gathered is
// written along with whatever else is being filed. In a flood some of it is only counted, which is logged; intake is not slowed.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "store/filer.h"
#include "store/store.h"
#include "tickets/intent.h"

namespace ticketmilter::intake {

// How many refusals that the client saw are kept, at most about 1 KB each without their mail.
constexpr std::uint64_t max_refused = 100'000;

class Journal {
 public:
  // bounds: asked before each write.
  Journal(store::Filer& filer, std::function<store::JournalBounds()> bounds);
  // Writes what is waiting.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // One mail, refused for these reasons. message: all of it, null when it is not to be had; raw: its beginning at least, "" when there was no mail. Where there
  // is no room for the message its header is kept. Safe on any thread, returns at once.
  void add(std::vector<tickets::JournalEntry> entries, std::shared_ptr<const tickets::PackedMessage> message,
           std::string_view raw);
  // Counts a mail of which nothing is written, as Intent::decided does. Likewise.
  void count(const std::string& verdict, const std::string& rule, const std::string& mail_class);

 private:
  struct Batch {
    std::vector<tickets::Intent> intents;
    std::size_t bytes = 0;
    std::size_t lost = 0;
    // By verdict, rule and class: as many as the configuration has rules at most.
    std::map<std::array<std::string, 3>, std::uint64_t> decided;
  };
  bool reserve(std::size_t size);
  void run();
  void write(Batch batch);
  std::size_t write_some(const std::vector<tickets::Intent>& intents, std::size_t from);
  void trim();

  store::Filer& filer_;
  std::function<store::JournalBounds()> bounds_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Batch waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ticketmilter::intake
