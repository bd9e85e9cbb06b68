// SPDX-License-Identifier: MIT
#include "cli/people_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "mail/address.h"

namespace ticketmilter::cli {
namespace {

struct Record {
  std::size_t line = 0;
  std::vector<std::string> fields;
  bool whole = true;  // false: a quote is never closed
};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    rest_.remove_prefix(rest_.starts_with(mark) ? mark.size() : 0);
  }

  // Blank lines are none.
  std::optional<Record> next() {
    while (rest_.starts_with('\n') || rest_.starts_with("\r\n")) {
      take();
    }
    if (rest_.empty()) {
      return {};
    }
    Record record{line_, {}, true};
    do {
      record.fields.push_back(rest_.starts_with('"') ? quoted(record.whole) : plain());
    } while (more_);
    return record;
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    line_ += c == '\n' ? 1 : 0;
    return c;
  }

  // Up to the comma or the end of the line, which is taken, too.
  std::string plain() {
    std::string field;
    more_ = false;
    while (!rest_.empty()) {
      const char c = take();
      if (c == ',' || c == '\n') {
        more_ = c == ',';
        break;
      }
      field += c;
    }
    return std::string(base::trim(field));
  }

  std::string quoted(bool& whole) {
    std::string field;
    take();
    for (;; field += take()) {
      if (rest_.empty()) {
        whole = more_ = false;
        return field;
      }
      if (rest_.starts_with("\"\"")) {
        take();
      } else if (rest_.starts_with('"')) {
        take();
        return field + plain();
      }
    }
  }

  std::string_view rest_;
  std::size_t line_ = 1;
  bool more_ = false;
};

std::optional<std::size_t> column(const Record& head, std::string_view name) {
  for (std::size_t i = 0; i < head.fields.size(); ++i) {
    if (base::ascii_iequals(head.fields[i], name)) {
      return i;
    }
  }
  return {};
}

}  // namespace

PeopleFile read_people(std::string_view text) {
  PeopleFile file;
  Reader reader(text);
  const auto head = reader.next();
  const auto address = head ? column(*head, "address") : std::nullopt;
  const auto name = head ? column(*head, "name") : std::nullopt;
  if (!address) {
    file.complaints.emplace_back("line 1: no column is called \"address\"");
    return file;
  }
  while (const auto record = reader.next()) {
    const auto field = [&](std::size_t i) { return i < record->fields.size() ? record->fields[i] : std::string(); };
    const auto parsed = mail::parse_addr_spec(field(*address), true);
    if (!record->whole) {
      file.complaints.push_back(fmt::format("line {}: a quote is not closed", record->line));
    } else if (!parsed) {
      file.complaints.push_back(
          fmt::format("line {}: \"{}\" is no mail address", record->line, base::for_log(field(*address))));
    } else {
      file.people.push_back({parsed->folded(), name ? base::one_line(base::to_valid_utf8(field(*name))) : ""});
    }
  }
  return file;
}

}  // namespace ticketmilter::cli
