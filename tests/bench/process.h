// SPDX-License-Identifier: MIT
// What a process under test has used, from /proc.
#pragma once

#include <cstdint>

#include <sys/types.h>

namespace ticketmilter::bench {

struct Usage {
  double cpu_us = 0;           // of all its threads, dead ones too
  std::uint64_t peak_kib = 0;  // VmHWM: with the pages of mapped files
  std::uint64_t anon_kib = 0;  // RssAnon: without them
};

// All 0 when there is no such process.
Usage usage(pid_t pid);
// Lets VmHWM count from now on.
void reset_peak(pid_t pid);

}  // namespace ticketmilter::bench
