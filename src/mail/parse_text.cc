// SPDX-License-Identifier: MIT
// Text is decoded into memory up to a limit, files only pass through the digest. A text that could not be shown whole, or in a character set nobody
// knows, is a file, too, so that its bytes can be had.
#include "mail/parse_text.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/digest.h"
#include "base/text.h"
#include "mail/html.h"
#include "mail/parse_offers.h"
#include "mail/words.h"

namespace ticketmilter::mail {
namespace {

constexpr std::size_t most_reports = 16;
constexpr std::size_t longest_report = 64 << 10;
constexpr std::size_t longest_value = 1000;

// At most max decoded bytes of a part; cut tells that there were more.
std::string decode_head(const Part& part, std::size_t max, bool& cut) {
  std::string bytes;
  cut = false;
  decode_part_content(part, [&](std::string_view piece) {
    cut = piece.size() > max - bytes.size();
    bytes += piece.substr(0, max - bytes.size());
    return !cut;
  });
  return bytes;
}

// CRLF and lone CR become LF, in place.
void normalise_line_ends(std::string& text) {
  if (text.find('\r') == std::string::npos) {
    return;
  }
  std::size_t out = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t cr = std::min(text.find('\r', from), text.size());
    std::memmove(&text[out], &text[from], cr - from);
    out += cr - from;
    from = cr + 1;
    if (cr + 1 == text.size() || (cr + 1 < text.size() && text[cr + 1] != '\n')) {
      text[out++] = '\n';
    }
  }
  text.resize(out);
}

// What of a shown part could not be shown.
enum class Loss { None, Bytes, Charset, Rest };

void note_loss(Loss loss, const Part& part, const ParseOptions& options, Facts& facts) {
  if (loss == Loss::Rest) {
    add_defect(facts.defects, "text over " + std::to_string(options.limits.text) + " bytes is cut");
  } else if (loss == Loss::Charset) {
    add_defect(facts.defects, "unknown character set " + base::for_log(part.media.charset, 60));
  } else if (loss == Loss::Bytes) {
    add_defect(facts.defects, "text has bytes that its character set has not");
  }
}

// What HTML says of itself where its part says nothing: <meta charset="..."> or content="text/html; charset=...".
std::string_view meta_charset(std::string_view html) {
  html = html.substr(0, 2048);
  auto meta = html.find("<meta");
  auto at = meta == std::string_view::npos ? meta : html.find("charset=", meta);
  if (at == std::string_view::npos) {
    return {};
  }
  html.remove_prefix(at + 8);
  html.remove_prefix(html.starts_with('"') || html.starts_with('\'') ? 1 : 0);
  html = html.substr(0, html.find_first_of("\"' ;/>"));
  bool usable =
      is_known_charset(html) && !base::ascii_istarts_with(html, "utf-16") && !base::ascii_istarts_with(html, "utf-32");
  return usable ? html : std::string_view();
}

// The text of a shown part, at most max bytes of it.
Converted read_text(const Part& part, const ParseOptions& options, std::size_t max) {
  bool cut = false;
  std::string bytes = decode_head(part, options.limits.text, cut);
  std::string_view charset = part.media.charset;
  if (charset.empty() && part.is_html() && !base::is_valid_utf8(bytes)) {
    charset = meta_charset(bytes);
  }
  Converted converted = to_utf8(bytes, charset, options.fallback_charsets, part.is_html() ? options.limits.text : max);
  converted.cut = converted.cut || cut;
  if (part.is_html()) {
    converted.text = html_to_text(converted.text, max);
    converted.cut = converted.cut || converted.text.size() + 4 > max;
  } else {
    normalise_line_ends(converted.text);
  }
  return converted;
}

Loss add_text(const Part& part, const ParseOptions& options, Facts& facts) {
  std::string& text = facts.text;
  if (!text.empty() && !text.ends_with('\n')) {
    text += '\n';
  }
  if (text.size() >= options.limits.text) {
    return Loss::Rest;
  }
  Converted converted = read_text(part, options, options.limits.text - text.size());
  facts.text_from_html = facts.text_from_html || part.is_html();
  if (text.empty()) {
    text = std::move(converted.text);
  } else {
    text += converted.text;
  }
  if (converted.cut) {
    return Loss::Rest;
  }
  if (converted.exact) {
    return Loss::None;
  }
  return is_known_charset(part.media.charset) || part.media.charset.empty() ? Loss::Bytes : Loss::Charset;
}

bool is_report(std::string_view type) {
  constexpr std::array<std::string_view, 9> types = {"message/delivery-status",
                                                     "message/global-delivery-status",
                                                     "message/disposition-notification",
                                                     "message/global-disposition-notification",
                                                     "message/feedback-report",
                                                     "message/rfc822",
                                                     "message/global",
                                                     "message/global-headers",
                                                     "text/rfc822-headers"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

// Without a name of its own a message that is attached has its subject's.
std::string name_of_message(std::string_view content, const Charsets& fallbacks) {
  HeaderSpan span = find_header(content, longest_report, {});
  std::string subject = find_field(content.substr(span.begin, span.end - span.begin), "Subject", longest_value);
  std::string name = base::first_code_points(base::one_line(decode_words(subject, fallbacks)), 100);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || c == '\\'; }, '_');
  return (name.empty() ? "message" : name) + ".eml";
}

std::string type_of(const Part& part) {
  return part.is_opaque ? "application/octet-stream" : part.media.type;
}

std::string content_id(const Part& part) {
  std::string value = find_field(part.header, "Content-ID", longest_value);
  std::string_view id = base::trim(value);
  if (id.starts_with('<') && id.ends_with('>')) {
    id = id.substr(1, id.size() - 2);
  }
  return base::one_line(base::to_valid_utf8(id));
}

// METHOD of a calendar object (RFC 5545) whose part does not say it.
std::string method_line(std::string_view calendar) {
  for (auto line : base::split(calendar, '\n')) {
    line = base::trim(line);
    if (base::ascii_istarts_with(line, "METHOD:")) {
      std::string method(line.substr(7, 40));
      std::transform(method.begin(), method.end(), method.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      return method;
    }
  }
  return {};
}

void add_file(const Part& part, const ParseOptions& options, Facts& facts) {
  Attachment file;
  file.type = type_of(part);
  file.name = part.name();
  file.disposition = part.disposition.kind;
  file.content_id = content_id(part);
  file.part = part.leaf;
  bool report = is_report(file.type);
  bool calendar = file.type == "text/calendar" && facts.calendar_method.empty();
  std::string head;
  base::Sha256Stream digest;
  decode_part_content(part, [&](std::string_view piece) {
    file.size += piece.size();
    digest.add(piece);
    if ((report || calendar) && head.size() < longest_report) {
      head += piece.substr(0, longest_report - head.size());
    }
    return true;
  });
  file.sha256 = digest.finish();
  if (file.name.empty() && file.type == "message/rfc822") {
    file.name = name_of_message(head, options.fallback_charsets);
  }
  if (calendar) {
    facts.calendar_method = part.media.method.empty() ? method_line(head) : part.media.method;
  }
  if (report && facts.reports.size() < most_reports) {
    facts.reports.push_back({file.type, std::move(head)});
  }
  facts.attachments.push_back(std::move(file));
}

}  // namespace

void decode_part_content(const Part& part, const Sink& sink) {
  std::string encoding;
  if (!part.is_opaque) {
    encoding = find_field(part.header, "Content-Transfer-Encoding", longest_value);
  }
  decode_transfer(part.content, encoding, sink);
}

void read_contents(const PartTree& tree, const ParseOptions& options, Facts& facts) {
  Layout layout = lay_out(tree);
  facts.offers = find_offers(tree, layout, facts.size, options);
  for (auto i : layout.shown) {
    Loss loss = add_text(tree.parts[i], options, facts);
    note_loss(loss, tree.parts[i], options, facts);
    if (loss == Loss::Rest || loss == Loss::Charset) {
      layout.files.push_back(i);
    }
  }
  std::sort(layout.files.begin(), layout.files.end());
  for (auto i : layout.files) {
    add_file(tree.parts[i], options, facts);
  }
}

}  // namespace ticketmilter::mail
