// SPDX-License-Identifier: MIT
// The only home of the Mustache library, which is lenient: unknown names are empty, a partial could be a value, delimiters may change. So a reader of
// our own goes over the tags first and lets only variables, sections and comments through; it needs no more than their names.
#include "notify/templates.h"

#include <algorithm>
#include <kainjow/mustache.hpp>

#include "base/error.h"
#include "base/text.h"
#include "notify/kinds.h"

namespace ticketmilter::notify {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::size_t longest_template = 64 << 10;
constexpr std::size_t deepest_section = 10;

// Who may see what a name stands for.
enum class Seen { ByAll, NotInReplies, ByAgents, InFiles };
struct Name {
  std::string_view name;
  Seen seen;
};
constexpr Name known_names[] = {
    {"id", Seen::ByAll},           {"tag", Seen::ByAll},           {"queue", Seen::ByAll},
    {"subject", Seen::ByAll},      {"status", Seen::ByAll},        {"site", Seen::ByAll},
    {"url", Seen::ByAll},          {"from_name", Seen::ByAll},     {"support_contact", Seen::ByAll},
    {"cc", Seen::ByAll},           {"actor", Seen::ByAll},         {"text", Seen::NotInReplies},
    {"files", Seen::NotInReplies}, {"requestors", Seen::ByAgents}, {"owner", Seen::ByAgents},
    {"failed", Seen::ByAgents},    {"name", Seen::InFiles},        {"size", Seen::InFiles},
};

constexpr std::string_view allowed_fields[] = {"Subject", "Organization", "Importance", "X-Priority",
                                               "Content-Language"};

// Complains of what a template may not hold.
class Checker {
 public:
  Checker(const Kind& kind, const std::string& path) : kind_(kind), path_(path) {}

  void check(std::string_view source, unsigned first_line) {
    line_ = first_line;
    open_.clear();
    for (auto tag = source.find("{{"); tag != std::string_view::npos; tag = source.find("{{")) {
      skip(source, tag);
      const auto end = source.find("}}");
      if (end == std::string_view::npos) {
        complain("{{ without }}");
        return;
      }
      check_tag(source.substr(2, end - 2));
      skip(source, end + 2);
    }
    if (!open_.empty()) {
      complain("{{#" + std::string(open_.back()) + "}} without {{/" + std::string(open_.back()) + "}}");
    }
  }

  void complain(const std::string& text) { complaints_.push_back({path_, line_, "", text}); }
  void complain_at(unsigned line, const std::string& text) {
    line_ = line;
    complain(text);
  }
  std::vector<config::Complaint> take() { return std::move(complaints_); }

 private:
  void skip(std::string_view& source, std::size_t n) {
    line_ += static_cast<unsigned>(std::count(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(n), '\n'));
    source.remove_prefix(n);
  }

  void check_tag(std::string_view inner) {
    inner = base::trim(inner);
    const char mark = inner.empty() ? ' ' : inner.front();
    const std::string_view name = base::trim(inner.substr(inner.empty() ? 0 : 1));
    switch (mark) {
      case '!': return;
      case '{':
      case '&': complain("values are always escaped here: write {{name}}"); return;
      case '>':
      case '=': complain(std::string("{{") + mark + " is not supported"); return;
      case '#':
      case '^': open(name); return;
      case '/': close(name); return;
      default: check_name(inner, inner == "files" ? "{{#files}} is a section, not a value" : ""); return;
    }
  }

  void open(std::string_view name) {
    check_name(name, open_.size() == deepest_section ? "too many sections within one another" : "");
    open_.push_back(name);
  }

  void close(std::string_view name) {
    if (open_.empty() || open_.back() != name) {
      complain("{{/" + base::for_log(name) + "}} closes no section that is open here");
    } else {
      open_.pop_back();
    }
  }

  void check_name(std::string_view name, const std::string& other_complaint) {
    const auto* known =
        std::find_if(std::begin(known_names), std::end(known_names), [&](const Name& n) { return n.name == name; });
    if (known == std::end(known_names)) {
      complain("unknown name \"" + base::for_log(name) + "\"");
    } else if (known->seen == Seen::NotInReplies && kind_.voice == Voice::Reply) {
      complain("an acknowledgement never quotes the message: no {{" + std::string(name) + "}}");
    } else if (known->seen == Seen::ByAgents && !kind_.to_agents) {
      complain("{{" + std::string(name) + "}} names addresses and is for agents' templates only");
    } else if (known->seen == Seen::InFiles && std::find(open_.begin(), open_.end(), "files") == open_.end()) {
      complain("{{" + std::string(name) + "}} stands within {{#files}} only");
    } else if (!other_complaint.empty()) {
      complain(other_complaint);
    }
  }

  const Kind& kind_;
  const std::string& path_;
  unsigned line_ = 1;
  std::vector<std::string_view> open_;
  std::vector<config::Complaint> complaints_;
};

std::string lf_only(std::string_view content) {
  std::string lines(content);
  lines.erase(std::remove(lines.begin(), lines.end(), '\r'), lines.end());
  return lines;
}

// "Subject: Resolved: {{subject}}" to a field; a complaint where it may be none.
void read_field(std::string_view line, unsigned number, Checker& checker, std::vector<mail::Field>& fields) {
  const auto colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  const auto is_name = [&](std::string_view other) { return base::ascii_iequals(other, name); };
  const auto* allowed = std::find_if(std::begin(allowed_fields), std::end(allowed_fields), is_name);
  if (colon == std::string_view::npos) {
    checker.complain_at(number, "expected header fields (\"Subject: ...\"), a blank line, then the text");
  } else if (allowed == std::end(allowed_fields)) {
    checker.complain_at(number, "the field " + base::for_log(name) + " is not for templates; allowed are " +
                                    base::join(field_names(), ", "));
  } else if (std::any_of(fields.begin(), fields.end(), [&](const auto& f) { return is_name(f.name); })) {
    checker.complain_at(number, "the field " + std::string(*allowed) + " is given twice");
  } else {
    checker.check(line.substr(colon + 1), number);
    fields.push_back({std::string(*allowed), std::string(base::trim(line.substr(colon + 1)))});
  }
}

Template read_text(std::string_view rest, Checker& checker) {
  Template made;
  unsigned number = 1;
  for (; !rest.empty() && rest.front() != '\n'; ++number) {
    const auto end = std::min(rest.find('\n'), rest.size());
    read_field(rest.substr(0, end), number, checker, made.fields);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (std::none_of(made.fields.begin(), made.fields.end(), [](const auto& f) { return f.name == "Subject"; })) {
    checker.complain_at(1, "no Subject");
  }
  rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
  if (base::trim(rest).empty()) {
    checker.complain_at(number, "no text");
  }
  checker.check(rest, number + 1);
  made.text = rest;
  return made;
}

// One line each, but the text. Empty ones are false, as an empty string would open its section.
mustache::data data_of(const Words& words) {
  mustache::data made;
  for (const auto& [name, value] : words) {
    const std::string clean = name == "text" ? base::to_valid_utf8(value) : base::one_line(value);
    made.set(name, clean.empty() ? mustache::data(false) : mustache::data(clean));
  }
  return made;
}

mustache::data data_of(const Values& values) {
  mustache::data made = data_of(values.words);
  mustache::data files(mustache::data::type::list);
  for (const auto& file : values.files) {
    files.push_back(data_of(file));
  }
  made.set("files", files);
  return made;
}

std::string one_line(const std::string& value) {
  return base::one_line(value);
}

std::string same(const std::string& value) {
  return value;
}

// A line that holds one tag, of no value, is none in what comes out. The library forgets that where a section is left out, and elsewhere takes the
// next line's end too; so the line's end becomes a mark that is no white space, and goes in the end.
constexpr char line_mark = '\x01';

bool is_tag_line(std::string_view line) {
  line = base::trim(line);
  return line.size() > 4 && line.starts_with("{{") && line.find("}}") == line.size() - 2 &&
         std::string_view("#^/!").find(line[2]) != std::string_view::npos;
}

std::string with_marks(std::string_view source) {
  std::string marked;
  while (!source.empty()) {
    const auto end = std::min(source.find('\n'), source.size() - 1) + 1;
    const std::string_view line = source.substr(0, end);
    marked += is_tag_line(line) ? std::string(base::trim(line)) + line_mark : std::string(line);
    source.remove_prefix(end);
  }
  return marked;
}

std::string render_one(const std::string& source, const mustache::data& data,
                       std::string (*escape)(const std::string&)) {
  mustache::mustache ready(source);
  if (!ready.is_valid()) {
    throw base::Error(base::Kind::Internal, "template: " + ready.error_message());
  }
  ready.set_custom_escape(escape);
  return ready.render(data);
}

std::string render_lines(const std::string& source, const mustache::data& data,
                         std::string (*escape)(const std::string&)) {
  std::string made = render_one(with_marks(source), data, escape);
  std::erase(made, line_mark);
  return made;
}

}  // namespace

std::vector<std::string> value_names() {
  std::vector<std::string> names;
  for (const auto& known : known_names) {
    names.emplace_back(known.name);
  }
  return names;
}

std::vector<std::string> field_names() {
  return {std::begin(allowed_fields), std::end(allowed_fields)};
}

Templates built_in_templates() {
  Templates templates;
  for (const auto& kind : kinds()) {
    replace_template(templates, std::string(kind.name), kind.built_in, "built-in");
  }
  return templates;
}

std::vector<config::Complaint> replace_template(Templates& templates, const std::string& name, std::string_view content,
                                                const std::string& path) {
  const bool html = name.ends_with(".html");
  const Kind* kind = find_kind(std::string_view(name).substr(0, name.size() - (html ? 5 : 0)));
  if (kind == nullptr) {
    return {{path, 0, "", "there is no template of that name"}};
  }
  Checker checker(*kind, path);
  if (content.size() > longest_template || !base::is_valid_utf8(content)) {
    checker.complain_at(0, "expected UTF-8 text of at most 64 KiB");
    return checker.take();
  }
  Template made;
  const std::string lines = lf_only(content);
  if (html) {
    checker.check(lines, 1);
  } else {
    made = read_text(lines, checker);
  }
  auto complaints = checker.take();
  if (complaints.empty()) {
    Template& old = templates[std::string(kind->name)];
    if (html) {
      old.html = lines;
    } else {
      made.html = std::move(old.html);
      old = std::move(made);
    }
  }
  return complaints;
}

Rendered render(const Template& source, const Values& values) {
  const auto data = data_of(values);
  Rendered made;
  for (const auto& field : source.fields) {
    const std::string value = base::one_line(render_one(field.value, data, one_line));
    if (field.name == "Subject") {
      made.subject = value;
    } else {
      made.fields.push_back({field.name, value});
    }
  }
  made.text = render_lines(source.text, data, same);
  made.html = render_lines(source.html, data, mustache::html_escape<std::string>);
  return made;
}

}  // namespace ticketmilter::notify
