// SPDX-License-Identifier: MIT
// What a notifier has sent and not yet settled in the store, in a file of its own: a line costs no wait for the disk, and the kernel keeps it when the
// process is killed. So letters are settled by the hundred, and still a kill repeats no more than the one that was on its way. A power cut may repeat
// those of one round, under the same msg-ids.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/handle.h"
#include "tickets/notice.h"
#include "tickets/view.h"

namespace ticketmilter::notify {

class SentLog {
 public:
  // A new file "notify-ID.sent" in the folder, locked as long as this lives, and gone with it.
  SentLog(const std::string& folder, std::uint64_t notifier);
  ~SentLog();
  SentLog(const SentLog&) = delete;
  SentLog& operator=(const SentLog&) = delete;

  void add(const tickets::NoticeName& name);
  // They are settled.
  void clear();

 private:
  std::string path_;
  base::Fd fd_;
};

// What a notifier that is no more had sent, and who it was; its claims are to be freed.
struct LeftLog {
  std::uint64_t notifier = 0;
  std::vector<tickets::NoticeName> sent;
  std::string path;
  base::Fd lock;  // so that only one takes it over
};
std::vector<LeftLog> find_left_logs(const std::string& folder);
void remove(const LeftLog& left);

}  // namespace ticketmilter::notify
