// SPDX-License-Identifier: MIT
// Numbers as Prometheus reads them (its text exposition format, version 0.0.4). Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "store/store.h"

namespace ticketmilter::cli {

struct Metrics {
  store::Stats stats;
  store::Counters counters;
  std::uint64_t bytes_max = 0;               // what the store may take
  std::optional<std::uint64_t> disk_free;    // bytes; empty = not known, and left out
  std::optional<std::chrono::seconds> late;  // how long the oldest notice has been due; empty = none is
  bool full = false;                         // no mail is taken for want of room
};

std::string format_metrics(const Metrics& metrics);

}  // namespace ticketmilter::cli
