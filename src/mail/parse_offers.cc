// SPDX-License-Identifier: MIT
// An attached message is taken apart as the outer one was, down to a depth that nobody opens by accident; one in a transfer encoding, which RFC 2046
// forbids and mail programs read, is decoded up to a limit first.
#include "mail/parse_offers.h"

#include "base/text.h"

namespace ticketmilter::mail {
namespace {

constexpr unsigned deepest = 10;                    // messages within messages
constexpr std::size_t most_offers = 2000;           // of a message with all that is in it
constexpr std::size_t longest_decoded = 8UL << 20;  // bytes of an attached message that is encoded
constexpr std::size_t most_readings =
    16;  // times the size of the message, read in all: an encoded one is read both ways

class Finder {
 public:
  Finder(const ParseOptions& options, std::size_t size) : options_(options), left_(most_readings * size) {}

  // outer: the leaf of the message itself that all of it lies in; nothing for the message itself.
  void find(const PartTree& tree, const Layout& layout, const std::uint32_t* outer, unsigned depth) {
    std::vector<bool> is_file(tree.parts.size());
    for (auto i : layout.files) {
      is_file[i] = true;
    }
    for (std::size_t i = 0; i < tree.parts.size(); ++i) {
      const Part& part = tree.parts[i];
      if (part.is_multipart) {
        continue;
      }
      const auto leaf = outer != nullptr ? *outer : part.leaf;
      add(part, leaf, outer != nullptr, is_file[i]);
      if (depth < deepest && offers_.size() < most_offers && is_message(part)) {
        open(part, leaf, depth + 1);
      }
    }
  }

  std::vector<Offer> take() { return std::move(offers_); }

 private:
  static bool is_message(const Part& part) {
    return !part.is_opaque && (part.media.type == "message/rfc822" || part.media.type == "message/global");
  }

  // The type counts for files only: of a text to be read in place everybody has one.
  void add(const Part& part, std::uint32_t leaf, bool inside, bool is_file) {
    Offer offer{leaf, inside, is_file ? part.media.type : "", {}};
    for (const char* field : {"Content-Disposition", "Content-Type"}) {
      for (auto& name :
           possible_names(find_field(part.header, field, longest_parameters), options_.fallback_charsets)) {
        offer.names.push_back(std::move(name));
      }
    }
    if ((is_file || !offer.names.empty()) && offers_.size() < most_offers) {
      offers_.push_back(std::move(offer));
    }
  }

  void open(const Part& part, std::uint32_t leaf, unsigned depth) {
    const std::string encoding = find_field(part.header, "Content-Transfer-Encoding", longest_parameters);
    const auto word = base::trim(encoding);
    if (base::ascii_iequals(word, "base64") || base::ascii_iequals(word, "quoted-printable")) {
      std::string decoded;
      decode_part_content(part, [&](std::string_view piece) {
        decoded += piece.substr(0, longest_decoded - decoded.size());
        return decoded.size() < longest_decoded;
      });
      open(decoded, leaf, depth);
    }
    open(part.content, leaf, depth);
  }

  void open(std::string_view message, std::uint32_t leaf, unsigned depth) {
    if (message.size() > left_) {
      return;
    }
    left_ -= message.size();
    const PartTree tree = find_parts(message, options_.limits, options_.fallback_charsets);
    find(tree, lay_out(tree), &leaf, depth);
  }

  const ParseOptions& options_;
  std::size_t left_;  // bytes that may be read yet
  std::vector<Offer> offers_;
};

}  // namespace

std::vector<Offer> find_offers(const PartTree& tree, const Layout& layout, std::size_t size,
                               const ParseOptions& options) {
  Finder finder(options, size);
  finder.find(tree, layout, nullptr, 0);
  return finder.take();
}

}  // namespace ticketmilter::mail
