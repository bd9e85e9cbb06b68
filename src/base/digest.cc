// SPDX-License-Identifier: MIT
// OpenSSL behind values. Its one-shot calls look their algorithm up each time, so the digest is fetched once.
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>

#include "base/error.h"
#include "base/handle.h"

namespace ticketmilter::base {
namespace {

const EVP_MD* sha256_method() {
  static const Handle<EVP_MD, EVP_MD_free> method(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return method.get();
}

void check(bool ok) {
  if (!ok) {
    throw Error(Kind::Internal, "SHA-256 failed in the cryptographic library");
  }
}

}  // namespace

struct Sha256Stream::Context {
  Handle<EVP_MD_CTX, EVP_MD_CTX_free> md{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  check(context_->md && EVP_DigestInit_ex(context_->md.get(), sha256_method(), nullptr) == 1);
}
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(std::string_view bytes) {
  check(EVP_DigestUpdate(context_->md.get(), bytes.data(), bytes.size()) == 1);
}

Sha256 Sha256Stream::finish() {
  Sha256 sum{};
  check(EVP_DigestFinal_ex(context_->md.get(), sum.data(), nullptr) == 1);
  return sum;
}

Sha256 sha256(std::string_view bytes) {
  Sha256 sum{};
  check(EVP_Digest(bytes.data(), bytes.size(), sum.data(), nullptr, sha256_method(), nullptr) == 1);
  return sum;
}

Digest digest(std::string_view bytes) {
  Sha256 sum = sha256(bytes);
  Digest half{};
  std::copy_n(sum.begin(), half.size(), half.begin());
  return half;
}

Sha256 hmac_sha256(std::string_view key, std::string_view text) {
  Sha256 sum{};
  unsigned size = 0;
  check(HMAC(sha256_method(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum.data(), &size) != nullptr);
  return sum;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hex(const std::uint8_t* bytes, std::size_t n) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * n);
  for (std::size_t i = 0; i < n; ++i) {
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

std::string base32(const Sha256& mac, std::size_t characters) {
  static constexpr char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  unsigned bits = 0, held = 0;
  for (auto byte = mac.begin(); text.size() < characters && byte != mac.end(); ++byte) {
    bits = (bits << 8 | *byte) & 0xFFFFu;
    for (held += 8; held >= 5 && text.size() < characters; held -= 5) {
      text += alphabet[bits >> (held - 5) & 31];
    }
  }
  return text;
}

std::string random_bytes(std::size_t n) {
  std::string bytes(n, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(n)) != 1) {
    throw Error(Kind::Internal, "the system gives no random numbers");
  }
  return bytes;
}

}  // namespace ticketmilter::base
