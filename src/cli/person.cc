// SPDX-License-Identifier: MIT
// Who is known, and whether mail goes there. Mail may be stopped to somebody who never wrote, so the stopped are found by what is counted.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <set>

#include "base/error.h"
#include "cli/change_person.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/known_person.h"
#include "cli/pager.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;

struct PersonOptions {
  std::vector<std::string> what;  // list, or show, enable, disable and an address
  bool stopped = false;
  bool skip = false;
  bool yes = false;
  std::optional<std::uint64_t> limit;
};

KnownPerson look_up(const store::Reader& reader, const std::string& address, const config::Limit& limit,
                    base::Time now) {
  return find_known(address, limit, reader.view(ask_about(address, limit)), now);
}

// Throws NotFound, so that a slip of the finger is not taken for somebody who is fine.
KnownPerson known(const store::Reader& reader, const std::string& address, const config::Limit& limit) {
  auto found = look_up(reader, address, limit, base::now());
  if (!found.anything()) {
    throw Error(Kind::NotFound, fmt::format("nothing is known of {}", address));
  }
  return found;
}

std::set<std::string> addresses_on_file(const store::Reader& reader) {
  std::set<std::string> addresses;
  const auto take = [&](const tickets::Person& person) {
    addresses.insert(person.address);
    return false;
  };
  reader.people(take, SIZE_MAX);
  return addresses;
}

std::set<std::string> stopped_addresses(const store::Reader& reader, const config::Limit& limit, base::Time now) {
  std::set<std::string> addresses;
  const auto take = [&](const tickets::Tally& tally) {
    if (stops_mail(tally, limit, now)) {
      addresses.insert(tally.id.who);
    }
    return false;
  };
  reader.tallies(take, SIZE_MAX);
  return addresses;
}

std::vector<KnownPerson> find_people(const store::Reader& reader, const config::Limit& limit, bool stopped,
                                     std::size_t most) {
  const base::Time now = base::now();
  std::vector<KnownPerson> people;
  for (const auto& address : stopped ? stopped_addresses(reader, limit, now) : addresses_on_file(reader)) {
    if (people.size() >= most) {
      break;
    }
    people.push_back(look_up(reader, address, limit, now));
  }
  return people;
}

void run_list(const Shared& shared, const PersonOptions& options) {
  const config::Config config = load_config(shared);
  std::vector<KnownPerson> people;
  open_store(config)->read([&](const store::Reader& reader) {
    people = find_people(reader, config.limit, options.stopped, options.limit.value_or(SIZE_MAX));
  });
  if (!shared.json) {
    const Terminal terminal = find_terminal(STDOUT_FILENO);
    return page(shared, format_people(people, terminal), terminal);
  }
  for (const KnownPerson& person : people) {
    print(json_line(to_json(person, config.limit)));
  }
}

void run_show(const Shared& shared, const std::string& address) {
  const config::Config config = load_config(shared);
  KnownPerson person;
  open_store(config)->read([&](const store::Reader& reader) { person = known(reader, address, config.limit); });
  print(shared.json ? json_line(to_json(person, config.limit))
                    : format_person(person, config.limit, find_terminal(STDOUT_FILENO)));
}

void run_enable(const Shared& shared, const std::string& address) {
  const config::Config config = load_config(shared);
  open_store(config)->write([&](store::Writer& writer) {
    known(writer, address, config.limit);
    writer.apply(enable(address, config.limit, base::now()));
  });
}

void run_disable(const Shared& shared, const std::string& address) {
  const config::Config config = load_config(shared);
  open_store(config)->write([&](store::Writer& writer) { writer.apply(disable(address, config.limit, base::now())); });
}

struct Task {
  const char* name;
  void (*run)(const Shared& shared, const std::string& address);
};
constexpr Task tasks[] = {{"show", run_show}, {"enable", run_enable}, {"disable", run_disable}};

void run_person(const Shared& shared, const PersonOptions& options) {
  const auto& what = options.what;
  if (what.size() == 1 && what[0] == "list") {
    return run_list(shared, options);
  }
  if (what.size() == 2 && what[0] == "import") {
    return import_people(shared, what[1], options.skip);
  }
  if (what.size() == 2 && what[0] == "forget") {
    const std::string address = parse_address(what[1]);
    confirm(fmt::format("What {} wrote will be gone for good.", address), options.yes);
    return forget_person(shared, address);
  }
  if (what.size() == 3 && what[0] == "set") {
    return set_address(shared, parse_address(what[1]), parse_address(what[2]));
  }
  const auto* task = std::find_if(std::begin(tasks), std::end(tasks), [&](const Task& t) { return what[0] == t.name; });
  if (what.size() != 2 || task == std::end(tasks)) {
    throw Error(Kind::Usage,
                "person: wanted is list, import FILE, set OLD NEW, or show, enable, disable or forget and an ADDRESS");
  }
  task->run(shared, parse_address(what[1]));
}

}  // namespace

Run declare_person(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<PersonOptions>();
  app.add_option("WHAT", options->what,
                 "\"list\"; \"show\", \"enable\" or \"disable\" to let mail go there or not, or \"forget\", and an "
                 "address; \"set\", an address and a new one; \"import\" and a file")
      ->expected(1, 3)
      ->required();
  app.add_flag("--stopped", options->stopped, "Of the list only those to whom no mail goes");
  app.add_flag("--skip-bad", options->skip, "Import the lines of a file that are right, though others are not");
  app.add_flag("--yes", options->yes, "Forget without asking");
  app.add_option("--limit", options->limit, "Of the list at most so many")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  return [&shared, options] {
    run_person(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
