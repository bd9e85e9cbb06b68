// SPDX-License-Identifier: MIT
// One row a key, in the order of ticket-milter.toml(5). A new key is a member in config.h, a row here, and a paragraph there and in the sample.
#include "config/keys.h"

#include "config/kinds.h"

namespace ticketmilter::config {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t MiB = 1ULL << 20, GiB = 1ULL << 30, TiB = 1ULL << 40;
constexpr seconds day = std::chrono::days(1);
constexpr seconds century = 36500 * day;

constexpr const char* a_line = "text on one line";
constexpr const char* a_path = "an absolute path";
constexpr const char* a_path_or_none = "an absolute path, or \"\"";
constexpr const char* a_tag =
    "1 to 100 characters without brackets, without blanks at the ends, without http:// in front";
constexpr const char* an_address = "an address such as \"ann@example.com\"";
constexpr const char* an_address_or_none = "an address such as \"ann@example.com\", or \"\"";
constexpr const char* a_network = "an address or network such as \"192.0.2.0/24\", with no bits set past the prefix";
constexpr const char* a_right =
    "\"anyone\", \"known\", \"participants\", \"agents\", \"owner\", an address or \"@domain\"";
constexpr const char* a_rate = "a number and a duration such as \"20/2h\"";
constexpr const char* a_url = "an http:// or https:// URL that holds {id}, or \"\"";

const Keys<Site> site = {
    text("name", &Site::name, parse_tag, a_tag),
    list("former_names", &Site::former_names, parse_tag, a_tag, "names"),
    text("domain", &Site::domain, parse_domain, "a domain such as \"tickets.example.com\""),
    text("owner", &Site::owner, or_none<parse_address>, an_address_or_none),
    text("support_contact", &Site::support_contact, parse_ascii_line, "printable ASCII of at most 200 characters"),
    list("former_secret_files", &Site::former_secret_files, parse_path, a_path, "absolute paths"),
    text("secret_file", &Site::secret_file, parse_path, a_path),
};

const Keys<Store> store = {
    text("location", &Store::location, parse_location, "\"lmdb:\" and an absolute path"),
    size("max_size", &Store::max_size, 1 * MiB, 64 * TiB),
    size("min_free", &Store::min_free, 0, 1024 * 1024 * TiB),
    duration("journal_keep", &Store::journal_keep, 1s, century),
    size("journal_size", &Store::journal_size, 0, 64 * TiB),
    duration("keep_raw", &Store::keep_raw, day, century, "forever"),
};

const Keys<Milter> milter = {
    word("mode", &Milter::mode, {{"observe", Mode::Observe}, {"copy", Mode::Copy}, {"on", Mode::On}}),
    word("consume", &Milter::consume, {{"discard", Consume::Discard}, {"remove", Consume::Remove}}),
    text("socket", &Milter::socket, parse_socket,
         "\"unix:/PATH\" of at most 107 bytes, \"inet:PORT@HOST\", \"inet6:PORT@HOST\" or \"fd:NUMBER\" from 3 on"),
    text("socket_group", &Milter::socket_group, or_none<parse_account>, "a group, or \"\""),
    text("socket_mode", &Milter::socket_mode, parse_mode, "three or four octal digits in quotes, up to \"0777\""),
    text("user", &Milter::user, parse_account, "a user"),
    size("max_message", &Milter::max_message, 1, 2 * GiB),
    number("max_subject", &Milter::max_subject, 0, 100'000),
    word("long_subject", &Milter::long_subject, {{"reject", LongSubject::Reject}, {"cut", LongSubject::Cut}}),
    text("spool", &Milter::spool, parse_path, a_path),
};

const Keys<Address> address = {
    text("delimiter", &Address::delimiter, parse_delimiter, "one to 16 of the characters .!#$%&'*+-/=?^_`{|}~"),
    text("default_queue", &Address::default_queue, or_none<parse_queue_name>, "a queue's name, or \"\""),
    word("unknown_extension", &Address::unknown_extension,
         {{"reject", UnknownExtension::Reject}, {"ignore", UnknownExtension::Ignore}}),
};

const Keys<Rights> rights = {
    list("create", &Rights::create, parse_right, a_right, "who may"),
    list("reply", &Rights::reply, parse_right, a_right, "who may"),
    list("comment", &Rights::comment, parse_right, a_right, "who may"),
    list("own", &Rights::own, parse_right, a_right, "who may"),
    list("modify", &Rights::modify, parse_right, a_right, "who may"),
};

// The subject cannot be left out: it is what people's programs keep.
void read_tag_in(const Value& v, Queue& queue) {
  bool subject = false;
  queue.tag_in_body = false;
  read_items(v, "words", [&](const Value& item) {
    const std::string& where = item.node.text;
    if (item.node.type != Node::Type::Text || (where != "subject" && where != "body")) {
      return item.expected("\"subject\" or \"body\"");
    }
    (where == "body" ? queue.tag_in_body : subject) = true;
  });
  if (v.node.type == Node::Type::List && !subject) {
    v.report.complain(v.key, "expected a list that has \"subject\"");
  }
}

const Keys<Queue> queue = {
    text("name", &Queue::name, parse_queue_name,
         "1 to 40 ASCII letters, digits, \"-\", \"_\" and \".\", with a letter or digit at both ends"),
    list("addresses", &Queue::addresses, parse_address, an_address, "addresses"),
    list("comment_addresses", &Queue::comment_addresses, parse_address, an_address, "addresses"),
    word("extension", &Queue::extension,
         {{"auto", ExtensionMode::Auto},
          {"queue", ExtensionMode::Queue},
          {"action", ExtensionMode::Action},
          {"ticket", ExtensionMode::Ticket},
          {"none", ExtensionMode::None}}),
    text("tag", &Queue::tag, or_none<parse_tag>, a_tag),
    text("from_name", &Queue::from_name, parse_line, a_line),
    list("cc", &Queue::cc, parse_address, an_address, "addresses"),
    list("admin_cc", &Queue::admin_cc, parse_address, an_address, "addresses"),
    text("reopen", &Queue::reopen, parse_reopen, "\"always\", \"never\" or a duration such as \"30d\""),
    word("acknowledge", &Queue::acknowledge,
         {{"verified", Acknowledge::Verified}, {"always", Acknowledge::Always}, {"never", Acknowledge::Never}}),
    word("notify_agents_on_create", &Queue::notify_agents_on_create,
         {{"auto", NotifyOnCreate::Auto}, {"always", NotifyOnCreate::Always}, {"never", NotifyOnCreate::Never}}),
    row<Queue>("tag_in", read_tag_in),
    flag("cc_from_headers", &Queue::cc_from_headers),
    flag("list_id", &Queue::list_id),
    flag("enabled", &Queue::enabled),
    table("rights", &Queue::rights, rights),
};

Text parse_agent_queue(const std::string& s) {
  return s == "*" ? Text(s) : parse_queue_name(s);
}

const Keys<Agent> agent = {
    text("name", &Agent::name, parse_line, a_line),
    list("addresses", &Agent::addresses, parse_address, an_address, "addresses"),
    list("logins", &Agent::logins, parse_line, a_line, "logins"),
    list("queues", &Agent::queues, parse_agent_queue, "\"*\" or a queue's name", "queues' names"),
    word("digest", &Agent::digest, {{"none", Digest::None}, {"hourly", Digest::Hourly}, {"daily", Digest::Daily}}),
};

using Proof = bool Trust::*;

void take_proofs(Trust& trust, const std::vector<Proof>& proofs) {
  trust.prove_sasl = trust.prove_dkim = trust.prove_network = false;
  for (Proof proof : proofs) {
    trust.*proof = true;
  }
}

const Keys<Trust> trust = {
    words<Trust, Proof>(
        "prove", {{"sasl", &Trust::prove_sasl}, {"dkim", &Trust::prove_dkim}, {"network", &Trust::prove_network}},
        take_proofs),
    flag("agents_need_proof", &Trust::agents_need_proof),
    flag("unsafe_email_commands", &Trust::unsafe_email_commands),
    list("authserv_ids", &Trust::authserv_ids, parse_authserv_id, "an authserv-id such as \"mx.example.com\"",
         "authserv-ids"),
    list("networks", &Trust::networks, parse_network, a_network, "networks"),
    list("relays", &Trust::relays, parse_network, a_network, "networks"),
    word("followup_by_number", &Trust::followup_by_number,
         {{"participants", FollowupByNumber::Participants},
          {"known", FollowupByNumber::Known},
          {"anyone", FollowupByNumber::Anyone}}),
};

void read_presets(const Value& v, Filter& filter) {
  const Words<bool> known = {{"standard", true}, {"trackit", true}, {"none", false}};
  filter.presets.clear();
  bool none = false;
  read_items(v, "words", [&](const Value& item) {
    const auto found = item.node.type == Node::Type::Text ? find_word(known, item.node.text) : std::nullopt;
    if (!found) {
      return item.expected(show_words(known));
    }
    if (*found) {
      filter.presets.push_back(item.node.text);
    }
    none = none || !*found;
  });
  if (none && !filter.presets.empty()) {
    v.report.complain(v.key, "expected \"none\" to stand alone");
  }
}

// An array, or one text with a comma-separated list; of the array each text may be such a list too.
Key<Filter> items(const char* name, std::vector<std::string> Filter::*member) {
  return row<Filter>(name, [member](const Value& v, Filter& filter) {
    const auto take = [&](const Value& text) {
      if (text.node.type != Node::Type::Text) {
        return text.expected("text");
      }
      for (const std::string& part : split_list(text.node.text)) {
        const Text item = parse_filter_item(part);
        item ? (filter.*member).push_back(*item)
             : text.report.complain_at(text.node.line, text.key,
                                       "expected items of more than one character, not of punctuation alone, found \"" +
                                           base::for_log(part, 80) + "\"");
      }
    };
    v.node.type == Node::Type::Text ? take(v) : read_items(v, "texts", take);
  });
}

const Keys<Filter> filter_sender = {
    items("deny", &Filter::sender_deny),
    items("allow", &Filter::sender_allow),
};
const Keys<Filter> filter_subject = {
    items("deny", &Filter::subject_deny),
};

// A table below [filter] whose keys go into Filter itself.
Key<Filter> part(const char* name, const Keys<Filter>& keys) {
  return {name, [&keys](const Value& v, Filter& f) { read_table(v, keys, f); }, names_below(name, keys)};
}

const Keys<Filter>& filter() {
  static const Keys<Filter> keys = {
      row<Filter>("presets", read_presets),
      word("accept_from", &Filter::accept_from,
           {{"any", AcceptFrom::Any},
            {"requestors", AcceptFrom::Requestors},
            {"agents", AcceptFrom::Agents},
            {"requestors_and_agents", AcceptFrom::RequestorsAndAgents}}),
      flag("dry_run", &Filter::dry_run),
      flag("strict", &Filter::strict),
      word("spam", &Filter::spam, {{"ignore", Spam::Ignore}, {"tag", Spam::Tag}, {"reject", Spam::Reject}}),
      part("sender", filter_sender),
      part("subject", filter_subject),
      tables("rule", &Filter::rules, rule_keys(), finish_rule),
  };
  return keys;
}

const Words<OnMachineMail> unfiled = {
    {"reject", OnMachineMail::Reject}, {"discard", OnMachineMail::Discard}, {"journal", OnMachineMail::Journal}};
const Words<OnMachineMail> filed = {{"reject", OnMachineMail::Reject},
                                    {"discard", OnMachineMail::Discard},
                                    {"journal", OnMachineMail::Journal},
                                    {"file", OnMachineMail::File}};

const Keys<Automatic> automatic = {
    word("own_loop", &Automatic::own_loop, unfiled),
    word("bounce", &Automatic::bounce, unfiled),
    word("feedback", &Automatic::feedback, unfiled),
    word("auto_reply", &Automatic::auto_reply, unfiled),
    word("challenge", &Automatic::challenge, unfiled),
    word("machine", &Automatic::machine, filed),
    word("list", &Automatic::list, filed),
    word("redistribute", &Automatic::redistribute,
         {{"nobody", Redistribute::Nobody}, {"agents", Redistribute::Agents}, {"everybody", Redistribute::Everybody}}),
    number("max_hops", &Automatic::max_hops, 1, 10'000),
    flag("loops_to_owner", &Automatic::loops_to_owner),
};

const Keys<Limit> limit = {
    text("new_tickets_per_sender", &Limit::new_tickets_per_sender, parse_rate, a_rate),
    list("exempt", &Limit::exempt, parse_exempt, "an address, \"@domain\" or a network", "addresses and networks"),
    list("autoreplies_per_sender", &Limit::autoreplies_per_sender, parse_rate, a_rate, "rates"),
    text("bounce_score", &Limit::bounce_score, parse_rate, a_rate),
    list("notices_per_recipient", &Limit::notices_per_recipient, parse_rate, a_rate, "rates"),
    list("notices_per_ticket_recipient", &Limit::notices_per_ticket_recipient, parse_rate, a_rate, "rates"),
    text("reopens_per_sender", &Limit::reopens_per_sender, parse_rate, a_rate),
};

const Keys<Mail> mail = {
    list("fallback_charsets", &Mail::fallback_charsets, parse_charset, "a charset that iconv(1) knows", "charsets"),
};

const Keys<Attachment> attachment = {
    list("refuse_types", &Attachment::refuse_types, parse_refuse_type, "\".exe\", \"type/subtype\" or \"type/*\"",
         "endings and media types"),
    word("on_refused", &Attachment::on_refused, {{"strip", OnRefused::Strip}, {"reject", OnRefused::Reject}}),
};

const Keys<Notify> notify = {
    text("relay", &Notify::relay, parse_relay, "\"smtp://HOST:PORT\" or \"smtps://HOST:PORT\""),
    word("starttls", &Notify::starttls, {{"none", StartTls::None}, {"may", StartTls::May}, {"must", StartTls::Must}}),
    text("login", &Notify::login, parse_line, a_line),
    text("password_file", &Notify::password_file, or_none<parse_path>, a_path_or_none),
    text("ca_file", &Notify::ca_file, or_none<parse_path>, a_path_or_none),
    flag("tls_verify", &Notify::tls_verify),
    size("attach", &Notify::attach, 0, 2 * GiB),
    flag("notify_actor", &Notify::notify_actor),
    duration("lifetime", &Notify::lifetime, 1min, 365 * day),
    text("templates", &Notify::templates, parse_path, a_path),
    text("url", &Notify::url, or_none<parse_url>, a_url),
    text("url_requestor", &Notify::url_requestor, or_none<parse_url>, a_url),
    text("quiet", &Notify::quiet, or_none<parse_quiet>,
         "hours and a time zone such as \"22:00-06:00 Europe/Berlin\", or \"\""),
};

const Keys<Config>& sections() {
  static const Keys<Config> keys = {
      table("site", &Config::site, site),
      table("store", &Config::store, store),
      table("milter", &Config::milter, milter),
      table("address", &Config::address, address),
      tables("queue", &Config::queues, queue),
      tables("agent", &Config::agents, agent),
      table("trust", &Config::trust, trust),
      table("filter", &Config::filter, filter()),
      table("automatic", &Config::automatic, automatic),
      table("limit", &Config::limit, limit),
      table("mail", &Config::mail, mail),
      table("attachment", &Config::attachment, attachment),
      table("notify", &Config::notify, notify),
  };
  return keys;
}

}  // namespace

void Value::expected(const std::string& what) const {
  report.complain_at(node.line, key, "expected " + what + ", found " + describe(node));
}

void read_keys(const Node& root, Config& config, Report& report) {
  read_table(Value{root, "", report}, sections(), config);
}

std::vector<std::string> all_keys() {
  std::vector<std::string> all;
  for (const Key<Config>& section : sections()) {
    all.insert(all.end(), section.all.begin(), section.all.end());
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace ticketmilter::config
