// SPDX-License-Identifier: MIT
// General values first, then those of a section. Addresses are stricter than mail's: what a site gives itself need not be exotic.
#include "config/values.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "base/time.h"

namespace ticketmilter::config {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool all_of(const std::string& s, const char* others) {
  return !s.empty() && std::all_of(s.begin(), s.end(),
                                   [others](char c) { return is_alnum(c) || (c != 0 && std::strchr(others, c)); });
}
bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), is_digit);
}

// RFC 5322 atext without letters and digits.
constexpr const char* atext = "!#$%&'*+-/=?^_`{|}~";

bool is_dot_atom(const std::string& s) {
  if (s.empty() || s.size() > 64 || s.front() == '.' || s.back() == '.' || s.find("..") != std::string::npos) {
    return false;
  }
  return std::all_of(s.begin(), s.end(), [](char c) {
    return is_alnum(c) || c == '.' || static_cast<unsigned char>(c) > 127 || (c != 0 && std::strchr(atext, c));
  });
}

bool is_label(std::string_view s) {
  return !s.empty() && s.size() <= 63 && s.front() != '-' && s.back() != '-' &&
         std::all_of(s.begin(), s.end(),
                     [](char c) { return is_alnum(c) || c == '-' || static_cast<unsigned char>(c) > 127; });
}

// A name, an IPv4 address or an IPv6 address, the last in brackets where it is so written in a URL.
bool is_host(const std::string& s) {
  const bool bracketed = s.size() > 2 && s.front() == '[' && s.back() == ']';
  const std::string inner = bracketed ? s.substr(1, s.size() - 2) : s;
  return parse_network(inner) ? inner.find('/') == std::string::npos : !bracketed && parse_domain(s).has_value();
}

bool is_port(std::string_view s) {
  const auto n = base::parse_number(s);
  return n && *n >= 1 && *n <= 65535;
}

}  // namespace

Text parse_line(const std::string& s) {
  return s.size() <= 1000 && !base::has_control(s) ? Text(s) : Text();
}

Text parse_ascii_line(const std::string& s) {
  return s.size() <= 200 && base::is_printable_ascii(s) ? Text(s) : Text();
}

Text parse_tag(const std::string& s) {
  const bool fits = !s.empty() && base::count_code_points(s) <= 100 && !base::has_control(s) && base::trim(s) == s;
  const bool scheme = base::ascii_istarts_with(s, "http://") || base::ascii_istarts_with(s, "https://");
  return fits && !scheme && s.find_first_of("[]") == std::string::npos ? Text(s) : Text();
}

Text parse_domain(const std::string& s) {
  if (s.empty() || s.size() > 253) {
    return {};
  }
  for (std::string_view label : base::split(s, '.')) {
    if (!is_label(label)) {
      return {};
    }
  }
  return base::fold_case(s);
}

Text parse_address(const std::string& s) {
  const std::size_t at = s.rfind('@');
  if (at == std::string::npos || !is_dot_atom(s.substr(0, at)) || !parse_domain(s.substr(at + 1))) {
    return {};
  }
  return base::fold_case(s);
}

Text parse_path(const std::string& s) {
  return s.size() < 4096 && s.starts_with('/') && !base::has_control(s) ? Text(s) : Text();
}

Text parse_location(const std::string& s) {
  return s.starts_with("lmdb:") && parse_path(s.substr(5)) ? Text(s) : Text();
}

Text parse_socket(const std::string& s) {
  constexpr std::size_t max_socket_path = 107;  // sockaddr_un
  const std::size_t colon = s.find(':');
  const std::string kind = s.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : s.substr(colon + 1);
  if (kind == "unix" || kind == "local") {
    return parse_path(rest) && rest.size() <= max_socket_path ? Text("unix:" + rest) : Text();
  }
  if (kind == "inet" || kind == "inet6") {
    const std::size_t at = rest.find('@');
    const bool good = at != std::string::npos && is_port(rest.substr(0, at)) && is_host(rest.substr(at + 1));
    return good ? Text(s) : Text();
  }
  const auto descriptor = base::parse_number(rest);
  return kind == "fd" && descriptor && *descriptor >= 3 && *descriptor < 65536 ? Text(s) : Text();
}

std::optional<unsigned> parse_mode(const std::string& s) {
  unsigned mode = 0;
  for (char c : s) {
    if (c < '0' || c > '7') {
      return {};
    }
    mode = mode * 8 + static_cast<unsigned>(c - '0');
    if (mode > 0777) {
      return {};
    }
  }
  return s.size() == 3 || s.size() == 4 ? std::optional(mode) : std::nullopt;
}

Text parse_account(const std::string& s) {
  return s.size() <= 64 && all_of(s, "._-") && s.front() != '-' ? Text(s) : Text();
}

Text parse_delimiter(const std::string& s) {
  const bool good = !s.empty() && s.size() <= 16 && std::all_of(s.begin(), s.end(), [](char c) {
    return c == '.' || (c != 0 && std::strchr(atext, c));
  });
  return good ? Text(s) : Text();
}

Text parse_queue_name(const std::string& s) {
  const bool good = s.size() <= 40 && all_of(s, "-_.") && is_alnum(s.front()) && is_alnum(s.back()) &&
                    s.find("..") == std::string::npos;
  return good ? Text(base::fold_case(s)) : Text();
}

bool reads_as_action(const std::string& queue_name) {
  static const std::string_view actions[] = {"correspond", "comment", "take", "resolve"};
  const auto parts = base::split(queue_name, '-');
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return std::find(std::begin(actions), std::end(actions), part) != std::end(actions) ||
           all_digits(part.substr(0, part.find('.')));  // "42.MAC" is a reply token
  });
}

std::optional<Reopen> parse_reopen(const std::string& s) {
  if (s == "always" || s == "never") {
    return Reopen{.always = s == "always", .within = {}};
  }
  const auto within = base::parse_duration(s);
  return within && within->count() > 0 ? std::optional(Reopen{.always = false, .within = within}) : std::nullopt;
}

Text parse_right(const std::string& s) {
  for (const char* word : {"anyone", "known", "participants", "agents", "owner"}) {
    if (s == word) {
      return s;
    }
  }
  if (s.starts_with('@')) {
    const Text domain = parse_domain(s.substr(1));
    return domain ? Text("@" + *domain) : Text();
  }
  return parse_address(s);
}

Text parse_authserv_id(const std::string& s) {
  return s.size() <= 253 && all_of(s, ".-_/") ? Text(base::fold_case(s)) : Text();
}

std::optional<Rate> parse_rate(const std::string& s) {
  const std::size_t slash = s.find('/');
  if (slash == std::string::npos) {
    return {};
  }
  const auto count = base::parse_number(s.substr(0, slash));
  const auto window = base::parse_duration(s.substr(slash + 1));
  constexpr std::uint64_t max_count = 1'000'000'000;
  constexpr seconds max_window = std::chrono::days(366);
  const bool good = count && *count <= max_count && window && window->count() > 0 && *window <= max_window;
  return good ? std::optional(Rate{*count, *window}) : std::nullopt;
}

Text parse_exempt(const std::string& s) {
  if (parse_network(s)) {
    return s;
  }
  return s.find('@') != std::string::npos ? parse_right(s) : Text();
}

Text parse_refuse_type(const std::string& s) {
  const std::size_t slash = s.find('/');
  const bool ending = slash == std::string::npos && s.starts_with('.') && all_of(s.substr(1), ".-_+");
  const bool type = slash != std::string::npos && all_of(s.substr(0, slash), ".-_+") &&
                    (s.substr(slash + 1) == "*" || all_of(s.substr(slash + 1), ".-_+"));
  return s.size() <= 127 && (ending || type) ? Text(base::ascii_lower(s)) : Text();
}

Text parse_relay(const std::string& s) {
  const std::size_t start = s.starts_with("smtp://") ? 7 : s.starts_with("smtps://") ? 8 : std::string::npos;
  if (start == std::string::npos) {
    return {};
  }
  std::string host = s.substr(start);
  const std::size_t colon = host.rfind(':');
  if (colon != std::string::npos && host.find(']', colon) == std::string::npos) {
    if (!is_port(host.substr(colon + 1))) {
      return {};
    }
    host.resize(colon);
  }
  return is_host(host) ? Text(s) : Text();
}

Text parse_url(const std::string& s) {
  const bool scheme = s.starts_with("https://") || s.starts_with("http://");
  const bool plain = base::is_printable_ascii(s) && s.find_first_of(" <>\"") == std::string::npos;
  return scheme && plain && s.size() <= 1000 && s.find("{id}") != std::string::npos ? Text(s) : Text();
}

Text parse_quiet(const std::string& s) {
  const auto clock = [&s](std::size_t at) {
    return is_digit(s[at]) && is_digit(s[at + 1]) && s[at + 2] == ':' && is_digit(s[at + 3]) && is_digit(s[at + 4]) &&
           s.substr(at, 2) < "24" && s[at + 3] < '6';
  };
  const bool good = s.size() > 12 && s.size() < 100 && clock(0) && s[5] == '-' && clock(6) && s[11] == ' ';
  return good && s.substr(0, 5) != s.substr(6, 5) && all_of(s.substr(12), "/_+-") ? Text(s) : Text();
}

Text parse_filter_item(const std::string& s) {
  const std::string_view item = base::trim(s);
  const bool words =
      std::any_of(item.begin(), item.end(), [](char c) { return is_alnum(c) || static_cast<unsigned char>(c) > 127; });
  return words && item.size() <= 1000 && base::count_code_points(item) > 1 ? Text(item) : Text();
}

std::vector<std::string> split_list(const std::string& s) {
  std::vector<std::string> items(1);
  bool quoted = false;
  for (char c : s) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      items.emplace_back();
    } else {
      items.back() += c;
    }
  }
  for (std::string& item : items) {
    item = std::string(base::trim(item));
  }
  return items;
}

std::string show_size(std::uint64_t bytes) {
  static constexpr std::pair<const char*, unsigned> units[] = {{"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}};
  for (auto [unit, bits] : units) {
    if (bytes >> bits << bits == bytes && bytes != 0) {
      return std::to_string(bytes >> bits) + unit;
    }
  }
  return std::to_string(bytes);
}

std::string show_duration(seconds s) {
  static constexpr std::pair<char, std::int64_t> units[] = {{'d', 86400}, {'h', 3600}, {'m', 60}};
  for (auto [unit, length] : units) {
    if (s.count() % length == 0 && s.count() != 0) {
      return std::to_string(s.count() / length) + unit;
    }
  }
  return std::to_string(s.count()) + 's';
}

}  // namespace ticketmilter::config
