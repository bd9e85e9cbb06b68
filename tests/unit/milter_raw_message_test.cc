// SPDX-License-Identifier: MIT
// A message in memory, in a file, over its limit, and without a place to go.
#include "milter/raw_message.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/error.h"

using namespace ticketmilter;
using milter::RawMessage;

namespace {

std::string temporary_folder() {
  return std::filesystem::temp_directory_path().string();
}

}  // namespace

TEST_CASE("what goes in comes out, on either side of the mebibyte") {
  for (const std::size_t chunks : {0UL, 1UL, 16UL, 17UL, 50UL}) {
    CAPTURE(chunks);
    RawMessage raw(temporary_folder(), 100 << 20);
    std::string want;
    for (std::size_t n = 0; n < chunks; ++n) {
      const std::string chunk(RawMessage::memory / 16, static_cast<char>(n));
      raw.append(chunk);
      want += chunk;
    }
    CHECK((raw.bytes() == want));
    CHECK_FALSE(raw.too_large());
  }
}

TEST_CASE("N28 the limit is met to the byte, and what is beyond is not kept") {
  RawMessage raw(temporary_folder(), 10);
  raw.append("1234567890");
  CHECK_FALSE(raw.too_large());
  raw.append("");
  CHECK_FALSE(raw.too_large());
  raw.append("x");
  CHECK(raw.too_large());
  raw.append("y");
  CHECK(raw.bytes() == "1234567890");
}

TEST_CASE("a spool that is not there fails, and only when it is needed") {
  RawMessage raw("/nonexistent", 100 << 20);
  raw.append(std::string(RawMessage::memory, 'x'));
  CHECK_THROWS_AS(raw.append("x"), base::Error);
}

TEST_CASE("nothing is left behind") {
  const std::string folder = temporary_folder() + "/ticket-milter-spool-test";
  std::filesystem::create_directory(folder);
  {
    RawMessage raw(folder, 100 << 20);
    raw.append(std::string(2 * RawMessage::memory, 'x'));
    CHECK(std::filesystem::is_empty(folder));
  }
  CHECK(std::filesystem::is_empty(folder));
  std::filesystem::remove(folder);
}
