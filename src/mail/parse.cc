// SPDX-License-Identifier: MIT
// Bytes to facts in four steps: the tree of parts, the header fields, the contents, the digest. Each step has its own file; the limits are in
// find_header and find_parts, which come first.
#include "mail/parse.h"

#include <utility>

#include "base/digest.h"
#include "base/text.h"
#include "mail/msgid.h"
#include "mail/parse_parts.h"
#include "mail/parse_text.h"
#include "mail/transfer.h"
#include "mail/words.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t most_ids = 100;

std::vector<Field> read_fields(std::string_view header) {
  std::vector<Field> fields;
  std::string_view name;
  std::string_view value;
  while (next_field(header, name, value)) {
    Field& field = fields.emplace_back(Field{std::string(name), std::string(value)});
    std::erase(field.value, '\0');
  }
  return fields;
}

// The fields that mean something to all of the program; the others are looked up by those who know them.
class HeaderReader {
 public:
  HeaderReader(const ParseOptions& options, Facts& facts) : options_(options), facts_(facts) {}

  void run() {
    for (const auto& field : facts_.fields) {
      read(field);
    }
  }

 private:
  void read(const Field& field) {
    auto is = [&field](std::string_view name) { return base::ascii_iequals(field.name, name); };
    if (is("From")) {
      facts_.raw_8bit_address |= add_mailboxes(field, facts_.from);
    } else if (is("Sender")) {
      facts_.raw_8bit_address |= add_mailboxes(field, facts_.sender);
    } else if (is("Reply-To")) {
      add_mailboxes(field, facts_.reply_to);
    } else if (is("To")) {
      add_mailboxes(field, facts_.to);
    } else if (is("Cc")) {
      add_mailboxes(field, facts_.cc);
    } else if (is("Subject") && !std::exchange(has_subject_, true)) {
      facts_.subject = base::blank_controls(decode_words(base::unfold(field.value), options_.fallback_charsets));
    } else if (is("Message-ID") && facts_.message_id.empty()) {
      auto ids = parse_msgids(field.value, 1);
      facts_.message_id = ids.empty() ? "" : ids.front();
    } else if (is("In-Reply-To") && facts_.in_reply_to.empty()) {
      facts_.in_reply_to = parse_msgids(field.value, most_ids);
    } else if (is("References") && facts_.references.empty()) {
      facts_.references = parse_msgids(field.value, most_ids);
    }
  }

  // True when there was a raw 8-bit address.
  bool add_mailboxes(const Field& field, std::vector<Mailbox>& to) {
    AddressList list = parse_address_field(field.value, options_.utf8, options_.fallback_charsets);
    if (list.malformed) {
      add_defect(facts_.defects, field.name + " holds something that is no address");
    }
    for (auto& mailbox : list.mailboxes) {
      if (to.size() < most_mailboxes) {
        to.push_back(std::move(mailbox));
      }
    }
    return list.raw_8bit;
  }

  static constexpr std::size_t most_mailboxes = 1000;
  const ParseOptions& options_;
  Facts& facts_;
  bool has_subject_ = false;
};

}  // namespace

Facts parse(std::string_view message, const ParseOptions& options) {
  Facts facts;
  PartTree tree = find_parts(message, options.limits, options.fallback_charsets);
  const Part& root = tree.parts.front();
  facts.size = message.size();
  facts.fields = read_fields(root.header);
  facts.content_type = tree.content_type;
  facts.report_type = root.media.report_type;
  facts.defects = std::move(tree.defects);
  HeaderReader(options, facts).run();
  read_contents(tree, options, facts);
  facts.body_sha256 = base::sha256(message.substr(tree.header.body));
  return facts;
}

bool decode_part(std::string_view message, std::uint32_t part, const ParseLimits& limits,
                 const std::function<void(std::string_view)>& sink) {
  PartTree tree = find_parts(message, limits, default_fallbacks());
  for (const auto& candidate : tree.parts) {
    if (!candidate.is_multipart && candidate.leaf == part) {
      decode_part_content(candidate, [&sink](std::string_view piece) {
        sink(piece);
        return true;
      });
      return true;
    }
  }
  return false;
}

}  // namespace ticketmilter::mail
