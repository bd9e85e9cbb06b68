// SPDX-License-Identifier: MIT
// Address fields, read in one pass without recursion: GMime's reader recurses once per "g:" of "g:g:g:..." until the stack is gone. The value is taken
// apart as it was received; only then are encoded words in display names decoded, so what they hide never becomes an address.
#include <algorithm>

#include "base/text.h"
#include "mail/address.h"
#include "mail/words.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t most_mailboxes = 1000;
constexpr std::size_t longest_name = 1000;  // bytes of a display name that are looked at

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// What was gathered of one mailbox.
struct Item {
  std::string phrase;   // outside of <> and comments, quotes kept
  std::string angle;    // inside of <>
  std::string comment;  // the last one: "address (name)"
  bool has_angle = false;

  bool empty() const { return !has_angle && base::trim(phrase).empty(); }
};

// Cuts a value into items. Whatever lacks its other half (quote, parenthesis) is skipped as a stray; that there is no other half is remembered,
// so that a value of nothing but strays is still read once.
class Reader {
 public:
  explicit Reader(std::string_view value) : rest_(value) {}

  // The next item; false at the end.
  bool next(Item& item) {
    item = Item();
    while (!rest_.empty()) {
      char c = rest_.front();
      if (c == ',' || c == ';') {
        rest_.remove_prefix(1);
        return true;
      }
      read_one(c, item);
    }
    return !item.empty();
  }

 private:
  void read_one(char c, Item& item) {
    if (c == '"') {
      read_quoted(item);
    } else if (c == '(') {
      read_comment(item);
    } else if (c == '<') {
      read_angle(item);
    } else if (c == ':' && !item.has_angle) {
      read_group(item);
    } else if (auto word = c == '=' ? word_length() : 0; word > 0) {
      take(word, item.phrase);
    } else {
      take(1, item.phrase);
    }
  }

  void take(std::size_t n, std::string& to) {
    to += rest_.substr(0, n);
    rest_.remove_prefix(n);
  }

  // An encoded word may hold separators, which are none there. One with blanks is no word in a phrase.
  std::size_t word_length() {
    auto length = encoded_word_length(rest_, words_);
    return rest_.substr(0, length).find_first_of(" \t\r\n<>") == std::string_view::npos ? length : 0;
  }

  // Where the quoted string at offset at ends, behind its quote; 0 where it does not.
  std::size_t quoted_end(std::size_t at) {
    for (std::size_t i = at + 1; quotes_ && i < rest_.size(); ++i) {
      if (rest_[i] == '\\') {
        ++i;
      } else if (rest_[i] == '"') {
        return i + 1;
      }
    }
    quotes_ = false;
    return 0;
  }

  void read_quoted(Item& item) {
    if (rest_.size() > 2 && rest_[1] == '"' &&
        std::string_view(" \t\r\n,;<@\"").find(rest_[2]) == std::string_view::npos) {
      rest_.remove_prefix(1);  // ""Smith, Jo"" <jo@example.com>
    }
    auto end = quoted_end(0);
    if (end == 0) {
      rest_.remove_prefix(1);
      return;
    }
    take(end, item.phrase);
    while (rest_.starts_with('"')) {
      rest_.remove_prefix(1);
    }
  }

  void read_comment(Item& item) {
    std::size_t depth = 0;
    for (std::size_t i = 0; comments_ && i < rest_.size(); ++i) {
      char c = rest_[i];
      if (c == '\\') {
        ++i;
      } else if (c == '(') {
        ++depth;
      } else if (c == ')' && --depth == 0) {
        item.comment = rest_.substr(1, i - 1);
        item.phrase += ' ';
        rest_.remove_prefix(i + 1);
        return;
      }
    }
    comments_ = false;
    rest_.remove_prefix(1);
  }

  // Up to the ">", or where there is none up to the next separator. Of two <> in one item the last counts, as it is the one people see last.
  void read_angle(Item& item) {
    item.angle.clear();
    item.has_angle = true;
    while (!rest_.empty() && rest_.front() != '>' && rest_.front() != ',' && rest_.front() != ';') {
      char c = rest_.front();
      if (c == '<') {
        rest_.remove_prefix(1);
      } else if (c == '"' && quoted_end(0) > 0) {
        take(quoted_end(0), item.angle);
      } else if (c == '@' && base::trim(item.angle).empty() && skip_route()) {
        continue;
      } else {
        take(1, item.angle);
      }
    }
    while (rest_.starts_with('>')) {
      rest_.remove_prefix(1);
    }
  }

  // "@one,@two:" in front of an addr-spec.
  bool skip_route() {
    auto end = routes_ ? rest_.find_first_of(":>") : std::string_view::npos;
    routes_ = end != std::string_view::npos;
    if (!routes_ || rest_[end] == '>') {
      return false;
    }
    rest_.remove_prefix(end + 1);
    return true;
  }

  // A group ends with its semicolon. Where no semicolon follows, the colon is part of a careless display name.
  void read_group(Item& item) {
    std::size_t i = 1;
    while (groups_ && i < rest_.size() && rest_[i] != ';') {
      auto quoted = rest_[i] == '"' ? quoted_end(i) : 0;
      i = quoted > 0 ? quoted : i + 1;
    }
    if (!groups_ || i >= rest_.size()) {
      groups_ = false;
      take(1, item.phrase);
      return;
    }
    rest_.remove_prefix(i);
    item = Item();
  }

  std::string_view rest_;
  bool quotes_ = true;
  bool comments_ = true;
  bool groups_ = true;
  bool routes_ = true;
  bool words_ = true;
};

// Blanks around dots and @ are legal but obsolete; stray quotes around the whole are neither.
std::string tidy(std::string_view text) {
  std::string spec(base::trim(text));
  for (char quote : {'\'', '"'}) {
    if (spec.size() > 2 && spec.front() == quote && spec.back() == quote) {
      spec = spec.substr(1, spec.size() - 2);
    }
  }
  bool quoted = spec.starts_with('"');
  auto at = spec.rfind('@');
  std::string tidied;
  for (std::size_t i = 0; i < spec.size(); ++i) {
    if (!is_blank(spec[i]) || (quoted && i < at)) {
      tidied += spec[i];
    }
  }
  return tidied;
}

// A blank inside would join two words into one address.
bool has_inner_blank(std::string_view text) {
  text = base::trim(text);
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (is_blank(text[i])) {
      auto before = text.find_last_not_of(" \t\r\n", i);
      auto after = text.find_first_not_of(" \t\r\n", i);
      bool joint = text[before] == '.' || text[before] == '@' || text[after] == '.' || text[after] == '@';
      if (!joint && !text.starts_with('"')) {
        return true;
      }
      i = after;
    }
  }
  return false;
}

// Of addresses with only blanks between them the first is taken.
std::string_view first_word(std::string_view text) {
  text = base::trim(text);
  return text.substr(0, text.find_first_of(" \t\r\n"));
}

std::string unquote(std::string_view phrase) {
  std::string text;
  for (std::size_t i = 0; i < phrase.size(); ++i) {
    if (phrase[i] == '\\' && i + 1 < phrase.size()) {
      text += phrase[++i];
    } else if (phrase[i] != '"') {
      text += phrase[i];
    }
  }
  return text;
}

std::string display_name(std::string_view text, const Charsets& fallbacks) {
  return base::one_line(decode_words(unquote(text.substr(0, longest_name)), fallbacks));
}

bool has_8bit(std::string_view s) {
  return std::any_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) > 127; });
}

void add(const Item& item, bool utf8, const Charsets& fallbacks, AddressList& list) {
  std::string_view text = item.has_angle ? item.angle : item.phrase;
  std::string spec = tidy(text);
  bool several = has_inner_blank(text);
  auto address = parse_addr_spec(several ? first_word(text) : spec, utf8);
  list.malformed = list.malformed || several || !address;
  if (!address) {
    list.raw_8bit = list.raw_8bit || (!utf8 && spec.find('@') != std::string::npos && has_8bit(spec));
    return;
  }
  std::string_view name = item.has_angle ? item.phrase : std::string_view();
  if (base::trim(name).empty()) {
    name = item.comment;
  }
  list.mailboxes.push_back({display_name(name, fallbacks), *std::move(address)});
}

}  // namespace

AddressList parse_address_field(std::string_view value, bool utf8, const Charsets& fallbacks) {
  AddressList list;
  Reader reader(value);
  Item item;
  while (list.mailboxes.size() < most_mailboxes && reader.next(item)) {
    if (!item.empty()) {
      add(item, utf8, fallbacks, list);
    }
  }
  return list;
}

}  // namespace ticketmilter::mail
