// SPDX-License-Identifier: MIT
// A field is taken apart into words first (comments gone, quotes resolved), then read by the grammar of RFC 8601 section 2.2. A word the
// grammar does not allow there spoils the whole field: half-understood proof is none.
#include "mail/auth_results.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t most_words = 2000;
constexpr std::size_t most_results = 100;

// ";", "=" or a value.
struct Word {
  char sign = '\0';  // '\0' for a value
  std::string value;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Behind the comment at an offset; empty where it does not end.
std::optional<std::size_t> comment_end(std::string_view s, std::size_t at) {
  std::size_t depth = 0;
  for (; at < s.size(); ++at) {
    if (s[at] == '\\') {
      ++at;
    } else if (s[at] == '(') {
      ++depth;
    } else if (s[at] == ')' && --depth == 0) {
      return at + 1;
    }
  }
  return {};
}

// Reads the quoted string at an offset; false where it does not end.
bool read_quoted(std::string_view s, std::size_t& at, std::string& value) {
  for (++at; at < s.size(); ++at) {
    if (s[at] == '"') {
      ++at;
      return true;
    }
    if (s[at] == '\\' && ++at == s.size()) {
      break;
    }
    value += s[at];
  }
  return false;
}

std::optional<std::vector<Word>> split_words(std::string_view s) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < s.size();) {
    char c = s[at];
    if (is_blank(c)) {
      ++at;
    } else if (c == '(') {
      auto end = comment_end(s, at);
      if (!end) {
        return {};
      }
      at = *end;
    } else if (c == ';' || (c == '=' && (words.empty() || words.back().sign != '='))) {
      words.push_back({c, ""});
      ++at;
    } else {
      Word word;
      if (c == '"') {
        if (!read_quoted(s, at, word.value)) {
          return {};
        }
      } else {
        bool in_pair = !words.empty() && words.back().sign == '=';  // "smtp.mailfrom=a=b@example.com"
        auto end = std::min(s.find_first_of(in_pair ? " \t\r\n();\"" : " \t\r\n();\"=", at), s.size());
        if (end == at) {
          return {};  // ")" without "("
        }
        word.value = s.substr(at, end - at);
        at = end;
      }
      words.push_back(std::move(word));
    }
    if (words.size() > most_words) {
      return {};
    }
  }
  return words;
}

bool is_domain(std::string_view s) {
  return !s.empty() && s.front() != '.' && s.back() != '.' &&
         s.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string_view::npos;
}

class FieldReader {
 public:
  explicit FieldReader(const std::vector<Word>& words) : words_(words) {}

  // The authserv-id, folded; empty where there is none.
  std::string take_id() {
    if (at_end() || words_[at_].sign != '\0') {
      return {};
    }
    std::string id = base::fold_case(words_[at_++].value);
    if (!at_end() && words_[at_].sign == '\0') {
      ++at_;  // a version
    }
    return id;
  }

  // ";" method "=" result, then properties. Empty at the end and where the field is broken; broken() tells which.
  std::optional<AuthResult> next() {
    if (at_end()) {
      return {};
    }
    if (!take_sign(';') || at_end()) {
      broken_ = !at_end() || broken_;
      return {};
    }
    AuthResult result;
    std::string method;
    if (!take_pair(method, result.result)) {
      broken_ = !is_none(method);
      return {};
    }
    result.method = method.substr(0, method.find('/'));
    if (result.method.empty() || result.result.empty() || !read_properties(result)) {
      broken_ = true;
      return {};
    }
    return result;
  }
  bool broken() const { return broken_; }

 private:
  bool at_end() const { return at_ >= words_.size(); }
  bool is_none(std::string_view word) const { return word == "none" && at_end(); }

  bool take_sign(char sign) {
    if (at_end() || words_[at_].sign != sign) {
      return false;
    }
    ++at_;
    return true;
  }

  // name "=" value, both lower case.
  bool take_pair(std::string& name, std::string& value) {
    if (at_end() || words_[at_].sign != '\0') {
      return false;
    }
    name = base::ascii_lower(words_[at_++].value);
    if (!take_sign('=') || at_end() || words_[at_].sign != '\0') {
      return false;
    }
    value = base::ascii_lower(words_[at_++].value);
    return true;
  }

  bool read_properties(AuthResult& result) {
    std::string signer;  // header.d
    std::string agent;   // header.i
    std::string from;
    while (!at_end() && words_[at_].sign == '\0') {
      std::string name;
      std::string value;
      if (!take_pair(name, value)) {
        return false;
      }
      std::string* place = name == "header.d"      ? &signer
                           : name == "header.i"    ? &agent
                           : name == "header.from" ? &from
                                                   : nullptr;
      if (place != nullptr && !place->empty()) {
        return false;  // which of the two?
      }
      if (place != nullptr) {
        *place = value.substr(value.rfind('@') + 1);
      }
    }
    std::string& domain = result.method == "dmarc" ? from : signer.empty() ? agent : signer;
    bool known = result.method == "dmarc" || result.method == "dkim";
    result.domain = known && is_domain(domain) ? domain : "";
    return true;
  }

  const std::vector<Word>& words_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

bool speaks_of(const std::vector<AuthResult>& results, std::string_view method) {
  return std::any_of(results.begin(), results.end(), [&](const AuthResult& r) { return r.method == method; });
}

void read_field(std::string_view value, const std::vector<std::string>& ids, std::vector<AuthResult>& results) {
  auto words = split_words(value);
  if (!words) {
    return;
  }
  FieldReader reader(*words);
  std::string id = reader.take_id();
  bool trusted = std::any_of(ids.begin(), ids.end(), [&id](const std::string& t) { return base::fold_case(t) == id; });
  if (id.empty() || !trusted) {
    return;
  }
  std::vector<AuthResult> found;
  while (auto result = reader.next()) {
    found.push_back(*std::move(result));
  }
  if (!reader.broken()) {
    std::erase_if(found, [above = results](const AuthResult& r) { return speaks_of(above, r.method); });
    results.insert(results.end(), found.begin(), found.end());
  }
}

bool is_parent_or_same(std::string_view domain, std::string_view of) {
  if (domain == of) {
    return true;
  }
  return domain.find('.') != std::string_view::npos && of.size() > domain.size() && of.ends_with(domain) &&
         of[of.size() - domain.size() - 1] == '.';
}

}  // namespace

std::vector<AuthResult> trusted_auth_results(const std::vector<Field>& fields,
                                             const std::vector<std::string>& authserv_ids) {
  std::vector<AuthResult> results;
  for (const auto& field : fields) {
    if (base::ascii_iequals(field.name, "Received") || results.size() >= most_results) {
      break;
    }
    if (base::ascii_iequals(field.name, "Authentication-Results")) {
      read_field(field.value, authserv_ids, results);
    }
  }
  return results;
}

bool proves_domain(const std::vector<AuthResult>& results, std::string_view author_domain) {
  std::string author = base::ascii_lower(author_domain);
  const bool failed = std::any_of(results.begin(), results.end(),
                                  [](const AuthResult& r) { return r.method == "dmarc" && r.result == "fail"; });
  return !author.empty() && !failed && std::any_of(results.begin(), results.end(), [&author](const AuthResult& r) {
    bool pass = r.result == "pass" && !r.domain.empty();
    return pass &&
           ((r.method == "dmarc" && r.domain == author) || (r.method == "dkim" && is_parent_or_same(r.domain, author)));
  });
}

}  // namespace ticketmilter::mail
