// SPDX-License-Identifier: MIT
// GMime joins and decodes the parameters of RFC 2231 and the encoded words that RFC 2047 forbids there and everybody sends.
#include "mail/parse_type.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <mutex>

#include "base/handle.h"
#include "base/text.h"
#include "mail/words.h"

namespace ticketmilter::mail {
namespace {

using TypeOwner = base::Handle<GMimeContentType, g_object_unref>;
using DispositionOwner = base::Handle<GMimeContentDisposition, g_object_unref>;
using OptionsOwner = base::Handle<GMimeParserOptions, g_mime_parser_options_free>;

// What does not declare its character set is left as bytes for us to read.
OptionsOwner make_options() {
  start_gmime();
  const char* none[] = {"utf-8", nullptr};
  OptionsOwner options(g_mime_parser_options_new());
  g_mime_parser_options_set_fallback_charsets(options.get(), none);
  return options;
}

std::string_view text(const char* s) {
  return s == nullptr ? std::string_view() : std::string_view(s);
}

// Names are collected here.
class Names {
 public:
  explicit Names(const Charsets& fallbacks) : fallbacks_(fallbacks) {}

  void add(std::string_view raw) {
    constexpr std::size_t most = 20;
    std::string name = file_name(raw, fallbacks_);
    if (!name.empty() && names_.size() < most && std::find(names_.begin(), names_.end(), name) == names_.end()) {
      names_.push_back(std::move(name));
    }
  }

  // As it would be read from what looks like name=... or filename=... by someone who knows no quoting: up to the next semicolon.
  void add_plain(std::string_view value) {
    const std::string lower = base::ascii_lower(value);
    for (std::size_t at = lower.find("name"); at != std::string::npos; at = lower.find("name", at + 4)) {
      const auto equals = lower.find_first_not_of(" \t*0123456789", at + 4);
      if (equals != std::string::npos && lower[equals] == '=') {
        auto word = value.substr(equals + 1);
        word = base::trim(word.substr(0, word.find(';')));
        word.remove_prefix(word.starts_with('"') ? 1 : 0);
        add(word.substr(0, word.find('"')));
      }
    }
  }

  std::vector<std::string> take() { return std::move(names_); }

 private:
  const Charsets& fallbacks_;
  std::vector<std::string> names_;
};

std::string usable_type(const GMimeContentType& parsed) {
  std::string type = base::ascii_lower(text(parsed.type)) + '/' + base::ascii_lower(text(parsed.subtype));
  bool odd = !base::is_printable_ascii(type) || type.find(' ') != std::string::npos || type.size() > 100;
  return odd ? "application/octet-stream" : type;
}

}  // namespace

void start_gmime() {
  static std::once_flag once;
  std::call_once(once, g_mime_init);
}

std::string file_name(std::string_view raw, const Charsets& fallbacks) {
  if (raw.starts_with('"')) {  // its other half is missing
    raw.remove_prefix(1);
  }
  std::string name = base::one_line(decode_words(raw, fallbacks));
  if (auto slash = name.find_last_of("/\\"); slash != std::string::npos) {
    name.erase(0, slash + 1);
  }
  name = base::first_code_points(base::trim(name), 200);
  return name == "." || name == ".." ? "" : name;
}

MediaType parse_media_type(const std::string& value, std::string_view default_type, const Charsets& fallbacks) {
  MediaType media;
  media.type = default_type;
  if (value.empty() || value.front() == ';') {
    return media;
  }
  if (base::ascii_iequals(value, "text")) {  // from before MIME
    media.type = "text/plain";
    return media;
  }
  OptionsOwner options = make_options();
  TypeOwner parsed(g_mime_content_type_parse(options.get(), value.c_str()));
  auto parameter = [&parsed](const char* name) { return text(g_mime_content_type_get_parameter(parsed.get(), name)); };
  media.type = usable_type(*parsed);
  media.charset = parameter("charset");
  media.boundary = parameter("boundary");
  media.name = file_name(parameter("name"), fallbacks);
  media.report_type = base::ascii_lower(parameter("report-type"));
  for (char c : parameter("method").substr(0, 40)) {
    media.method += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  return media;
}

ContentDisposition parse_content_disposition(const std::string& value, const Charsets& fallbacks) {
  if (value.empty()) {
    return {};
  }
  OptionsOwner options = make_options();
  DispositionOwner parsed(g_mime_content_disposition_parse(options.get(), value.c_str()));
  std::string kind = base::ascii_lower(base::trim(text(parsed->disposition)));
  if (!kind.empty() && kind != "inline") {
    kind = "attachment";  // RFC 2183 section 2.8: so are the unknown ones
  }
  return {kind, file_name(text(g_mime_content_disposition_get_parameter(parsed.get(), "filename")), fallbacks)};
}

// Read as a disposition, whose grammar allows what that of a type allows.
std::vector<std::string> possible_names(const std::string& value, const Charsets& fallbacks) {
  Names names(fallbacks);
  if (base::ascii_lower(value).find("name") != std::string::npos) {
    OptionsOwner options = make_options();
    DispositionOwner parsed(g_mime_content_disposition_parse(options.get(), value.c_str()));
    GMimeParamList* list = g_mime_content_disposition_get_parameters(parsed.get());
    for (int i = 0; i < g_mime_param_list_length(list); ++i) {
      GMimeParam* parameter = g_mime_param_list_get_parameter_at(list, i);
      const auto name = text(g_mime_param_get_name(parameter));
      if (base::ascii_istarts_with(name, "name") || base::ascii_istarts_with(name, "filename")) {
        names.add(text(g_mime_param_get_value(parameter)));
      }
    }
    names.add_plain(value);
  }
  return names.take();
}

}  // namespace ticketmilter::mail
