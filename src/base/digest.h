// SPDX-License-Identifier: MIT
// Digests, message authentication and randomness, and the only home of OpenSSL. All functions are safe on any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ticketmilter::base {

using Sha256 = std::array<std::uint8_t, 32>;
// What store keys are made of: the first half of a SHA-256.
using Digest = std::array<std::uint8_t, 16>;

Sha256 sha256(std::string_view bytes);
Digest digest(std::string_view bytes);

// SHA-256 of a stream, for bodies that are not in memory at once.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;
  void add(std::string_view bytes);
  Sha256 finish();  // once, at the end

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// RFC 2104 with SHA-256.
Sha256 hmac_sha256(std::string_view key, std::string_view text);

// Equal, in a time that does not depend on where they differ.
bool equal_constant_time(std::string_view a, std::string_view b);

std::string hex(const std::uint8_t* bytes, std::size_t n);
template <std::size_t N>
std::string hex(const std::array<std::uint8_t, N>& a) {
  return hex(a.data(), N);
}
// RFC 4648 base32, lower case, no padding; the first `characters` of it.
std::string base32(const Sha256& mac, std::size_t characters);

// n bytes from the system's generator. Throws Internal when it has none.
std::string random_bytes(std::size_t n);

}  // namespace ticketmilter::base
