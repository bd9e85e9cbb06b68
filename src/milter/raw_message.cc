// SPDX-License-Identifier: MIT
// Chunks come with up to 64 KiB from libmilter, so they are written as they come, without another buffer.
#include "milter/raw_message.h"

namespace ticketmilter::milter {

void RawMessage::append(std::string_view bytes) {
  if (too_large_ || bytes.size() > max_ - size_) {
    too_large_ = true;
    return;
  }
  if (!file_ && in_memory_.size() + bytes.size() > memory) {
    spill();
  }
  if (file_) {
    base::write_all(file_.get(), bytes);
  } else {
    in_memory_ += bytes;
  }
  size_ += bytes.size();
}

void RawMessage::spill() {
  file_ = base::temporary_file(folder_);
  base::write_all(file_.get(), in_memory_);
  std::string().swap(in_memory_);
}

std::string_view RawMessage::bytes() {
  if (!file_) {
    return in_memory_;
  }
  if (!map_) {
    map_.emplace(file_.get(), static_cast<std::size_t>(size_));
  }
  return map_->bytes();
}

}  // namespace ticketmilter::milter
