// SPDX-License-Identifier: MIT
// The longest way first: the whole local-part, then what stands before the last delimiter, and so on to the first. So a queue address that
// holds a delimiter itself works, as does a queue name with a hyphen in an extension.
#include "policy/route.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace ticketmilter::policy {
namespace {

constexpr std::array<const char*, 4> action_names = {"correspond", "comment", "take", "resolve"};
constexpr std::size_t max_parts = 8;
constexpr std::size_t mac_size = 16;

Refusal refuse(int code, const char* enhanced, std::string text, const char* rule) {
  return {Outcome::Reject, {code, enhanced, std::move(text)}, rule};
}

std::optional<Action> find_action(std::string_view name) {
  for (std::size_t i = 0; i < action_names.size(); ++i) {
    if (name == action_names[i]) {
      return static_cast<Action>(i);
    }
  }
  return {};
}

// "42" or "42.MAC" at the front of rest; takes it off.
bool take_ticket(std::string_view& rest, Route& route) {
  const auto digits = rest.substr(0, rest.find_first_not_of("0123456789"));
  auto id = base::parse_number(digits);
  if (!id || *id == 0) {
    return false;
  }
  std::string_view after = rest.substr(digits.size());
  std::string mac;
  if (after.size() > mac_size && after[0] == '.') {
    mac = base::ascii_lower(after.substr(1, mac_size));
    after.remove_prefix(1 + mac_size);
  }
  if (!after.empty() && after[0] != '-') {
    return false;
  }
  route.ticket = tickets::TicketId{*id};
  route.mac = mac;
  rest = after;
  return true;
}

// "42.MAC" or "comment-42.MAC", as our reply addresses have it, and nothing else.
bool take_token(std::string_view extension, Route& route) {
  constexpr std::string_view comment = "comment-";
  if (extension.starts_with(comment)) {
    extension.remove_prefix(comment.size());
    route.actions = {Action::Comment};
  }
  return take_ticket(extension, route) && extension.empty() && !route.mac.empty();
}

// Where an address that cannot be parsed would have gone: what is left of its local-part without quotes and control characters.
std::optional<mail::Address> salvage(std::string_view path) {
  const auto at = path.rfind('@');
  if (at == std::string_view::npos) {
    return {};
  }
  mail::Address address;
  for (char c : path.substr(0, at)) {
    if (static_cast<unsigned char>(c) > 32 && c != '"' && c != '\\' && c != '<' && c != '@' &&
        address.local.size() < 256) {
      address.local += c;
    }
  }
  const auto domain = path.substr(at + 1);
  address.domain = std::string(domain.substr(0, domain.find('>')));
  return address;
}

std::string key(std::string_view local, std::string_view domain) {
  return mail::Address{std::string(local), std::string(domain)}.folded();
}

}  // namespace

const char* name(Action action) {
  return action_names[static_cast<std::size_t>(action)];
}

Router::Router(const config::Config& config) : config_(config) {
  for (const auto& queue : config.queues) {
    for (const auto& address : queue.addresses) {
      targets_[address] = {queue.name, false, false};
    }
    for (const auto& address : queue.comment_addresses) {
      targets_[address] = {queue.name, true, false};
    }
    names_.insert(queue.name);
  }
  default_target_.queue = config.address.default_queue;
  targets_["bounce@" + config.site.domain] = {"", false, true};
  for (const char* action : action_names) {
    names_.insert(action);
  }
}

std::optional<Router::Found> Router::find(const mail::Address& address) const {
  if (auto it = targets_.find(key(address.local, address.domain)); it != targets_.end()) {
    return Found{&it->second, {}};
  }
  const auto& delimiters = config_.address.delimiter;
  for (auto at = address.local.find_last_of(delimiters); at != std::string::npos && at > 0;
       at = address.local.find_last_of(delimiters, at - 1)) {
    auto it = targets_.find(key(std::string_view(address.local).substr(0, at), address.domain));
    if (it != targets_.end()) {
      return Found{&it->second, address.local.substr(at + 1)};
    }
  }
  return {};
}

bool Router::is_ours(const std::string& folded) const {
  auto address = mail::parse_addr_spec(folded, true);
  return address && find(*address).has_value();
}

std::vector<std::pair<std::string, std::string>> Router::addresses() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [address, target] : targets_) {
    all.emplace_back(address, target.bounce ? "bounce" : target.queue);
  }
  return all;
}

// What no queue claims at the site's own domain goes to default_queue, but for the two names every domain owes the world (RFC 2142).
std::optional<Router::Found> Router::find_default(const mail::Address& address) const {
  if (config_.address.default_queue.empty() || base::fold_case(address.domain) != config_.site.domain) {
    return {};
  }
  auto split = mail::split_extension(address.local, config_.address.delimiter);
  const std::string user = base::fold_case(split.user);
  if (user == "postmaster" || user == "abuse") {
    return {};
  }
  return Found{&default_target_, split.extension};
}

Route Router::route(const mail::Path& recipient, bool utf8) const {
  Route route;
  route.recipient = recipient;
  auto address = mail::parse_path(recipient, utf8);
  const bool malformed = !address;
  if (malformed && !(address = salvage(recipient))) {
    return route;
  }
  auto found = find(*address);
  if (!found && !(found = find_default(*address))) {
    return route;
  }
  const config::Queue* queue = found->target->bounce ? nullptr : config_.find_queue(found->target->queue);
  const std::string extension = found->extension.value_or("");
  if (queue != nullptr && queue->extension == config::ExtensionMode::None && found->extension) {
    return route;
  }
  route.to = queue != nullptr ? Route::To::Queue : Route::To::Bounce;
  route.spec = address->folded();
  if (malformed || base::has_control(extension)) {
    route.refusal = refuse(550, "5.1.3", "malformed address", "malformed-address");
    return route;
  }
  route.extension = extension;
  if (queue == nullptr) {
    read_bounce(extension, route);
    return route;
  }
  route.queue = queue->name;
  read_extension(base::fold_case(extension), route, *queue);
  if (route.actions.empty()) {
    route.actions = {found->target->comment ? Action::Comment : Action::Correspond};
  }
  if (!route.refusal && !config_.find_queue(route.queue)->enabled) {
    route.refusal = refuse(550, "5.2.1", fmt::format("queue {} is not enabled", route.queue), "queue-disabled");
  }
  return route;
}

// TICKET-NOTICE.MAC
void Router::read_bounce(const std::string& extension, Route& route) const {
  const auto dash = extension.find('-'), dot = extension.find('.');
  if (dash != std::string::npos && dot != std::string::npos && dash < dot) {
    auto ticket = base::parse_number(std::string_view(extension).substr(0, dash));
    auto notice = base::parse_number(std::string_view(extension).substr(dash + 1, dot - dash - 1));
    if (ticket && notice && *ticket != 0) {
      route.ticket = tickets::TicketId{*ticket};
      route.notice = *notice;
      route.mac = extension.substr(dot + 1);
      return;
    }
  }
  route.refusal = refuse(550, "5.7.1", "not a bounce address of ours", "forged-bounce-address");
}

void Router::read_extension(const std::string& extension, Route& route, const config::Queue& queue) const {
  using Mode = config::ExtensionMode;
  if (extension.empty()) {
    return;
  }
  Route read = route;
  bool known = false;
  if (take_token(extension, read)) {
    known = true;  // a reply token counts in every mode, as it is we who made it
  } else {
    read = route;
    known = read_auto(extension, read);
    const bool other_queue = read.queue != route.queue;
    switch (queue.extension) {
      case Mode::Auto: break;
      case Mode::Queue: known = known && !read.ticket && read.actions.empty(); break;
      case Mode::Action: known = known && !read.ticket && !other_queue; break;
      case Mode::Ticket: known = known && read.actions.empty() && !other_queue; break;
      case Mode::None: known = false; break;
    }
  }
  if (known) {
    route = read;
  } else if (config_.address.unknown_extension == config::UnknownExtension::Reject) {
    route.refusal = refuse(550, "5.1.1", "unknown address extension", "unknown-extension");
  }
}

// Parts joined by "-", each a ticket number, an action or a queue name; the longest name wins.
bool Router::read_auto(const std::string& extension, Route& route) const {
  std::string_view rest = extension;
  bool has_queue = false;
  for (std::size_t parts = 0; parts < max_parts; ++parts) {
    if (!route.ticket && take_ticket(rest, route)) {
      // taken
    } else if (auto name = longest_name(rest); !name.empty()) {
      rest.remove_prefix(name.size());
      if (auto action = find_action(name)) {
        route.actions.push_back(*action);
      } else if (has_queue) {
        return false;
      } else {
        has_queue = true;
        route.queue = std::string(name);
      }
    } else {
      return false;
    }
    if (rest.empty()) {
      return true;
    }
    rest.remove_prefix(1);  // the hyphen
  }
  return false;
}

// The longest action or queue name that rest begins with and that ends there or at a hyphen.
std::string_view Router::longest_name(std::string_view rest) const {
  for (auto end = rest.size(); end != std::string_view::npos && end > 0; end = rest.rfind('-', end - 1)) {
    if (auto it = names_.find(rest.substr(0, end)); it != names_.end()) {
      return *it;
    }
  }
  return {};
}

}  // namespace ticketmilter::policy
