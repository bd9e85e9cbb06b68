// SPDX-License-Identifier: MIT
// What a site has configured, as plain values: one struct a section, one member a key, named as in ticket-milter.toml(5). A Config
// is checked whole when it is loaded and never changes afterwards, so whoever holds one needs no lock and no test of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ticketmilter::config {

using std::chrono::seconds;

// "20/2h": at most count within the window. count 0 = never.
struct Rate {
  std::uint64_t count = 0;
  seconds window{0};
};

// An IPv4 or IPv6 network in network byte order, IPv4 as ::ffff:a.b.c.d with 96 bits added to the prefix.
struct Network {
  std::uint8_t address[16] = {};
  unsigned prefix = 128;
};
std::optional<Network> parse_network(const std::string& text);
// True when the address ("192.0.2.1", "IPv6:2001:db8::1", "2001:db8::1") lies in one of them. Text that is no address never does.
bool contains(const std::vector<Network>& networks, const std::string& address);

struct Site {
  std::string name;
  std::vector<std::string> former_names;
  std::string domain;           // case-folded
  std::string owner;            // an addr-spec, "" = nobody
  std::string support_contact;  // "" = none
  std::vector<std::string> former_secret_files;
  std::string secret_file = "/etc/ticket-milter/secret";
};

// The contents of secret_file and former_secret_files; read apart from the rest, as they need other rights.
struct Secrets {
  std::string current;
  std::vector<std::string> former;
};

struct Store {
  std::string location = "lmdb:/var/lib/ticket-milter";
  std::uint64_t max_size = 1ULL << 40;
  std::uint64_t min_free = 256ULL << 20;
  seconds journal_keep{30 * 86400};
  std::uint64_t journal_size = 1ULL << 30;
  std::optional<seconds> keep_raw;  // empty = forever
};

enum class Mode { Observe, Copy, On };
enum class Consume { Discard, Remove };
enum class LongSubject { Reject, Cut };

struct Milter {
  Mode mode = Mode::On;
  Consume consume = Consume::Discard;
  std::string socket = "unix:/var/spool/postfix/ticket-milter/milter.sock";
  std::string socket_group = "postfix";
  unsigned socket_mode = 0660;
  std::string user = "ticket-milter";
  std::uint64_t max_message = 50ULL << 20;
  std::uint64_t max_subject = 400;  // code points, 0 = no limit
  LongSubject long_subject = LongSubject::Reject;
  std::string spool = "/var/lib/ticket-milter/spool";
};

enum class UnknownExtension { Reject, Ignore };

struct Address {
  std::string delimiter = "+";
  std::string default_queue;  // "" = none
  UnknownExtension unknown_extension = UnknownExtension::Reject;
};

enum class ExtensionMode { Auto, Queue, Action, Ticket, None };
enum class Acknowledge { Verified, Always, Never };
enum class NotifyOnCreate { Auto, Always, Never };

// Who may: the words anyone, known, participants, agents, owner, or an addr-spec, or "@domain"; addresses case-folded.
struct Rights {
  std::vector<std::string> create = {"anyone"};
  std::vector<std::string> reply = {"anyone"};
  std::vector<std::string> comment = {"agents"};
  std::vector<std::string> own = {"agents"};
  std::vector<std::string> modify = {"agents"};
};

struct Reopen {
  bool always = true;             // false with an empty within: never
  std::optional<seconds> within;  // "30d"
};

struct Queue {
  std::string name;                    // case-folded
  std::vector<std::string> addresses;  // case-folded addr-specs, at least one
  std::vector<std::string> comment_addresses;
  ExtensionMode extension = ExtensionMode::Auto;
  std::string tag;  // never empty once loaded: site.name where the file has none
  std::string from_name;
  std::vector<std::string> cc;
  std::vector<std::string> admin_cc;
  Reopen reopen;
  Acknowledge acknowledge = Acknowledge::Verified;
  NotifyOnCreate notify_agents_on_create = NotifyOnCreate::Auto;
  bool tag_in_body = false;  // tag_in = ["subject", "body"]
  bool cc_from_headers = false;
  bool list_id = false;
  bool enabled = true;
  Rights rights;
};

enum class Digest { None, Hourly, Daily };

struct Agent {
  std::string name;
  std::vector<std::string> addresses;  // case-folded
  std::vector<std::string> logins;
  std::vector<std::string> queues = {"*"};
  Digest digest = Digest::None;
};

enum class FollowupByNumber { Participants, Known, Anyone };

struct Trust {
  bool prove_sasl = true, prove_dkim = true, prove_network = true;
  bool agents_need_proof = true;
  bool unsafe_email_commands = false;
  std::vector<std::string> authserv_ids;  // case-folded
  std::vector<Network> networks;
  std::vector<Network> relays;
  FollowupByNumber followup_by_number = FollowupByNumber::Participants;
};

enum class AcceptFrom { Any, Requestors, Agents, RequestorsAndAgents };
enum class Spam { Ignore, Tag, Reject };

// One term of a rule: field, how it is compared, with what.
struct RuleTerm {
  std::string field;
  std::string match;
  std::vector<std::string> values;
  bool negate = false;
};

struct FilterRule {
  std::string id;
  bool inbound = true, outbound = false;
  std::vector<std::string> binds;  // empty = any
  std::vector<std::string> queues;
  std::vector<Network> clients;
  std::vector<RuleTerm> any;
  std::vector<RuleTerm> all;
  std::string action = "reject";
  int code = 550;
  std::string enhanced = "5.7.1";
  std::string text;
  bool stop = true;
  std::string set_queue;
  std::optional<int> set_priority;
  std::string set_acknowledge;
};

struct Filter {
  std::vector<std::string> presets = {"standard"};
  AcceptFrom accept_from = AcceptFrom::Any;
  bool dry_run = false;
  bool strict = false;
  Spam spam = Spam::Ignore;
  std::vector<std::string> sender_deny, sender_allow, subject_deny;
  std::vector<FilterRule> rules;
};

enum class OnMachineMail { Reject, Discard, Journal, File };
enum class Redistribute { Nobody, Agents, Everybody };

struct Automatic {
  OnMachineMail own_loop = OnMachineMail::Reject;
  OnMachineMail bounce = OnMachineMail::Reject;
  OnMachineMail feedback = OnMachineMail::Journal;
  OnMachineMail auto_reply = OnMachineMail::Journal;
  OnMachineMail challenge = OnMachineMail::Journal;
  OnMachineMail machine = OnMachineMail::File;
  OnMachineMail list = OnMachineMail::File;
  Redistribute redistribute = Redistribute::Agents;
  std::uint64_t max_hops = 100;
  bool loops_to_owner = true;
};

struct Limit {
  Rate new_tickets_per_sender{20, std::chrono::hours(2)};
  std::vector<std::string> exempt;  // addr-specs and "@domain" case-folded, networks as written
  std::vector<Rate> autoreplies_per_sender = {{40, std::chrono::days(1)}, {10, std::chrono::hours(3)}};
  Rate bounce_score{4, std::chrono::days(30)};
  std::vector<Rate> notices_per_recipient = {{30, std::chrono::minutes(10)},
                                             {60, std::chrono::minutes(30)},
                                             {120, std::chrono::hours(1)},
                                             {240, std::chrono::hours(3)},
                                             {360, std::chrono::hours(10)}};
  std::vector<Rate> notices_per_ticket_recipient = {{10, std::chrono::minutes(10)},
                                                    {15, std::chrono::minutes(30)},
                                                    {25, std::chrono::hours(1)},
                                                    {50, std::chrono::hours(3)},
                                                    {100, std::chrono::hours(10)}};
  Rate reopens_per_sender{3, std::chrono::hours(1)};
};

struct Mail {
  std::vector<std::string> fallback_charsets = {"utf-8", "windows-1252"};
};

enum class OnRefused { Strip, Reject };

struct Attachment {
  std::vector<std::string> refuse_types = {".exe", ".scr", ".js"};
  OnRefused on_refused = OnRefused::Strip;
};

enum class StartTls { None, May, Must };

struct Notify {
  std::string relay = "smtp://127.0.0.1:25";
  StartTls starttls = StartTls::May;
  std::string login;
  std::string password_file;
  std::string ca_file;
  bool tls_verify = true;
  std::uint64_t attach = 25ULL << 20;
  bool notify_actor = false;
  seconds lifetime{5 * 86400};
  std::string templates = "/etc/ticket-milter/templates";
  std::string url;
  std::string url_requestor;
  std::string quiet;
};

struct Config {
  Site site;
  Store store;
  Milter milter;
  Address address;
  std::vector<Queue> queues;
  std::vector<Agent> agents;
  Trust trust;
  Filter filter;
  Automatic automatic;
  Limit limit;
  Mail mail;
  Attachment attachment;
  Notify notify;

  // By name in any case; nullptr when there is none.
  const Queue* find_queue(const std::string& name) const;
  // By one of its addresses, case-folded; nullptr when it is no agent's.
  const Agent* find_agent(const std::string& who) const;
};

}  // namespace ticketmilter::config
