// SPDX-License-Identifier: MIT
// Each rule is a mistake that postmasters make, and one that shows late: mail that passes by, mail that is lost to an archive, bounces that nobody records.
#include "cli/postfix.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/text.h"
#include "mail/auth_results.h"
#include "mail/parse.h"

namespace ticketmilter::cli {
namespace {

using config::Config;

constexpr std::string_view blanks = " \t\r\n";

// Up to the next blank, which is taken off as well.
std::string take_word(std::string_view& text) {
  const auto end = std::min(text.find_first_of(blanks), text.size());
  std::string word(text.substr(0, end));
  text.remove_prefix(end);
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return word;
}

// The items of a list, with what stands in braces as one.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  std::string item;
  int depth = 0;
  const auto finish = [&] {
    if (!item.empty()) {
      items.push_back(std::move(item));
    }
    item.clear();
  };
  for (const char c : text) {
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (depth <= 0 && (c == ',' || blanks.find(c) != std::string_view::npos)) {
      finish();
    } else {
      item += c;
    }
  }
  finish();
  return items;
}

struct Milter {
  std::string endpoint;        // "unix:/x", "inet:host:port"
  std::string default_action;  // of its own; "" = as all
};

Milter parse_milter(std::string_view item) {
  Milter milter;
  if (!item.starts_with('{')) {
    milter.endpoint = item;
    return milter;
  }
  item.remove_prefix(1);
  item.remove_suffix(item.ends_with('}') ? 1 : 0);
  constexpr std::string_view action = "default_action=";
  for (const std::string& part : split_list(item)) {
    if (milter.endpoint.empty()) {
      milter.endpoint = part;
    } else if (part.starts_with(action)) {
      milter.default_action = part.substr(action.size());
    }
  }
  return milter;
}

std::vector<Milter> parse_milters(std::string_view list) {
  std::vector<Milter> milters;
  for (const std::string& item : split_list(list)) {
    milters.push_back(parse_milter(item));
  }
  return milters;
}

// Without links, where this host has the folders: /var/run is /run.
std::string normal(const std::string& path) {
  std::error_code failed;
  const auto resolved = std::filesystem::weakly_canonical(path, failed);
  return failed ? std::filesystem::path(path).lexically_normal().string() : resolved.string();
}

// "" for a socket that is no file.
std::string path_of_socket(std::string_view name) {
  for (const std::string_view prefix : {"unix:", "local:"}) {
    if (name.starts_with(prefix)) {
      return normal(std::string(name.substr(prefix.size())));
    }
  }
  return name.starts_with('/') ? normal(std::string(name)) : "";
}

// "8891" of "inet:8891@10.0.0.5", as we write it, and of "inet:10.0.0.5:8891", as Postfix does; "" for a file.
std::string port_of(std::string_view name) {
  if (!name.starts_with("inet")) {
    return "";
  }
  if (const auto at = name.find('@'); at != std::string_view::npos) {
    name = name.substr(0, at);
  }
  return std::string(name.substr(name.rfind(':') + 1));
}

// Where smtpd finds a socket that is named in main.cf: from the queue's folder, which is the root of those that run chrooted.
std::string path_for(const Postfix& postfix, const Milter& milter, bool chroot) {
  constexpr std::string_view prefix = "unix:";
  if (!milter.endpoint.starts_with(prefix)) {
    return "";
  }
  const std::string path = milter.endpoint.substr(prefix.size());
  const bool below = chroot || !path.starts_with('/');
  return normal(below ? postfix.get("queue_directory") + "/" + path : path);
}

bool is_ours(const Postfix& postfix, const Config& config, const Milter& milter, bool chroot) {
  const std::string& socket = config.milter.socket;
  const std::string path = path_of_socket(socket);
  return path.empty() ? !port_of(socket).empty() && port_of(socket) == port_of(milter.endpoint)
                      : path == path_for(postfix, milter, chroot);
}

// An smtpd, and where among its milters ours is.
struct Smtpd {
  const PostfixService& service;
  std::vector<Milter> milters;
  std::size_t ours;  // milters.size() = it is not there
  bool has_ours() const { return ours < milters.size(); }
};

std::vector<Smtpd> find_smtpds(const Postfix& postfix, const Config& config) {
  std::vector<Smtpd> found;
  for (const PostfixService& service : postfix.services) {
    if (service.command == "smtpd") {
      auto milters = parse_milters(postfix.get("smtpd_milters", &service));
      const auto ours = std::ranges::find_if(
          milters, [&](const Milter& milter) { return is_ours(postfix, config, milter, service.chroot); });
      const auto place = static_cast<std::size_t>(ours - milters.begin());
      found.push_back({service, std::move(milters), place});
    }
  }
  return found;
}

class Examination {
 public:
  Examination(const Postfix& postfix, const Config& config)
      : postfix_(postfix), config_(config), smtpds_(find_smtpds(postfix, config)) {}

  std::vector<Symptom> run() {
    services();
    local_mail();
    archives();
    addresses();
    domains();
    bounces();
    proof();
    sizes();
    return std::move(symptoms_);
  }

 private:
  void good(std::string text) { symptoms_.push_back({true, std::move(text)}); }
  void wrong(std::string text) { symptoms_.push_back({false, std::move(text)}); }
  void unsure(std::string text) { symptoms_.push_back({{}, std::move(text)}); }

  void services() {
    bool found = false;
    for (const Smtpd& smtpd : smtpds_) {
      found = (smtpd.has_ours() ? look_at(smtpd) : miss(smtpd)) || found;
    }
    if (!found) {
      wrong(fmt::format("no smtpd has {} in smtpd_milters: no mail reaches ticket-milter", config_.milter.socket));
    }
  }

  bool look_at(const Smtpd& smtpd) {
    const PostfixService& service = smtpd.service;
    const std::size_t before = symptoms_.size();
    if (smtpd.ours + 1 < smtpd.milters.size()) {
      wrong(fmt::format("{}: {} stands behind ticket-milter: what it refuses is filed by then", service.name,
                        smtpd.milters[smtpd.ours + 1].endpoint));
    }
    action(service, smtpd.milters[smtpd.ours]);
    if (postfix_.get("receive_override_options", &service).find("no_milters") != std::string::npos) {
      wrong(service.name + ": receive_override_options has no_milters, which turns ticket-milter off");
    }
    if (const std::string& maps = postfix_.get("smtpd_milter_maps", &service); !maps.empty()) {
      unsure(fmt::format("{}: smtpd_milter_maps = {}: its clients may pass ticket-milter by", service.name, maps));
    }
    if (const std::string& filter = postfix_.get("content_filter", &service);
        !filter.empty() && !filter.starts_with("retry:")) {
      unsure(fmt::format("{}: content_filter = {}: it sees mail that is filed by then", service.name, filter));
    }
    greylists(service);
    if (symptoms_.size() == before) {
      good(service.name + ": ticket-milter is the last milter, and mail waits while it is down");
    }
    return true;
  }

  // False when nobody meant it to be there.
  bool miss(const Smtpd& smtpd) {
    const PostfixService& service = smtpd.service;
    for (const Milter& milter : smtpd.milters) {
      if (is_ours(postfix_, config_, milter, !service.chroot)) {
        wrong(fmt::format(
            "{}: {} is looked for as {}, as that smtpd runs {}chrooted; name it from queue_directory on, "
            "without a slash",
            service.name, milter.endpoint, path_for(postfix_, milter, service.chroot), service.chroot ? "" : "not "));
        return true;
      }
    }
    unsure(service.name + ": without ticket-milter, as it should be if no mail for a queue comes in there");
    return false;
  }

  void action(const PostfixService& service, const Milter& ours) {
    const std::string& all = postfix_.get("milter_default_action", &service);
    const std::string& action = ours.default_action.empty() ? all : ours.default_action;
    if (action != "tempfail" && action != "shutdown") {
      const char* then = action == "accept"   ? "while ticket-milter is down mail passes it by"
                         : action == "reject" ? "while ticket-milter is down mail is refused for good"
                                              : "while ticket-milter is down mail is put where nobody looks";
      wrong(fmt::format("{}: milter_default_action = {}: {}; it has to be tempfail", service.name, action, then));
    }
    constexpr std::uint64_t needed = 6;
    const auto version = base::parse_number(postfix_.get("milter_protocol", &service));
    if (version && *version < needed) {
      wrong(fmt::format("{}: milter_protocol = {}: ticket-milter needs {}", service.name, *version, needed));
    }
  }

  // Notices that we hand to this Postfix meet its restrictions as any mail does.
  void greylists(const PostfixService& service) {
    const std::string& relay = config_.notify.relay;
    if (relay.find("127.0.0.1") == std::string::npos && relay.find("localhost") == std::string::npos &&
        relay.find("[::1]") == std::string::npos) {
      return;
    }
    for (const char* list : {"smtpd_client_restrictions", "smtpd_helo_restrictions", "smtpd_sender_restrictions",
                             "smtpd_relay_restrictions", "smtpd_recipient_restrictions", "smtpd_data_restrictions"}) {
      for (const std::string& item : split_list(postfix_.get(list, &service))) {
        if (item == "permit_mynetworks" || item == "permit_sasl_authenticated" || item == "permit") {
          break;
        }
        if (item == "check_policy_service") {
          wrong(fmt::format("{}: {} asks a policy service before permit_mynetworks: a greylist makes notices wait",
                            service.name, list));
          break;
        }
      }
    }
  }

  void local_mail() {
    const auto milters = parse_milters(postfix_.get("non_smtpd_milters"));
    const auto ours = [&](const Milter& milter) {
      return is_ours(postfix_, config_, milter, false) || is_ours(postfix_, config_, milter, true);
    };
    if (std::ranges::none_of(milters, ours)) {
      wrong(
          "non_smtpd_milters is without ticket-milter: what is submitted on this host, or sent in again by postsuper "
          "-r, passes it by");
    }
    if (const std::string& delay = postfix_.get("in_flow_delay"); !delay.empty() && delay != "0" && delay != "0s") {
      wrong(
          fmt::format("in_flow_delay = {}: mail that ticket-milter takes looks like a queue that grows, and each waits "
                      "so long under load; set it to 0s",
                      delay));
    }
  }

  void archives() {
    if (config_.milter.consume != config::Consume::Discard) {
      return;
    }
    for (const char* parameter : {"always_bcc", "sender_bcc_maps", "recipient_bcc_maps"}) {
      if (!postfix_.get(parameter).empty()) {
        wrong(fmt::format("{} = {}: milter.consume = \"discard\" throws the copy away, too; \"remove\" keeps it",
                          parameter, postfix_.get(parameter)));
      }
    }
  }

  void addresses() {
    const std::string& ours = config_.address.delimiter;
    const std::string& theirs = postfix_.get("recipient_delimiter");
    if (ours.find_first_not_of(theirs) != std::string::npos) {
      wrong(fmt::format("recipient_delimiter = {}: without \"{}\" in it Postfix knows no address with an extension",
                        theirs, ours));
    }
  }

  std::set<std::string> our_domains() const {
    std::set<std::string> domains = {base::fold_case(config_.site.domain)};
    for (const config::Queue& queue : config_.queues) {
      for (const auto* addresses : {&queue.addresses, &queue.comment_addresses}) {
        for (const std::string& address : *addresses) {
          domains.insert(base::fold_case(address.substr(address.rfind('@') + 1)));
        }
      }
    }
    return domains;
  }

  // Postfix takes a domain's mail when it is in one of four classes; of what stands in tables postconf knows nothing.
  void domains() {
    for (const std::string& domain : our_domains()) {
      std::vector<std::string> classes;
      bool tables = false;
      for (const char* list : {"mydestination", "relay_domains", "virtual_alias_domains", "virtual_mailbox_domains"}) {
        for (const std::string& item : split_list(postfix_.get(list))) {
          if (base::fold_case(item) == domain) {
            classes.emplace_back(list);
          }
          tables = tables || item.find_first_of(":/") != std::string::npos;
        }
      }
      describe(domain, classes, tables);
    }
  }

  void describe(const std::string& domain, const std::vector<std::string>& classes, bool tables) {
    if (classes.size() > 1) {
      return wrong(fmt::format("{} is in {}: it may be in one only", domain, base::join(classes, " and ")));
    }
    if (classes.empty() && tables) {
      return unsure(domain + " is in no list of domains, but may be in a table");
    }
    if (classes.empty()) {
      return wrong(
          fmt::format("{} is in none of relay_domains, mydestination, virtual_mailbox_domains and "
                      "virtual_alias_domains: its mail is refused as relaying",
                      domain));
    }
    if (domain == base::fold_case(config_.site.domain) && classes[0] == "virtual_alias_domains") {
      return wrong(domain +
                   " is in virtual_alias_domains, where no transport leads bounces of notices to ticket-milter");
    }
    good(fmt::format("{} is in {}", domain, classes[0]));
  }

  void bounces() {
    if (postfix_.get("transport_maps").empty()) {
      wrong(
          "transport_maps is empty: bounces that this Postfix makes of notices pass ticket-milter by, and what comes "
          "round it has nowhere to wait");
    }
  }

  // Whoever can put the field there himself has every agent's rights.
  void proof() {
    if (!config_.trust.prove_dkim || config_.trust.authserv_ids.empty()) {
      return;
    }
    const std::string ids = base::join(config_.trust.authserv_ids, ", ");
    for (const Smtpd& smtpd : smtpds_) {
      if (!smtpd.has_ours()) {
        continue;
      }
      if (smtpd.ours == 0) {
        wrong(
            fmt::format("{}: trust.authserv_ids believes {}, but no milter before ticket-milter checks signatures "
                        "and takes out forged Authentication-Results",
                        smtpd.service.name, ids));
      } else {
        unsure(fmt::format("{}: {} has to take out forged Authentication-Results of {}", smtpd.service.name,
                           smtpd.milters.front().endpoint, ids));
      }
    }
  }

  void sizes() {
    const auto limit = base::parse_number(postfix_.get("message_size_limit"));
    if (limit && *limit > 0 && *limit < config_.milter.max_message) {
      unsure(fmt::format("message_size_limit = {} refuses mail that milter.max_message would take", *limit));
    }
  }

  const Postfix& postfix_;
  const Config& config_;
  const std::vector<Smtpd> smtpds_;
  std::vector<Symptom> symptoms_;
};

// "smtp inet n - y - - smtpd -o x=y" of postconf -M; empty where it is none.
std::optional<PostfixService> parse_service(std::string_view line) {
  std::vector<std::string> words;
  constexpr std::size_t columns = 8;
  while (!line.empty() && words.size() < columns) {
    words.push_back(take_word(line));
  }
  if (words.size() < columns) {
    return {};
  }
  return PostfixService{words[0] + '/' + words[1], words[4] == "y", words[7], {}};
}

}  // namespace

const std::string& Postfix::get(std::string_view parameter, const PostfixService* service) const {
  static const std::string none;
  if (service != nullptr) {
    if (const auto own = service->parameters.find(parameter); own != service->parameters.end()) {
      return own->second;
    }
  }
  const auto found = parameters.find(parameter);
  return found == parameters.end() ? none : found->second;
}

Postfix parse_postconf(std::string_view text) {
  Postfix postfix;
  Parameters of_services;  // "smtp/inet/smtpd_milters"
  for (std::string_view line : base::split(text, '\n')) {
    const auto equals = line.find(" =");
    const std::string_view name = line.substr(0, std::min(equals, line.size()));
    if (equals != std::string_view::npos && name.find_first_of(blanks) == std::string_view::npos) {
      const std::string value(base::trim(line.substr(equals + 2)));
      (name.find('/') == std::string_view::npos ? postfix.parameters : of_services)[std::string(name)] = value;
    } else if (auto service = parse_service(line)) {
      postfix.services.push_back(std::move(*service));
    }
  }
  for (PostfixService& service : postfix.services) {
    const std::string prefix = service.name + '/';
    for (auto at = of_services.lower_bound(prefix); at != of_services.end() && at->first.starts_with(prefix); ++at) {
      service.parameters.emplace(at->first.substr(prefix.size()), at->second);
    }
  }
  return postfix;
}

const PostfixService* find_smtpd(const Postfix& postfix, const config::Config& config) {
  const auto smtpds = find_smtpds(postfix, config);
  const auto found = std::ranges::find_if(smtpds, &Smtpd::has_ours);
  return found == smtpds.end() ? nullptr : &found->service;
}

std::vector<Symptom> examine(const Postfix& postfix, const config::Config& config) {
  return Examination(postfix, config).run();
}

Symptom judge_forgery(std::string_view came, const Config& config, const std::string& relay) {
  const std::string ids = base::join(config.trust.authserv_ids, ", ");
  if (mail::trusted_auth_results(mail::parse(came, {}).fields, config.trust.authserv_ids).empty()) {
    return {true, fmt::format("forged Authentication-Results of {} are taken out on the way", ids)};
  }
  if (relay.find("//127.") != std::string::npos || relay.find("//[::1]") != std::string::npos) {
    return {{},
            fmt::format("forged Authentication-Results of {} reach ticket-milter from {}, whose mail the milter that "
                        "checks signatures may take for its own: try it from another host",
                        ids, relay)};
  }
  return {false, fmt::format("forged Authentication-Results of {} reach ticket-milter from {}: whoever sends one "
                             "there has every agent's rights",
                             ids, relay)};
}

}  // namespace ticketmilter::cli
