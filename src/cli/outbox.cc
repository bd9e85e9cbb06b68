// SPDX-License-Identifier: MIT
// The outbox: what is owed and not sent, and what the desk can do about it. Which notices are meant is looked up before anything is written, as to find
// one among those that are sent takes long; each is looked at again in the transaction that changes it, since a notifier may have been faster.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "cli/clerk.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/json.h"
#include "cli/outbox_text.h"
#include "cli/pager.h"
#include "cli/user.h"
#include "tickets/view.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using base::Kind;
using tickets::Notice;
using tickets::NoticeName;
using tickets::NoticeState;
using States = std::vector<NoticeState>;

struct OutboxOptions {
  std::vector<std::string> what;  // retry N, cancel N; "all" for N
  std::vector<std::string> states;
  std::optional<std::uint64_t> limit;
};

States parse_states(const std::vector<std::string>& names) {
  States out;
  for (const std::string& text : names) {
    const auto state = tickets::parse_notice_state(text);
    if (!state) {
      throw Error(Kind::Usage,
                  fmt::format("--state: \"{}\" is none of due, deferred, failed, held, sent, dropped", text));
    }
    out.push_back(*state);
  }
  return out;
}

void run_list(const Shared& shared, const OutboxOptions& options) {
  store::OutboxQuery query;
  query.states = parse_states(options.states);
  query.limit = options.limit.value_or(SIZE_MAX);
  const config::Config config = load_config(shared);
  std::vector<Notice> notices;
  open_store(config)->read([&](const store::Reader& reader) { notices = reader.outbox(query); });
  if (!shared.json) {
    const Terminal terminal = find_terminal(STDOUT_FILENO);
    return page(shared, format_outbox(notices, base::now(), terminal), terminal);
  }
  for (const Notice& notice : notices) {
    print(json_line(to_json(notice)));
  }
}

// What is to be done, and to which.
struct Order {
  bool retry = false;    // else cancel
  std::uint64_t id = 0;  // 0 = all
  std::string who;
  // Those that may be meant: of a single one whatever its state, so that it can be told why it stays.
  States states() const {
    if (id != 0) {
      return {NoticeState::Due,  NoticeState::Deferred, NoticeState::Failed,
              NoticeState::Held, NoticeState::Sent,     NoticeState::Dropped};
    }
    return retry ? States{NoticeState::Deferred, NoticeState::Failed}
                 : States{NoticeState::Due, NoticeState::Deferred, NoticeState::Failed, NoticeState::Held};
  }
  bool means(const Notice& notice) const {
    const States meant = states();
    return std::find(meant.begin(), meant.end(), notice.state) != meant.end();
  }
};

Error no_such(std::uint64_t id) {
  return {Kind::NotFound, fmt::format("there is no notice {}", id)};
}

std::vector<NoticeName> find_meant(const store::Store& store, const Order& order) {
  std::vector<NoticeName> names;
  store.read([&](const store::Reader& reader) {
    store::OutboxQuery query;
    query.states = order.states();
    query.id = order.id;
    query.limit = order.id == 0 ? SIZE_MAX : 1;
    for (const Notice& notice : reader.outbox(query)) {
      names.push_back({notice.ticket, notice.id});
    }
  });
  if (order.id != 0 && names.empty()) {
    throw no_such(order.id);
  }
  return names;
}

// A single notice that has to stay as it is.
void check_single(const std::optional<Notice>& notice, std::uint64_t id, base::Time now) {
  if (!notice) {
    throw no_such(id);
  }
  if (is_over(*notice)) {
    const bool sent = notice->state == NoticeState::Sent;
    throw Error(Kind::Permanent, fmt::format("notice {} {}", id, sent ? "is sent" : "is dropped already"));
  }
  if (is_being_sent(*notice, now)) {
    throw Error(Kind::Temporary, fmt::format("notice {} is being sent just now, try again in a while", id));
  }
}

// How many stay as they are because they are being sent.
std::size_t change(store::Writer& writer, const Order& order, const std::vector<NoticeName>& names) {
  const base::Time now = base::now();
  std::size_t busy = 0;
  tickets::Intent intent;
  intent.now = now;
  for (const NoticeName& name : names) {
    auto notice = writer.find_notice(name.ticket, name.notice);
    if (order.id != 0) {
      check_single(notice, order.id, now);
    }
    if (!notice || !order.means(*notice)) {
      continue;
    }
    if (is_being_sent(*notice, now)) {
      ++busy;
      continue;
    }
    intent.notices.push_back(order.retry ? retried(std::move(*notice), now) : cancelled(std::move(*notice), order.who));
  }
  writer.apply(intent);
  return busy;
}

// In portions, between which mail can be filed.
void carry_out(const Shared& shared, Order order) {
  constexpr std::size_t portion = 1000;
  const config::Config config = load_config(shared);
  order.who = clerk_at_desk(config).name;
  const auto store = open_store(config);
  std::size_t busy = 0;
  std::vector<NoticeName> names = find_meant(*store, order);
  while (!names.empty()) {
    const auto from = names.end() - static_cast<std::ptrdiff_t>(std::min(names.size(), portion));
    const std::vector<NoticeName> some(from, names.end());
    std::size_t stayed = 0;
    store->write([&](store::Writer& writer) { stayed = change(writer, order, some); });
    busy += stayed;
    names.erase(from, names.end());
  }
  if (busy > 0 && !order.retry) {
    throw Error(Kind::Temporary, fmt::format("{} being sent just now, not cancelled: try again in a while", busy));
  }
}

void run_outbox(const Shared& shared, const OutboxOptions& options) {
  const auto& what = options.what;
  if (what.empty()) {
    return run_list(shared, options);
  }
  const bool retry = what[0] == "retry";
  if (what.size() != 2 || (!retry && what[0] != "cancel")) {
    throw Error(Kind::Usage, "outbox: wanted is nothing, retry N, retry all, cancel N or cancel all");
  }
  const auto id = base::parse_number(std::string_view(what[1]).substr(what[1].starts_with('#') ? 1 : 0));
  if (what[1] != "all" && (!id || *id == 0)) {
    throw Error(Kind::Usage, fmt::format("\"{}\" is no number of a notice, nor \"all\"", what[1]));
  }
  carry_out(shared, {retry, id.value_or(0), ""});
}

}  // namespace

Run declare_outbox(CLI::App& app, const Shared& shared) {
  auto options = std::make_shared<OutboxOptions>();
  app.add_option("WHAT", options->what,
                 "\"retry N\" to try a notice again now, \"cancel N\" to give it up; N may be \"all\"")
      ->expected(0, 2);
  app.add_option("--state", options->states, "Only these; all but sent and dropped otherwise")
      ->type_name("STATE,..")
      ->delimiter(',');
  app.add_option("--limit", options->limit, "At most so many")->type_name("N")->check(CLI::NonNegativeNumber);
  return [&shared, options] {
    run_outbox(shared, *options);
    return 0;
  };
}

}  // namespace ticketmilter::cli
