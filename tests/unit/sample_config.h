// SPDX-License-Identifier: MIT
// The set-up of the acceptance cases as a value, for tests that need a configuration but no file.
#pragma once

#include "config/config.h"
#include "policy/policy.h"

namespace ticketmilter::test {

inline config::Queue queue(const std::string& name, const std::string& tag) {
  config::Queue q;
  q.name = name;
  q.addresses = {name + "@tickets.example"};
  q.comment_addresses = {name + "-comment@tickets.example"};
  q.tag = tag;
  return q;
}

inline config::Config sample_config() {
  config::Config c;
  c.site.name = "example.com";
  c.site.domain = "tickets.example";
  c.queues = {queue("help", "example.com"), queue("sales", "Windows/Servers-Desktops")};
  config::Agent ann;
  ann.name = "Ann";
  ann.addresses = {"a@staff.example"};
  ann.logins = {"ann"};
  c.agents = {ann};
  return c;
}

inline config::Secrets sample_secrets() {
  return {"0123456789abcdef0123456789abcdef", {}};
}

inline policy::PolicyPtr sample_policy(config::Config c = sample_config()) {
  return std::make_shared<const policy::Policy>(std::move(c), sample_secrets());
}

}  // namespace ticketmilter::test
