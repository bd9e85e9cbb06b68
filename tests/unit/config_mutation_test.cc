// SPDX-License-Identifier: MIT
// Good files with bytes changed, lost, doubled and moved: whatever comes of it, the answer is a configuration or complaints.
#include <doctest/doctest.h>

#include <random>

#include "base/file.h"
#include "config/load.h"

using namespace ticketmilter;

namespace {

using Random = std::minstd_rand;  // the same on every machine

std::string mutate(std::string text, Random& random) {
  static constexpr char raw[] = "\0\n\"'[]{}=.,#\\\xff\xc3 x5-+:/@";
  static const std::string bytes(raw, sizeof raw - 1);
  const auto at = [&] { return random() % (text.size() + 1); };
  for (unsigned n = 1 + random() % 4; n > 0 && !text.empty(); --n) {
    switch (random() % 5) {
      case 0: text[random() % text.size()] = bytes[random() % bytes.size()]; break;
      case 1: text.erase(at(), 1 + random() % 8); break;
      case 2: text.insert(at(), 1 + random() % 3, bytes[random() % bytes.size()]); break;
      case 3: text.insert(at(), text.substr(at(), random() % 60)); break;
      default: text.resize(at()); break;
    }
  }
  return text;
}

}  // namespace

TEST_CASE("A1 no mutation of the sample is answered by neither") {
  const std::string sample = base::read_file("conf/ticket-milter.toml", 1U << 20);
  Random random(2026);
  unsigned good = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string text = mutate(sample, random);
    const config::Loaded loaded = config::load_text(text, "mutation");
    CAPTURE(i);
    CHECK(loaded.config.has_value() == loaded.complaints.empty());
    good += loaded.config.has_value();
    for (const config::Complaint& c : loaded.complaints) {
      CHECK(!c.text.empty());
      CHECK(config::to_string(c).find('\n') == std::string::npos);
    }
  }
  CHECK(good > 0);  // most of the sample is comment
  CHECK(good < 400);
}
