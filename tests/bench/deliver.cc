// SPDX-License-Identifier: MIT
// How fast letters go to a relay over one connection: what Postfix's smtp-source does, with our client.
//
//   deliver PORT LETTERS [SIZE]
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "notify/deliver.h"

namespace {

using namespace ticketmilter;

std::string message(std::size_t size) {
  std::string text = "From: <support@s.example>\r\nTo: <ann@p.example>\r\nSubject: [example.com #42] x\r\n\r\n";
  while (text.size() + 2 < size) {
    text += std::string(std::min<std::size_t>(76, size - text.size() - 2), 'x') + "\r\n";
  }
  return text;
}

int run(const std::string& port, int letters, std::size_t size) {
  const std::atomic<bool> never = false;
  config::Notify config;
  config.relay = "smtp://127.0.0.1:" + port;
  notify::Relay relay(config, "", never);
  const std::string text = message(size);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < letters; ++i) {
    const auto outcome = relay.deliver({"bounce+42-1.MAC@s.example", "ann@p.example", text, "42." + std::to_string(i)});
    if (outcome.fate != notify::Fate::Sent) {
      fmt::print(stderr, "deliver: {}\n", outcome.reply);
      return 1;
    }
  }
  const std::chrono::duration<double> secs = std::chrono::steady_clock::now() - start;
  fmt::print("letters={} secs={:.3f} rate={:.0f}\n", letters, secs.count(), letters / secs.count());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: deliver PORT LETTERS [SIZE]\n");
    return 64;
  }
  return run(argv[1], std::atoi(argv[2]), argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 4096);
}
