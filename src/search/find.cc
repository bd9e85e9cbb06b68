// SPDX-License-Identifier: MIT
// A word that stands in nearly every ticket matches more than can be weighed: then the store says which tickets are the newest.
#include "search/find.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "search/terms.h"

namespace ticketmilter::search {
namespace {

using base::Error;
using base::Kind;
using tickets::TicketId;

constexpr int max_reopens = 5;
constexpr Xapian::termcount max_expansion = 1000;
constexpr std::size_t max_query = 4096;
// Among so many of the newest at most it is seen whether enough match.
constexpr std::uint64_t max_newest = 10'000;

Xapian::Query by_time(base::Time time, bool before) {
  return before
             ? Xapian::Query(Xapian::Query::OP_VALUE_LE, updated_slot, time_value(time - std::chrono::milliseconds(1)))
             : Xapian::Query(Xapian::Query::OP_VALUE_GE, updated_slot, time_value(time));
}

// What is wrong with a word is kept until the parser has ended: it loses memory when it is left by an exception.
class TimeBound : public Xapian::FieldProcessor {
 public:
  explicit TimeBound(bool before) : before_(before) {}
  Xapian::Query operator()(const std::string& text) override {
    const auto time = parse_begin(text);
    if (!time) {
      complaint = fmt::format("\"{}\" is no date such as 2026-10-03, 2026-10 or 2026", base::for_log(text));
      return {};
    }
    return by_time(*time, before_);
  }
  std::string complaint;

 private:
  const bool before_;
};

class StatusIs : public Xapian::FieldProcessor {
 public:
  Xapian::Query operator()(const std::string& text) override {
    if (!tickets::parse_status(text)) {
      complaint =
          fmt::format("status:{} is none of new, open, stalled, resolved, rejected, deleted", base::for_log(text));
    }
    deleted_wanted = deleted_wanted || tickets::parse_status(text) == tickets::Status::Deleted;
    return Xapian::Query(term(status_prefix, text));
  }
  bool deleted_wanted = false;
  std::string complaint;
};

Xapian::Query parse(const Xapian::Database& index, const std::string& typed) {
  const std::string text = fold_query(base::one_line(base::to_valid_utf8(typed)));
  if (text.empty() || text.size() > max_query) {
    throw Error(Kind::Usage, text.empty() ? "search: for what?" : "search: the query is too long");
  }
  TimeBound before(true);
  TimeBound after(false);
  StatusIs status;
  Xapian::QueryParser parser;
  parser.set_database(index);
  parser.set_default_op(Xapian::Query::OP_AND);
  parser.set_max_expansion(max_expansion, Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT);
  for (const Prefix& prefix : prefixes) {
    parser.add_prefix(prefix.name, prefix.term);
  }
  parser.add_boolean_prefix("queue", queue_prefix);
  parser.add_boolean_prefix("id", id_prefix);
  parser.add_boolean_prefix("status", &status);
  parser.add_boolean_prefix("before", &before);
  parser.add_boolean_prefix("after", &after);
  using Parser = Xapian::QueryParser;
  const Xapian::Query query =
      parser.parse_query(text, Parser::FLAG_BOOLEAN | Parser::FLAG_PHRASE | Parser::FLAG_LOVEHATE |
                                   Parser::FLAG_WILDCARD | Parser::FLAG_PURE_NOT | Parser::FLAG_CJK_NGRAM);
  for (const std::string& complaint : {before.complaint, after.complaint, status.complaint}) {
    if (!complaint.empty()) {
      throw Error(Kind::Usage, complaint);
    }
  }
  const Xapian::Query deleted(term(status_prefix, tickets::name(tickets::Status::Deleted)));
  return status.deleted_wanted ? query : Xapian::Query(Xapian::Query::OP_AND_NOT, query, deleted);
}

std::vector<TicketId> run(const Xapian::Database& index, const Xapian::Query& query, Order order,
                          const Wanted& wanted) {
  Xapian::Enquire enquire(index);
  enquire.set_query(query);
  if (order == Order::Updated) {
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    enquire.set_sort_by_value(updated_slot, true);
  } else {
    enquire.set_sort_by_relevance_then_value(updated_slot, true);
  }
  std::vector<TicketId> found;
  const Xapian::doccount all = index.get_doccount();
  const auto bounded = [&](std::size_t n) { return static_cast<Xapian::doccount>(std::min<std::size_t>(n, all)); };
  const Xapian::MSet set = enquire.get_mset(bounded(wanted.first), bounded(wanted.limit));
  for (auto it = set.begin(); it != set.end(); ++it) {
    found.push_back(TicketId{*it});
  }
  return found;
}

// As many of the tickets that changed last as should hold what is wanted, when so many of all match; 0 = it is not to be tried.
std::uint64_t newest_to_try(const Xapian::Database& index, const Xapian::Query& query, const Wanted& wanted) {
  Xapian::Enquire enquire(index);
  enquire.set_query(query);
  const Xapian::doccount matching = enquire.get_mset(0, 0).get_matches_estimated();
  if (matching <= wanted.weighed || wanted.first + wanted.limit > max_newest) {
    return 0;
  }
  const std::uint64_t newest = 100 + 2 * (wanted.first + wanted.limit) * index.get_doccount() / matching;
  return newest <= max_newest ? newest : 0;
}

Xapian::Query is_newest(const store::Store& store, std::uint64_t count) {
  store::ListQuery newest;
  newest.statuses = tickets::all_statuses();
  newest.limit = count;
  std::vector<std::string> ids;
  store.read([&](const store::Reader& reader) {
    for (const store::Row& row : reader.list(newest)) {
      ids.push_back(term(id_prefix, std::to_string(number(row.id))));
    }
  });
  return {Xapian::Query::OP_OR, ids.begin(), ids.end()};
}

std::vector<TicketId> ask(const Xapian::Database& index, const store::Store& store, const Wanted& wanted) {
  const Xapian::Query query = parse(index, wanted.query);
  if (const std::uint64_t newest = newest_to_try(index, query, wanted); newest > 0) {
    auto found =
        run(index, Xapian::Query(Xapian::Query::OP_FILTER, query, is_newest(store, newest)), Order::Updated, wanted);
    if (found.size() == wanted.limit) {
      return found;
    }
  }
  return run(index, query, wanted.order, wanted);
}

}  // namespace

Found find(const std::string& folder, const store::Store& store, const Wanted& wanted) {
  for (int i = 0; i < max_reopens; ++i) {
    try {
      return {ask(Xapian::Database(folder), store, wanted), false};
    } catch (const Xapian::QueryParserError& e) {
      throw Error(Kind::Usage, "search: " + e.get_msg());
    } catch (const Xapian::DatabaseModifiedError&) {
      continue;  // changed twice while we read: it is opened again
    } catch (const Xapian::DatabaseError&) {
      return {{}, true};
    }
  }
  throw Error(Kind::Temporary, "search: the index changes too fast, try again");
}

}  // namespace ticketmilter::search
