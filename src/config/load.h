// SPDX-License-Identifier: MIT
// From a file to a Config, or to every complaint there is about it; and the only home of toml++.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"

namespace ticketmilter::config {

// One mistake, with where it is and what was expected instead.
struct Complaint {
  std::string file;
  unsigned line = 0;  // 0 = the file as a whole
  std::string key;    // "queue[2].reopen"; "" for a syntax error
  std::string text;   // "expected \"always\", \"never\" or a duration"
};
// "/etc/x.toml:12: queue[2].reopen: expected ..."
std::string to_string(const Complaint& complaint);

struct Loaded {
  std::optional<Config> config;       // empty when there is any complaint
  std::vector<Complaint> complaints;  // in file order
};

// Never throws for what the file says; a file that cannot be read is a complaint too.
Loaded load(const std::string& path);
// The same for text in hand; name stands in the complaints.
Loaded load_text(const std::string& text, const std::string& name);

// Reads secret_file and former_secret_files. A file that is missing, unreadable, shorter than 16 bytes or readable by everybody is
// an Error of kind Config that says so.
Secrets load_secrets(const Site& site);
// What stands in password_file, "" without one. One that cannot be read is an Error of kind Config.
std::string load_password(const Notify& notify);

// Every key there is, "section.key" ("queue.rights.create", "filter.rule.id"), sorted: for the check that page, sample and table agree.
std::vector<std::string> all_keys();

}  // namespace ticketmilter::config
