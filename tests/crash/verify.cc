// SPDX-License-Identifier: MIT
// Says whether a store holds what the load driver was told it holds: every mail that was answered for is one ticket, byte for byte the mail that was
// sent; no ticket is half there; nothing is there twice; and all indexes agree. It makes each body again from its number and compares.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <limits>
#include <set>
#include <unordered_map>
#include <vector>

#include "store/store.h"
#include "tests/bench/mail.h"

namespace ticketmilter {
namespace {

struct Options {
  std::string location;
  std::string log;
  bench::Shape shape;
};

struct Findings {
  std::uint64_t tickets = 0, acknowledged = 0, lost = 0, twice = 0, damaged = 0, disagree = 0, duplicates = 0;
  bool good() const { return lost + twice + damaged + disagree == 0; }
};

void complain(tickets::TicketId id, const std::string& what) {
  fmt::print(stderr, "ticket {}: {}\n", tickets::number(id), what);
}

// The stored bytes end with the body that mail number n has.
bool same_body(const store::Reader& reader, const tickets::Entry& entry, std::uint64_t n, const bench::Shape& shape) {
  std::string raw;
  if (!reader.read_raw(entry.message, [&](std::string_view piece) { raw += piece; }) || raw.size() != entry.raw_size)
    return false;
  const bench::Mail mail(n, shape);
  std::string body = "\r\n\r\n";
  mail.read_body(0, mail.body_size(), body);
  return raw.ends_with(body);
}

// What is wrong with a ticket that should be one mail and nothing more; "" = nothing.
std::string fault(const store::Reader& reader, const store::Row& row, const bench::Shape& shape, std::uint64_t& n) {
  const auto entries = reader.entries(row.id);
  if (entries.size() != 1)
    return fmt::format("{} entries", entries.size());
  if (entries[0].kind != tickets::Kind::Create)
    return fmt::format("begins with {}", tickets::name(entries[0].kind));
  if (!bench::parse_message_id(entries[0].message_id, shape.tag, n))
    return "unknown msg-id " + entries[0].message_id;
  if (row.subject != entries[0].subject || row.requestors.size() != 1)
    return "its row in the list differs from its history";
  if (!same_body(reader, entries[0], n, shape))
    return "its message is not the one that was sent";
  return "";
}

std::unordered_map<std::uint64_t, int> filed(const store::Reader& reader, const bench::Shape& shape,
                                             Findings& findings) {
  std::unordered_map<std::uint64_t, int> times;
  store::ListQuery all;
  all.limit = std::numeric_limits<std::size_t>::max();
  for (const auto& row : reader.list(all)) {
    ++findings.tickets;
    std::uint64_t n = 0;
    if (const auto what = fault(reader, row, shape, n); !what.empty()) {
      ++findings.damaged;
      complain(row.id, what);
    } else if (++times[n] > 1) {
      ++findings.twice;
      complain(row.id, fmt::format("mail {} again", n));
    }
  }
  return times;
}

std::set<std::uint64_t> acknowledged(const std::string& path) {
  std::set<std::uint64_t> numbers;
  std::ifstream log(path);
  for (std::uint64_t n = 0; log >> n;)
    numbers.insert(n);
  return numbers;
}

Findings verify(const store::Reader& reader, const Options& o) {
  Findings findings;
  const auto times = filed(reader, o.shape, findings);
  for (const auto n : acknowledged(o.log)) {
    ++findings.acknowledged;
    if (!times.contains(n)) {
      ++findings.lost;
      fmt::print(stderr, "mail {} was answered 250 and is nowhere\n", n);
    }
  }
  store::JournalQuery all;
  all.limit = std::numeric_limits<std::size_t>::max();
  for (const auto& entry : reader.journal(all))
    findings.duplicates += entry.verdict == "duplicate" ? 1U : 0U;
  for (const auto& finding : reader.check(true)) {
    ++findings.disagree;
    fmt::print(stderr, "{}\n", finding);
  }
  return findings;
}

int run(int argc, char** argv) {
  Options o;
  CLI::App app("Compares a store with what a load driver was answered.");
  app.add_option("location", o.location, "lmdb:/path")->required();
  app.add_option("log", o.log, "numbers of the mails that were taken, one a line")->required();
  app.add_option("--tag", o.shape.tag);
  app.add_option("--size", o.shape.size);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 64;
  }
  Findings f;
  store::Store(store::Options{.location = o.location, .max_size = 0}).read([&](const store::Reader& reader) {
    f = verify(reader, o);
  });
  fmt::print("tickets={} acknowledged={} lost={} twice={} damaged={} disagree={} duplicates={}\n", f.tickets,
             f.acknowledged, f.lost, f.twice, f.damaged, f.disagree, f.duplicates);
  return f.good() ? 0 : 1;
}

}  // namespace
}  // namespace ticketmilter

int main(int argc, char** argv) {
  try {
    return ticketmilter::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "verify: {}\n", e.what());
    return 74;
  }
}
