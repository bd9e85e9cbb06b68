// SPDX-License-Identifier: MIT
// Fills a store with tickets faster than mail could: the same rows, indexes and messages as intake makes, a few thousand in one transaction.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <vector>

#include "base/digest.h"
#include "mail.h"
#include "store/store.h"

namespace ticketmilter::bench {
namespace {

constexpr std::uint64_t batch = 4096;

struct Options {
  std::string location;
  std::uint64_t first = 1;
  std::uint64_t count = 0;
  std::vector<std::string> queues = {"support"};
  Shape shape;
};

std::string text(const Mail& mail) {
  std::string out;
  mail.read_body(0, mail.body_size(), out);
  return out;
}

std::string value(const Mail& mail, std::string_view name) {
  for (const auto& field : mail.fields)
    if (field.name == name)
      return field.value;
  return "";
}

std::string raw(const Mail& mail, const std::string& body) {
  std::string out;
  for (const auto& field : mail.fields)
    out += field.name + ": " + field.value + "\r\n";
  return out + "\r\n" + body;
}

tickets::Entry entry(const Mail& mail, const std::string& id, std::uint64_t raw_size, base::Time now) {
  tickets::Entry e;
  e.kind = tickets::Kind::Create;
  e.actor = mail.sender;
  e.created = now;
  e.message_id = id;
  e.subject = value(mail, "Subject");
  e.mail_class = "human";
  e.door = "milter";
  e.recipient = "<" + mail.recipient + ">";
  e.sender = "<" + mail.sender + ">";
  e.mta_id = fmt::format("4{:09X}", mail.number);
  e.raw_size = raw_size;
  return e;
}

// A mail of half a year's traffic: new tickets, most of them resolved long ago.
tickets::Intent intent(std::uint64_t n, const Options& o) {
  const Mail mail(n, o.shape);
  const auto body = text(mail);
  const auto bytes = raw(mail, body);
  tickets::Intent i;
  i.now = base::Time(std::chrono::milliseconds(1780000000000 + 16000 * static_cast<std::int64_t>(n)));
  i.message = store::pack(body, bytes);
  i.message_id = message_id(o.shape.tag, n);
  i.people = {{mail.sender, "", i.now}};
  tickets::Filing f;
  f.ticket.queue = o.queues[n % o.queues.size()];
  f.ticket.subject = value(mail, "Subject");
  f.ticket.status = n % 10 == 0   ? tickets::Status::New
                    : n % 10 == 1 ? tickets::Status::Open
                                  : tickets::Status::Resolved;
  f.ticket.requestors = {mail.sender};
  f.ticket.created = f.ticket.updated = i.now;
  f.entries = {entry(mail, i.message_id, bytes.size(), i.now)};
  f.has_message = {true};
  f.duplicate_keys = {base::digest(i.message_id)};
  i.filings = {std::move(f)};
  return i;
}

void fill(store::Store& store, const Options& o) {
  const auto end = o.first + o.count;
  for (auto n = o.first; n < end; n += batch) {
    std::vector<tickets::Intent> intents;
    for (auto m = n; m < std::min(end, n + batch); ++m)
      intents.push_back(intent(m, o));
    store.write([&](store::Writer& writer) {
      for (const auto& i : intents)
        writer.apply(i);
    });
  }
}

int run(int argc, char** argv) {
  Options o;
  o.shape.tag = "fill";
  CLI::App app("Fills a store with tickets.");
  app.add_option("location", o.location, "lmdb:/path")->required();
  app.add_option("-n,--count", o.count)->required();
  app.add_option("--first", o.first);
  app.add_option("--size", o.shape.size);
  app.add_option("--authors", o.shape.authors);
  app.add_option("--queue", o.queues);
  app.add_option("--to", o.shape.recipient);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 64;
  }
  store::Store store(store::Options{.location = o.location, .create = true});
  fill(store, o);
  return 0;
}

}  // namespace
}  // namespace ticketmilter::bench

int main(int argc, char** argv) {
  try {
    return ticketmilter::bench::run(argc, argv);
  } catch (const std::exception& e) {
    fmt::print(stderr, "fill: {}\n", e.what());
    return 74;
  }
}
