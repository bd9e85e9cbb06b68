// SPDX-License-Identifier: MIT
// The one file of this folder that reads others.
#include "policy/load_policy.h"

#include "base/error.h"
#include "config/load.h"

namespace ticketmilter::policy {

PolicyPtr load_policy(const std::string& path, const std::function<void(const std::string&)>& complain,
                      const std::function<void(config::Config&)>& adapt) {
  config::Loaded loaded = config::load(path);
  for (const config::Complaint& complaint : loaded.complaints) {
    complain(config::to_string(complaint));
  }
  if (!loaded.config) {
    return nullptr;
  }
  if (adapt) {
    adapt(*loaded.config);
  }
  try {
    const config::Secrets secrets = config::load_secrets(loaded.config->site);
    return std::make_shared<const Policy>(std::move(*loaded.config), secrets);
  } catch (const base::Error& e) {
    complain(e.what());
    return nullptr;
  }
}

}  // namespace ticketmilter::policy
