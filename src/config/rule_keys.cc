// SPDX-License-Identifier: MIT
// The rows of [[filter.rule]] and its terms. What a value must be depends on how it is matched, so values are looked at when their term is whole.
#include "config/keys.h"
#include "config/kinds.h"
#include "config/regex_check.h"

namespace ticketmilter::config {
namespace {

// Words that stand for themselves.
Words<std::string> same(std::initializer_list<const char*> list) {
  Words<std::string> words;
  for (const char* w : list) {
    words.emplace_back(w, w);
  }
  return words;
}

Text parse_rule_id(const std::string& s) {
  const bool good = s.size() >= 2 && s.size() <= 40 &&
                    s.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  return good ? Text(s) : Text();
}

Text parse_field(const std::string& s) {
  static const char* const known[] = {"envelope.sender",
                                      "envelope.recipient",
                                      "author.address",
                                      "author.local",
                                      "author.domain",
                                      "author.name",
                                      "reply_to.address",
                                      "reply_to.local",
                                      "reply_to.domain",
                                      "reply_to.name",
                                      "sender.address",
                                      "sender.local",
                                      "sender.domain",
                                      "sender.name",
                                      "subject",
                                      "body",
                                      "attachment.name",
                                      "attachment.type",
                                      "size",
                                      "class",
                                      "client"};
  if (s.starts_with("header:")) {
    const std::string name = s.substr(7);
    const bool good = !name.empty() && name.size() <= 76 && base::is_printable_ascii(name) &&
                      name.find_first_of(" :") == std::string::npos;
    return good ? Text(s) : Text();
  }
  return std::find(std::begin(known), std::end(known), s) != std::end(known) ? Text(s) : Text();
}

// RFC 3463: class, subject, detail; a refusal's class is 4 or 5.
Text parse_enhanced(const std::string& s) {
  const auto parts = base::split(s, '.');
  const bool good = parts.size() == 3 && (parts[0] == "4" || parts[0] == "5") &&
                    std::all_of(parts.begin(), parts.end(),
                                [](std::string_view p) { return p.size() <= 3 && base::parse_number(p).has_value(); });
  return good ? Text(s) : Text();
}

void read_when(const Value& v, FilterRule& rule) {
  const Words<std::pair<bool, bool>> known = {
      {"inbound", {true, false}}, {"outbound", {false, true}}, {"both", {true, true}}};
  const auto found = v.node.type == Node::Type::Text ? find_word(known, v.node.text) : std::nullopt;
  if (!found) {
    return v.expected(show_words(known));
  }
  std::tie(rule.inbound, rule.outbound) = *found;
}

void read_binds(const Value& v, FilterRule& rule) {
  const auto known = same({"requestor", "agent", "unknown", "any"});
  bool any = false;
  read_items(v, "words", [&](const Value& item) {
    const auto found = item.node.type == Node::Type::Text ? find_word(known, item.node.text) : std::nullopt;
    if (!found) {
      return item.expected(show_words(known));
    }
    any = any || *found == "any";
    rule.binds.push_back(*found);
  });
  if (any) {
    rule.binds.clear();
  }
}

// As written; finish_term takes them apart.
void read_values(const Value& v, RuleTerm& term) {
  const auto take = [&term](const Value& text) {
    text.node.type == Node::Type::Text ? term.values.push_back(text.node.text) : text.expected("text");
  };
  v.node.type == Node::Type::Text ? take(v) : read_items(v, "texts", take);
}

// What is wrong with one value of the term, "" = nothing.
std::string find_value_fault(const RuleTerm& term, const std::string& value) {
  if (term.match == "regex") {
    const std::string fault = find_regex_fault(value);
    return fault.empty() ? "" : "expected a regular expression of RE2: " + base::for_log(fault, 200);
  }
  if (term.field == "size") {
    return base::parse_size(value) ? "" : "expected a size such as \"10MiB\"";
  }
  return parse_filter_item(value) ? "" : "expected more than one character, not punctuation alone";
}

void finish_values(const Value& v, RuleTerm& term) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < term.values.size(); ++i) {
    // A comma in a regular expression is the expression's.
    const auto parts = term.match == "regex" ? std::vector{term.values[i]} : split_list(term.values[i]);
    for (const std::string& value : parts) {
      if (const std::string fault = find_value_fault(term, value); !fault.empty()) {
        v.report.complain(item_key(v.key + ".values", i), fault + ", found \"" + base::for_log(value, 80) + "\"");
      }
      values.push_back(value);
    }
  }
  term.values = std::move(values);
}

void finish_term(const Value& v, RuleTerm& term) {
  bool whole = true;
  for (const char* key : {"field", "match", "values"}) {
    if (!v.report.has(v.key + "." + key)) {
      v.report.complain(v.key + "." + key, "a term needs field, match and values");
      whole = false;
    }
  }
  if (!whole || term.field.empty() || term.match.empty()) {
    return;
  }
  const bool compares = term.match == "gt" || term.match == "lt";
  if (compares != (term.field == "size") && !(term.field == "size" && term.match == "equals")) {
    v.report.complain(
        v.key + ".match",
        "expected \"gt\", \"lt\" or \"equals\" with the field \"size\", and \"gt\" and \"lt\" with no other");
  } else {
    finish_values(v, term);
  }
}

// Named like the section in the file.
struct Set {
  static void read(const Value& v, FilterRule& rule) {
    static const Keys<FilterRule> keys = make();
    read_table(v, keys, rule);
  }
  static Keys<FilterRule> make() {
    return {
        text("queue", &FilterRule::set_queue, parse_queue_name, "a queue's name"),
        number("priority", &FilterRule::set_priority, 0, 1000),
        word("acknowledge", &FilterRule::set_acknowledge, same({"verified", "always", "never"})),
    };
  }
};

const Keys<RuleTerm>& term_keys() {
  static const Keys<RuleTerm> keys = {
      text("field", &RuleTerm::field, parse_field,
           "envelope.sender, envelope.recipient, author.address, .local, .domain or .name (likewise reply_to and "
           "sender), subject, header:NAME, "
           "body, attachment.name, attachment.type, size, class or client"),
      word("match", &RuleTerm::match,
           same({"contains", "equals", "prefix", "suffix", "domain", "glob", "regex", "gt", "lt"})),
      row<RuleTerm>("values", read_values),
      flag("not", &RuleTerm::negate),
  };
  return keys;
}

// A rule that gives no code or enhanced code gets those of its action.
void finish_codes(const Value& v, FilterRule& rule) {
  const bool tempfail = rule.action == "tempfail";
  if (!v.report.has(v.key + ".code")) {
    rule.code = tempfail ? 450 : 550;
  }
  if (!v.report.has(v.key + ".enhanced")) {
    rule.enhanced = tempfail ? "4.7.1" : "5.7.1";
  }
  if ((tempfail && rule.code / 100 != 4) || (rule.action == "reject" && rule.code / 100 != 5)) {
    v.report.complain(v.key + ".code", tempfail ? "expected a code from 400 to 499 with \"tempfail\""
                                                : "expected a code from 500 to 599 with \"reject\"");
  } else if (rule.enhanced[0] - '0' != rule.code / 100) {
    v.report.complain(v.key + ".enhanced", "expected an enhanced code that agrees with the code " +
                                               std::to_string(rule.code) + ", found \"" + rule.enhanced + "\"");
  }
}

}  // namespace

const Keys<FilterRule>& rule_keys() {
  static const Keys<FilterRule> keys = {
      text("id", &FilterRule::id, parse_rule_id, "2 to 40 of a-z, 0-9 and \"-\""),
      row<FilterRule>("when", read_when),
      row<FilterRule>("binds", read_binds),
      list("queues", &FilterRule::queues, parse_queue_name, "a queue's name", "queues' names"),
      list("clients", &FilterRule::clients, parse_network,
           "a network such as \"192.0.2.0/24\", with no bits set past the prefix", "networks"),
      tables("any", &FilterRule::any, term_keys(), finish_term),
      tables("all", &FilterRule::all, term_keys(), finish_term),
      word("action", &FilterRule::action, same({"accept", "reject", "tempfail", "discard", "journal", "set"})),
      number("code", &FilterRule::code, 400, 599),
      text("enhanced", &FilterRule::enhanced, parse_enhanced, "an enhanced status code such as \"5.7.1\""),
      text("text", &FilterRule::text, parse_ascii_line, "printable ASCII of at most 200 characters"),
      flag("stop", &FilterRule::stop),
      {"set", Set::read, names_below("set", Set::make())},
  };
  return keys;
}

void finish_rule(const Value& v, FilterRule& rule) {
  if (!v.report.has(v.key + ".id")) {
    v.report.complain(v.key + ".id", "a rule needs an id");
  }
  const bool sets = v.report.has(v.key + ".set");
  if (sets != (rule.action == "set")) {
    v.report.complain(v.key + ".set", "expected with the action \"set\", and with no other");
  }
  finish_codes(v, rule);
}

}  // namespace ticketmilter::config
