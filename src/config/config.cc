// SPDX-License-Identifier: MIT
// Look-ups in a loaded configuration, and networks: every address is 128 bits, so one comparison serves both families.
#include "config/config.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace ticketmilter::config {
namespace {

constexpr unsigned mapped_bits = 96;

// Into network.address; false when the text is no address. IPv4 becomes ::ffff:a.b.c.d and v4 tells so.
bool read_address(const std::string& text, Network& network, bool& v4) {
  v4 = inet_pton(AF_INET, text.c_str(), network.address + 12) == 1;
  if (v4) {
    network.address[10] = network.address[11] = 0xff;
    return true;
  }
  return inet_pton(AF_INET6, text.c_str(), network.address) == 1;
}

bool prefix_equal(const std::uint8_t* a, const std::uint8_t* b, unsigned bits) {
  const unsigned whole = bits / 8;
  const unsigned rest = bits % 8;
  return std::memcmp(a, b, whole) == 0 && (rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

bool has_bits_after(const Network& network) {
  for (unsigned bit = network.prefix; bit < 128; ++bit) {
    if (network.address[bit / 8] & (0x80U >> bit % 8)) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<Network> parse_network(const std::string& text) {
  const std::size_t slash = text.find('/');
  Network network;
  bool v4 = false;
  if (text.find('\0') != std::string::npos || !read_address(text.substr(0, slash), network, v4)) {
    return {};
  }
  if (slash != std::string::npos) {
    const auto bits = base::parse_number(text.substr(slash + 1));
    if (!bits || *bits > (v4 ? 32U : 128U)) {
      return {};
    }
    network.prefix = static_cast<unsigned>(*bits) + (v4 ? mapped_bits : 0);
  }
  return has_bits_after(network) ? std::nullopt : std::optional(network);
}

bool contains(const std::vector<Network>& networks, const std::string& address) {
  const std::string plain = base::ascii_istarts_with(address, "ipv6:") ? address.substr(5) : address;
  Network one;
  bool v4 = false;
  if (plain.find('\0') != std::string::npos || !read_address(plain, one, v4)) {
    return false;
  }
  return std::any_of(networks.begin(), networks.end(),
                     [&one](const Network& n) { return prefix_equal(n.address, one.address, n.prefix); });
}

const Queue* Config::find_queue(const std::string& name) const {
  const std::string folded = base::fold_case(name);
  const auto found = std::find_if(queues.begin(), queues.end(), [&folded](const Queue& q) { return q.name == folded; });
  return found == queues.end() ? nullptr : &*found;
}

const Agent* Config::find_agent(const std::string& who) const {
  const auto found = std::find_if(agents.begin(), agents.end(),
                                  [&](const Agent& agent) { return base::contains(agent.addresses, who); });
  return found == agents.end() ? nullptr : &*found;
}

}  // namespace ticketmilter::config
