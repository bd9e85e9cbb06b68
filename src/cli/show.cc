// SPDX-License-Identifier: MIT
// A ticket with its history, the bytes of a message exactly as they came, or an attachment decoded from them.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "cli/pager.h"
#include "cli/ticket_text.h"
#include "intake/intake.h"
#include "mail/parse.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;
using tickets::TicketId;

struct ShowOptions {
  std::string id;
  std::string raw;         // ENTRY
  std::string attachment;  // ENTRY:N
  std::string output;      // "" and "-" = standard output
  bool full = false;
  std::vector<std::uint32_t> entries;  // empty = all
  std::optional<std::uint32_t> last;
};

std::uint32_t parse_entry(const std::string& text) {
  const auto n = base::parse_number(text);
  if (!n || *n == 0 || *n > UINT32_MAX) {
    throw Error(Kind::Usage, fmt::format("\"{}\" is no entry number", text));
  }
  return static_cast<std::uint32_t>(*n);
}

// Those that are asked for.
std::vector<tickets::Entry> choose(std::vector<tickets::Entry> history, const ShowOptions& options) {
  const auto is_asked_for = [&](const tickets::Entry& entry) {
    return options.entries.empty() || std::ranges::find(options.entries, entry.id) != options.entries.end();
  };
  for (const std::uint32_t n : options.entries) {
    if (std::ranges::none_of(history, [&](const tickets::Entry& entry) { return entry.id == n; })) {
      throw Error(Kind::NotFound, fmt::format("ticket {} has no entry {}", options.id, n));
    }
  }
  std::erase_if(history, [&](const tickets::Entry& entry) { return !is_asked_for(entry); });
  const std::size_t first = history.size() - std::min<std::size_t>(history.size(), options.last.value_or(UINT32_MAX));
  history.erase(history.begin(), history.begin() + static_cast<std::ptrdiff_t>(first));
  return history;
}

ShownTicket read_ticket(const store::Store& store, TicketId id, const ShowOptions& options) {
  ShownTicket shown;
  store.read([&](const store::Reader& reader) {
    shown.ticket = find_ticket(reader, id);
    for (tickets::Entry& entry : choose(reader.entries(id), options)) {
      std::string text = read_text(reader, entry.message);
      shown.history.push_back({std::move(entry), std::move(text)});
    }
    shown.notices = reader.notices_of(id);
  });
  return shown;
}

struct RawMessage {
  tickets::Entry entry;
  std::string bytes;
};

RawMessage read_raw(const store::Store& store, TicketId id, std::uint32_t n) {
  RawMessage raw;
  store.read([&](const store::Reader& reader) {
    find_ticket(reader, id);
    auto entry = reader.find_entry(id, n);
    if (!entry) {
      throw Error(Kind::NotFound, fmt::format("ticket {} has no entry {}", number(id), n));
    }
    raw.entry = std::move(*entry);
    const auto sink = [&](std::string_view piece) { raw.bytes += piece; };
    if (raw.entry.message == tickets::MessageId{} || !reader.read_raw(raw.entry.message, sink)) {
      throw Error(Kind::Permanent,
                  fmt::format("entry {} of ticket {} has no raw message, or has it no more", n, number(id)));
    }
  });
  return raw;
}

// Bytes go to a file of any name but "-", made if missing, or to standard output.
void write_output(const std::string& path, const std::string& bytes) {
  if (path.empty() || path == "-") {
    return print(bytes);
  }
  const base::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!fd) {
    throw base::system_error(Kind::CannotCreate, "make " + path, errno);
  }
  base::write_all(fd.get(), bytes);
}

std::string decode_attachment(const RawMessage& raw, std::uint32_t n, const mail::ParseLimits& limits) {
  if (n > raw.entry.attachments.size()) {
    throw Error(Kind::NotFound, fmt::format("entry {} has {} attachments", raw.entry.id, raw.entry.attachments.size()));
  }
  std::string bytes;
  const auto sink = [&](std::string_view piece) { bytes += piece; };
  if (!mail::decode_part(raw.bytes, raw.entry.attachments[n - 1].part, limits, sink)) {
    throw Error(Kind::Internal, fmt::format("attachment {} is not in the message that had it", n));
  }
  return bytes;
}

void show_attachment(const config::Config& config, const store::Store& store, TicketId id, const ShowOptions& options) {
  const auto colon = options.attachment.find(':');
  if (colon == std::string::npos) {
    throw Error(Kind::Usage, fmt::format("--attachment: \"{}\" is not ENTRY:N", options.attachment));
  }
  const std::uint32_t entry = parse_entry(options.attachment.substr(0, colon));
  const std::uint32_t n = parse_entry(options.attachment.substr(colon + 1));
  const mail::ParseLimits limits = intake::parse_options(config, {}).limits;
  write_output(options.output, decode_attachment(read_raw(store, id, entry), n, limits));
}

void show_ticket(const Shared& shared, const store::Store& store, TicketId id, const ShowOptions& options) {
  const ShownTicket ticket = read_ticket(store, id, options);
  if (!shared.json) {
    const Terminal terminal = find_terminal(STDOUT_FILENO);
    return page(shared, format_ticket(ticket, {options.full, find_clock(shared, terminal), terminal}), terminal);
  }
  Json json = to_json(ticket.ticket);
  json["notices"] = Json::array();
  for (const tickets::Notice& notice : ticket.notices) {
    json["notices"].push_back(notice_of_ticket(notice));
  }
  json["entries"] = Json::array();
  for (const ShownEntry& shown : ticket.history) {
    json["entries"].push_back(to_json(shown.entry, shown.text));
  }
  print(json_line(json));
}

void run_show(const Shared& shared, const ShowOptions& options) {
  const TicketId id = parse_ticket_id(options.id);
  const config::Config config = load_config(shared);
  const auto store = open_store(config);
  if (!options.raw.empty()) {
    return write_output(options.output, read_raw(*store, id, parse_entry(options.raw)).bytes);
  }
  if (!options.attachment.empty()) {
    return show_attachment(config, *store, id, options);
  }
  show_ticket(shared, *store, id, options);
}

}  // namespace

Run declare_show(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<ShowOptions>();
  app.add_option("ID", options->id, "Number of the ticket")->required();
  auto* raw =
      app.add_option("--raw", options->raw, "Only the message of this entry, byte for byte")->type_name("ENTRY");
  auto* attachment =
      app.add_option("--attachment", options->attachment, "Only this attachment, decoded")->type_name("ENTRY:N");
  app.add_option("-o", options->output, "File to write that to, \"-\" for standard output")->type_name("FILE");
  app.add_flag("--full", options->full, "Quoted text and signatures, too");
  app.add_option("--entry", options->entries, "Only these entries")
      ->type_name("ENTRY,..")
      ->delimiter(',')
      ->check(CLI::PositiveNumber);
  app.add_option("--last", options->last, "Only so many entries, the last ones")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  raw->excludes(attachment);
  return [&shared, options] {
    run_show(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
