// SPDX-License-Identifier: MIT
// A configuration file and a template: every input is either usable or has complaints that name a place.
#include "config/load.h"
#include "fuzz.h"
#include "notify/templates.h"
#include "policy/policy.h"

using namespace ticketmilter;
using fuzz::demand;

namespace {

void read_configuration(std::string_view bytes) {
  const config::Loaded loaded = config::load_text(std::string(bytes), "x.toml");
  demand(loaded.config.has_value() == loaded.complaints.empty());
  for (const auto& complaint : loaded.complaints) {
    demand(config::to_string(complaint).starts_with("x.toml") && !complaint.text.empty());
  }
  if (loaded.config) {
    const policy::Policy policy(*loaded.config, {"a secret of 32 characters, at last", {}});
    demand(!policy.router.addresses().empty());
  }
}

void read_template(std::string_view bytes) {
  notify::Templates templates = notify::built_in_templates();
  if (notify::replace_template(templates, "acknowledge", bytes, "x").empty()) {
    notify::Values values;
    for (const std::string& name : notify::value_names()) {
      values.words[name] = name == "text" ? "{{ticket}}\r\n{{/x}}\n" : "{{{text}}} & <b>";
    }
    const notify::Rendered mail = notify::render(templates.at("acknowledge"), values);
    for (const auto& field : mail.fields) {
      demand(field.value.find_first_of("\r\n") == std::string::npos);
    }
    demand(mail.subject.find_first_of("\r\n") == std::string::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) {
    const std::string_view bytes = fuzz::bytes_of(data + 1, size - 1);
    data[0] == 'T' ? read_template(bytes) : read_configuration(bytes);
  }
  return 0;
}
