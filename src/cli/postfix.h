// SPDX-License-Identifier: MIT
// What postconf(1) says of a Postfix, and what of that is wrong where ticket-milter stands behind it. Pure, but that
// links among folders of this host are followed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace ticketmilter::cli {

using Parameters = std::map<std::string, std::string, std::less<>>;

// A line of master.cf.
struct PostfixService {
  std::string name;  // "smtp/inet"
  bool chroot = false;
  std::string command;    // "smtpd"
  Parameters parameters;  // that it has for itself
};

struct Postfix {
  Parameters parameters;  // of main.cf and built in; expanded
  std::vector<PostfixService> services;

  // As the service sees it, "" for one that is not there; nullptr = as programs outside master.cf see it.
  const std::string& get(std::string_view parameter, const PostfixService* service = nullptr) const;
};

// text: the output of `postconf -x`, `postconf -Px` and `postconf -M`, one behind the other.
Postfix parse_postconf(std::string_view text);

struct Symptom {
  std::optional<bool> ok;  // empty = cannot be told from here; worth a look
  std::string text;
};
std::vector<Symptom> examine(const Postfix& postfix, const config::Config& config);
// The first smtpd that has our milter; nullptr when none has.
const PostfixService* find_smtpd(const Postfix& postfix, const config::Config& config);
// Of a mail that was sent to the relay ("smtp://192.0.2.1:25") with Authentication-Results that anybody can forge, as it came.
Symptom judge_forgery(std::string_view came, const config::Config& config, const std::string& relay);

}  // namespace ticketmilter::cli
