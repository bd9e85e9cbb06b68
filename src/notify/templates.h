// SPDX-License-Identifier: MIT
// Templates of notices, in Mustache. A template is checked whole when it is taken, against the few constructs that are safe and the names that there
// are, so that rendering cannot fail; and what people wrote is only ever a value, never part of a template.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.h"
#include "mail/facts.h"

namespace ticketmilter::notify {

using Words = std::map<std::string, std::string>;

// What the names in a template stand for. A name without a value is empty, and a section of it is left out.
struct Values {
  Words words;               // "subject", "text", ...; of several lines only "text"
  std::vector<Words> files;  // {{#files}}: what is not attached, by name and size
};

struct Template {
  std::vector<mail::Field> fields;  // names and the templates of their values; a Subject is among them
  std::string text;
  std::string html;  // "" = none
};

// By the names of the kinds; all are there.
using Templates = std::map<std::string, Template, std::less<>>;
Templates built_in_templates();

// The names of the values and header fields that there are, for who documents them.
std::vector<std::string> value_names();
std::vector<std::string> field_names();

// Takes a file's content in place of what there is. name: "acknowledge", or "acknowledge.html" for the HTML beside the text. Where there
// is a complaint nothing changes. path stands in the complaints.
std::vector<config::Complaint> replace_template(Templates& templates, const std::string& name, std::string_view content,
                                                const std::string& path);

struct LoadedTemplates {
  Templates templates;  // always usable: built-in where a file is missing or wrong
  std::vector<config::Complaint> complaints;
  std::size_t files = 0;  // that stand in for built-in ones
};
// Reads the files of a folder; a folder that is not there holds none. Hidden files, backups (name~, name.bak, name.dpkg-*) and folders are
// passed over.
LoadedTemplates load_templates(const std::string& folder);

struct Rendered {
  std::string subject;
  std::vector<mail::Field> fields;  // the other ones; each value is one line
  std::string text;
  std::string html;  // "" = none
};
Rendered render(const Template& source, const Values& values);

}  // namespace ticketmilter::notify
