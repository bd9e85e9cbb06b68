// SPDX-License-Identifier: MIT
// A configuration made ready to decide with: routes, tokens, filters, secrets, compiled once and shared by all sessions. A reload makes a new one; a message
// keeps the one it began with.
#pragma once

#include <memory>

#include "config/config.h"
#include "policy/filters.h"
#include "policy/route.h"
#include "policy/subject.h"
#include "policy/token.h"

namespace ticketmilter::policy {

struct Policy {
  Policy(config::Config c, const config::Secrets& secrets)
      : config(std::move(c)),
        router(config),
        tokens(config.site, secrets),
        tags(tag_names(config)),
        filters(config.filter) {}
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  const config::Config config;
  const Router router;
  const Tokens tokens;
  const std::vector<std::string> tags;  // names of subject tags that are ours
  const Filters filters;
};
using PolicyPtr = std::shared_ptr<const Policy>;

}  // namespace ticketmilter::policy
