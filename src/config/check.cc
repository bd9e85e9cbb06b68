// SPDX-License-Identifier: MIT
// One function a rule between keys, called in one list at the end. A value that was wrong by itself is empty here and not complained about twice.
#include "config/check.h"

#include <map>

#include "base/text.h"
#include "config/values.h"

namespace ticketmilter::config {
namespace {

using Owners = std::map<std::string, std::string>;  // value -> the key that has it

void require(const std::string& key, const std::string& what, Report& report) {
  if (!report.has(key)) {
    report.complain(key, "is missing; expected " + what);
  }
}

void expect_some(const std::vector<std::string>& list, const std::string& key, const char* one, Report& report) {
  if (list.empty() && report.has(key)) {
    report.complain(key, std::string("expected one ") + one + " at least");
  }
}

void check_required(const Config& config, Report& report) {
  require("site.name", "the name that stands in subject tags", report);
  require("site.domain", "the domain of bounce addresses", report);
  if (config.queues.empty() && !report.has("queue")) {
    report.complain("queue", "is missing; expected one [[queue]] with name and addresses at least");
  }
  for (std::size_t i = 0; i < config.queues.size(); ++i) {
    const std::string key = item_key("queue", i);
    require(key + ".name", "the queue's name", report);
    require(key + ".addresses", "the queue's addresses", report);
    expect_some(config.queues[i].addresses, key + ".addresses", "address", report);
  }
  for (std::size_t i = 0; i < config.agents.size(); ++i) {
    const std::string key = item_key("agent", i) + ".addresses";
    require(key, "the agent's addresses", report);
    expect_some(config.agents[i].addresses, key, "address", report);
  }
  expect_some(config.mail.fallback_charsets, "mail.fallback_charsets", "charset", report);
}

// Complains when another key has the value already.
void claim(Owners& owners, const std::string& value, const std::string& key, Report& report) {
  if (value.empty()) {
    return;
  }
  const auto [owner, fresh] = owners.emplace(value, key);
  if (!fresh) {
    report.complain(key, "\"" + base::for_log(value) + "\" is already that of " + owner->second);
  }
}

void claim_all(Owners& owners, const std::vector<std::string>& values, const std::string& key, Report& report) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    claim(owners, values[i], item_key(key, i), report);
  }
}

void check_queue_names(const Config& config, Report& report) {
  Owners names;
  for (std::size_t i = 0; i < config.queues.size(); ++i) {
    const std::string& name = config.queues[i].name;
    const std::string key = item_key("queue", i) + ".name";
    claim(names, name, key, report);
    if (!name.empty() && reads_as_action(name)) {
      report.complain(
          key, "\"" + name + "\" would read as an action or a ticket's number in an address; expected another name");
    }
  }
}

// site.owner and the like cannot be ours: what we write there would come back as mail.
bool is_ours(const Config& config, const Owners& addresses, const std::string& address) {
  const std::size_t at = address.rfind('@');
  const std::string local = address.substr(0, at);
  const std::string domain = address.substr(at);
  const std::size_t end = local.find_first_of(config.address.delimiter, 1);
  const bool reserved = local == "postmaster" || local == "abuse";
  const bool by_default = !config.address.default_queue.empty() && domain == "@" + config.site.domain && !reserved;
  return addresses.contains(address) || addresses.contains(local.substr(0, end) + domain) || by_default;
}

void check_addresses(const Config& config, Report& report) {
  Owners owners;
  const std::string at_domain = "@" + config.site.domain;
  owners.emplace("bounce" + at_domain, "the bounce addresses");
  Owners reserved = {{"postmaster" + at_domain, ""}, {"abuse" + at_domain, ""}};
  for (std::size_t i = 0; i < config.queues.size(); ++i) {
    const std::string key = item_key("queue", i);
    claim_all(owners, config.queues[i].addresses, key + ".addresses", report);
    claim_all(owners, config.queues[i].comment_addresses, key + ".comment_addresses", report);
  }
  for (const auto& [address, key] : owners) {
    if (reserved.contains(address)) {
      report.complain(key, "\"" + address + "\" belongs to the domain's administrator and is never ours");
    }
  }
  if (!config.site.owner.empty() && is_ours(config, owners, config.site.owner)) {
    report.complain("site.owner",
                    "expected a person's address, found one of our own: \"" + base::for_log(config.site.owner) + "\"");
  }
}

void check_agents(const Config& config, Report& report) {
  Owners addresses, logins;
  for (std::size_t i = 0; i < config.agents.size(); ++i) {
    const std::string key = item_key("agent", i);
    claim_all(addresses, config.agents[i].addresses, key + ".addresses", report);
    claim_all(logins, config.agents[i].logins, key + ".logins", report);
  }
}

void expect_queue(const Config& config, const std::string& name, const std::string& key, Report& report) {
  if (name != "*" && !name.empty() && config.find_queue(name) == nullptr) {
    report.complain(key, "expected the name of a queue in this file, found \"" + name + "\"");
  }
}

void check_queue_references(const Config& config, Report& report) {
  expect_queue(config, config.address.default_queue, "address.default_queue", report);
  for (std::size_t i = 0; i < config.agents.size(); ++i) {
    for (std::size_t j = 0; j < config.agents[i].queues.size(); ++j) {
      expect_queue(config, config.agents[i].queues[j], item_key(item_key("agent", i) + ".queues", j), report);
    }
  }
  for (std::size_t i = 0; i < config.filter.rules.size(); ++i) {
    const FilterRule& rule = config.filter.rules[i];
    const std::string key = item_key("filter.rule", i);
    for (std::size_t j = 0; j < rule.queues.size(); ++j) {
      expect_queue(config, rule.queues[j], item_key(key + ".queues", j), report);
    }
    expect_queue(config, rule.set_queue, key + ".set.queue", report);
  }
}

void check_rule_ids(const Config& config, Report& report) {
  Owners ids = {{"sender-deny", "filter.sender.deny"}, {"subject-deny", "filter.subject.deny"},
                {"preset-standard", "filter.presets"}, {"preset-trackit", "filter.presets"},
                {"accept-from", "filter.accept_from"}, {"spam", "filter.spam"}};
  for (std::size_t i = 0; i < config.filter.rules.size(); ++i) {
    claim(ids, config.filter.rules[i].id, item_key("filter.rule", i) + ".id", report);
  }
}

void check_tags(const Config& config, Report& report) {
  Owners tags = {{base::fold_case(config.site.name), "site.name"}};
  for (std::size_t i = 0; i < config.site.former_names.size(); ++i) {
    claim(tags, base::fold_case(config.site.former_names[i]), item_key("site.former_names", i), report);
  }
}

void check_login(const Config& config, Report& report) {
  if (config.notify.login.empty() != config.notify.password_file.empty()) {
    report.complain("notify.login", "expected together with notify.password_file");
  }
}

void fill_tags(Config& config) {
  for (Queue& queue : config.queues) {
    if (queue.tag.empty()) {
      queue.tag = config.site.name;
    }
  }
}

}  // namespace

void check(Config& config, Report& report) {
  check_required(config, report);
  check_tags(config, report);
  check_queue_names(config, report);
  check_addresses(config, report);
  check_agents(config, report);
  check_queue_references(config, report);
  check_rule_ids(config, report);
  check_login(config, report);
  fill_tags(config);
}

}  // namespace ticketmilter::config
