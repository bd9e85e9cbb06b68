// SPDX-License-Identifier: MIT
// One address at a time: addr-specs and SMTP paths. Lenient in what a local-part may hold, because mail systems are, and strict in what could
// fool somebody: control characters, blanks, a second @.
#include "mail/address.h"

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t longest_local = 256;
constexpr std::size_t longest_domain = 254;

bool is_8bit(char c) {
  return static_cast<unsigned char>(c) > 127;
}

// atext of RFC 5322 and the dot.
bool is_local_char(char c) {
  return is_8bit(c) || (c > ' ' && c < 127 && std::string_view("()<>[]:;@\\,\"").find(c) == std::string_view::npos);
}

bool is_domain_char(char c) {
  return is_8bit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

bool is_domain_literal(std::string_view s) {
  return s.size() > 2 && s.front() == '[' && s.back() == ']' &&
         s.find_first_not_of("0123456789abcdefABCDEFIPvip:.", 1) == s.size() - 1;
}

bool is_domain(std::string_view s) {
  return is_domain_literal(s) ||
         (!s.empty() && s.size() <= longest_domain && s.front() != '.' && s.back() != '.' &&
          s.find("..") == std::string_view::npos && std::all_of(s.begin(), s.end(), is_domain_char));
}

// The local-part at the front of text, unquoted, and taken off it.
std::optional<std::string> take_local(std::string_view& text) {
  if (!text.starts_with('"')) {
    auto end = std::find_if_not(text.begin(), text.end(), is_local_char);
    std::string local(text.begin(), end);
    text.remove_prefix(local.size());
    return local;
  }
  std::string local;
  for (std::size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      text.remove_prefix(i + 1);
      return local;
    }
    if (c == '\\' && ++i < text.size()) {
      c = text[i];
    }
    local += c;
  }
  return {};
}

bool has_8bit(std::string_view s) {
  return std::any_of(s.begin(), s.end(), is_8bit);
}

bool is_usable(const Address& address, bool utf8) {
  std::string_view local = address.local;
  if (local.empty() || local.size() > longest_local || base::has_control(local)) {
    return false;
  }
  if (has_8bit(local) || has_8bit(address.domain)) {
    return utf8 && base::is_valid_utf8(local) && base::is_valid_utf8(address.domain);
  }
  return true;
}

}  // namespace

std::string Address::spec() const {
  bool atom = !local.empty() && std::all_of(local.begin(), local.end(), is_local_char);
  std::string text;
  if (atom) {
    text = local;
  } else {
    text = "\"";
    for (char c : local) {
      if (c == '"' || c == '\\') {
        text += '\\';
      }
      text += c;
    }
    text += '"';
  }
  return domain.empty() ? text : text + '@' + domain;
}

std::string Address::folded() const {
  return Address{base::fold_case(local), base::fold_case(domain)}.spec();
}

std::optional<Address> parse_addr_spec(std::string_view text, bool utf8) {
  auto local = take_local(text);
  if (!local || !text.starts_with('@')) {
    return {};
  }
  text.remove_prefix(1);
  if (text.ends_with('.')) {
    text.remove_suffix(1);
  }
  Address address{*std::move(local), std::string(text)};
  if (!is_domain(address.domain) || !is_usable(address, utf8)) {
    return {};
  }
  return address;
}

bool is_null_path(std::string_view argument) {
  argument = base::trim(argument);
  return argument.empty() || argument == "<>";
}

std::optional<Address> parse_path(std::string_view argument, bool utf8) {
  argument = base::trim(argument);
  if (argument.starts_with('<') != argument.ends_with('>')) {
    return {};
  }
  if (argument.starts_with('<')) {
    argument = argument.substr(1, argument.size() - 2);
  }
  if (argument.starts_with('@')) {  // a source route: "@one,@two:"
    auto colon = argument.find(':');
    if (colon == std::string_view::npos) {
      return {};
    }
    argument.remove_prefix(colon + 1);
  }
  if (base::ascii_iequals(argument, "postmaster")) {
    return Address{std::string(argument), ""};
  }
  return parse_addr_spec(argument, utf8);
}

SplitLocal split_extension(std::string_view local, std::string_view delimiters) {
  auto at = local.empty() ? std::string_view::npos : local.find_first_of(delimiters, 1);
  if (at == std::string_view::npos) {
    return {std::string(local), {}};
  }
  return {std::string(local.substr(0, at)), std::string(local.substr(at + 1))};
}

}  // namespace ticketmilter::mail
