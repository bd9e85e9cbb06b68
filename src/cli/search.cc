// SPDX-License-Identifier: MIT
// Tickets by what is said in them. The index answers with numbers; what is printed is read from the store, so it is never older than that.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/rows.h"
#include "cli/user.h"
#include "search/find.h"
#include "search/index.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;

struct SearchOptions {
  std::vector<std::string> words;
  std::string sort = "relevance";
  std::uint64_t limit = 50;
  bool rebuild = false;
};

search::Order parse_order(const std::string& text) {
  if (text != "relevance" && text != "updated") {
    throw Error(Kind::Usage, fmt::format("--sort: \"{}\" is none of relevance, updated", text));
  }
  return text == "updated" ? search::Order::Updated : search::Order::Relevance;
}

// What stands in the way of a current index is told, where there is an older one to search.
void tell(search::Update update, const std::string& folder, const std::string& user) {
  switch (update) {
    case search::Update::Current: return;
    case search::Update::Locked:
      fmt::print(stderr, "ticket: somebody else is updating the index, the newest changes may be missing\n");
      return;
    case search::Update::NotOurs:
      fmt::print(stderr, "ticket: {} is not for {} to write, the newest changes may be missing\n", folder,
                 login_name());
      return;
    case search::Update::NoneThere:
      throw Error(Kind::Temporary, fmt::format("the index in {} is being made (by {}), try again", folder, user));
  }
}

// The ticket that a number leads to, through merges; nothing when it is gone.
std::optional<tickets::Ticket> find_survivor(const store::Reader& reader, tickets::TicketId id) {
  tickets::Question question;
  question.tickets = {id};
  const tickets::View view = reader.view(question);
  const tickets::Ticket* survivor = view.survivor(id);
  return survivor == nullptr ? std::nullopt : std::optional(*survivor);
}

// A ticket into which several were merged that the query finds is one row: so more may have to be asked for.
class Page {
 public:
  explicit Page(std::uint64_t limit) : limit_(limit) {}
  bool full() const { return rows_.size() >= limit_; }
  void add(const store::Reader& reader, tickets::TicketId id) {
    const auto ticket = full() ? std::nullopt : find_survivor(reader, id);
    if (ticket && seen_.insert(ticket->id).second) {
      rows_.push_back(row_of(*ticket));
    }
  }
  const std::vector<store::Row>& rows() const { return rows_; }

 private:
  const std::uint64_t limit_;
  std::set<tickets::TicketId> seen_;
  std::vector<store::Row> rows_;
};

// False: the index is damaged.
bool fill(Page& page, const store::Store& store, const std::string& folder, search::Wanted wanted) {
  while (!page.full()) {
    const search::Found found = search::find(folder, store, wanted);
    if (found.damaged) {
      return false;
    }
    store.read([&](const store::Reader& reader) {
      for (const tickets::TicketId id : found.tickets) {
        page.add(reader, id);
      }
    });
    if (found.tickets.size() < wanted.limit) {
      break;
    }
    wanted.first += wanted.limit;
  }
  return true;
}

std::vector<store::Row> search_rows(const config::Config& config, const search::Wanted& wanted, bool rebuild) {
  const std::string folder = search::folder_in(store::Store::folder(config.store.location));
  const auto store = open_store(config);
  const auto user = act_as(config.milter.user);
  tell(search::update(folder, *store, rebuild), folder, config.milter.user);
  if (wanted.query.empty()) {
    return {};
  }
  for (const bool again : {true, false}) {
    Page page(wanted.limit);
    if (fill(page, *store, folder, wanted)) {
      return page.rows();
    }
    if (again) {
      tell(search::update(folder, *store, true), folder, config.milter.user);
    }
  }
  throw Error(Kind::Io, fmt::format("the index in {} cannot be read, although it was made anew", folder));
}

void run_search(const Shared& shared, const SearchOptions& options) {
  const std::string query = base::join(options.words, " ");
  if (base::trim(query).empty() && !options.rebuild) {
    throw Error(Kind::Usage, "search: for what?");
  }
  search::Wanted wanted;
  wanted.query = query;
  wanted.order = parse_order(options.sort);
  wanted.limit = options.limit;
  print_rows(shared, search_rows(load_config(shared), wanted, options.rebuild));
}

}  // namespace

Run declare_search(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<SearchOptions>();
  app.add_option("QUERY", options->words, "Words, \"a phrase\", subject:word, from:address, AND, OR, NOT, ...");
  app.add_option("--sort", options->sort, "Best first, or the newest change first: relevance, updated")
      ->type_name("ORDER")
      ->capture_default_str();
  app.add_option("--limit", options->limit, "At most so many")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_flag("--rebuild", options->rebuild, "Make the index anew first; a query may be missing");
  return [&shared, options] {
    run_search(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
