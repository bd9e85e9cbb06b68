// SPDX-License-Identifier: MIT
// CPU time has the grain of a clock tick, so measure over seconds.
#include "process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace ticketmilter::bench {
namespace {

// utime and stime are fields 14 and 15; the name in field 2 may hold anything, so count from its closing bracket.
double cpu_us(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  const auto bracket = all.rfind(')');
  if (bracket == std::string::npos)
    return 0;
  std::istringstream fields(all.substr(bracket + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i)
    fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) * 1e6 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

Usage usage(pid_t pid) {
  Usage u;
  u.cpu_us = cpu_us(pid);
  std::ifstream file(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmHWM:"))
      u.peak_kib = std::stoull(line.substr(6));
    else if (line.starts_with("RssAnon:"))
      u.anon_kib = std::stoull(line.substr(8));
  }
  return u;
}

void reset_peak(pid_t pid) {
  std::ofstream(fmt::format("/proc/{}/clear_refs", pid)) << "5\n";
}

}  // namespace ticketmilter::bench
