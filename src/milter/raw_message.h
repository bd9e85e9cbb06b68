// SPDX-License-Identifier: MIT
// The bytes of one message while they arrive: the first mebibyte in memory, more than that in an unlinked file, so that many large messages at
// once cost disk and not memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/handle.h"

namespace ticketmilter::milter {

class RawMessage {
 public:
  // folder: where the file goes, once it is needed. Bytes beyond max are not kept.
  RawMessage(std::string folder, std::uint64_t max) : folder_(std::move(folder)), max_(max) {}

  // Throws Full or Io when the file cannot be written.
  void append(std::string_view bytes);
  bool too_large() const { return too_large_; }
  // All that was kept, for as long as the object lives; nothing may be appended any more.
  std::string_view bytes();

  static constexpr std::size_t memory = 1 << 20;

 private:
  void spill();

  std::string folder_;
  std::uint64_t max_;
  std::uint64_t size_ = 0;
  bool too_large_ = false;
  std::string in_memory_;
  base::Fd file_;
  std::optional<base::FileMap> map_;
};

}  // namespace ticketmilter::milter
