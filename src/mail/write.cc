// SPDX-License-Identifier: MIT
// GMime encodes and folds, but what it would do wrong: text that looks encoded already, words too long to fold between, characters cut in two in
// file names. Contents go out as quoted-printable or base64 only, so that no line is too long and a boundary with "=_" cannot occur in them.
#include "mail/write.h"

#include <gmime/gmime.h>

#include <algorithm>

#include "base/digest.h"
#include "base/error.h"
#include "base/handle.h"
#include "base/text.h"
#include "mail/parse_type.h"

namespace ticketmilter::mail {
namespace {

template <class T>
using Object = base::Handle<T, g_object_unref>;
using Options = base::Handle<GMimeFormatOptions, g_mime_format_options_free>;

constexpr std::size_t longest_id = 900;  // a line of 998 has to hold it
constexpr std::size_t longest_boundary = 60;
constexpr std::size_t longest_word = 40;

GMimeObject* as_object(gpointer part) {
  return reinterpret_cast<GMimeObject*>(part);
}

bool is_token(std::string_view s) {
  return !s.empty() && s.size() <= 127 && base::is_printable_ascii(s) &&
         s.find_first_of(" ()<>@,;:\\\"/[]?=") == std::string_view::npos;
}

bool is_field_name(std::string_view s) {
  return !s.empty() && s.size() <= 76 && base::is_printable_ascii(s) && s.find_first_of(" :") == std::string_view::npos;
}

bool is_message_id(std::string_view s) {
  return !s.empty() && s.size() <= longest_id && base::is_printable_ascii(s) &&
         s.find_first_of(" <>") == std::string_view::npos;
}

// LF only; what would talk to a terminal becomes U+FFFD.
std::string plain_lines(std::string_view utf8) {
  std::string lines;
  const std::string valid = base::to_valid_utf8(utf8);
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    const bool crlf = c == '\r' && i + 1 < valid.size() && valid[i + 1] == '\n';
    if (c == '\n' || c == '\t' || !base::has_control({&c, 1})) {
      lines += c;
    } else if (c == '\r') {
      lines += crlf ? "" : "\n";
    } else {
      lines += "\uFFFD";
    }
  }
  return lines;
}

std::string with_crlf(const std::string& lines) {
  std::string text;
  for (const char c : lines) {
    text += c == '\n' ? "\r\n" : std::string(1, c);
  }
  return text;
}

// The next code points of text, at least one, as long as their size as told stays within most.
template <class Size>
std::string_view take_piece(std::string_view& text, std::size_t most, const Size& size) {
  std::size_t end = 0;
  std::size_t used = 0;
  while (end < text.size()) {
    std::size_t next = end + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) {
      ++next;
    }
    used += size(text.substr(end, next - end));
    if (end > 0 && used > most) {
      break;
    }
    end = next;
  }
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(end);
  return piece;
}

bool has_long_word(std::string_view line) {
  const auto words = base::split(line, ' ');
  return std::any_of(words.begin(), words.end(), [](std::string_view word) { return word.size() > longest_word; });
}

// One line, in encoded words where GMime would not make good ones. Adjacent encoded words are read as one, so blanks are in them too.
std::string header_text(std::string_view value) {
  std::string line = base::one_line(value);
  if (line.find("=?") == std::string::npos && !has_long_word(line)) {
    return line;
  }
  std::string words;
  for (std::string_view rest = line; !rest.empty();) {
    const auto piece = take_piece(rest, 39, [](std::string_view c) { return c.size(); });
    base::Handle<char, g_free> base64(g_base64_encode(reinterpret_cast<const guchar*>(piece.data()), piece.size()));
    words += std::string(words.empty() ? "" : " ") + "=?utf-8?b?" + base64.get() + "?=";
  }
  return words;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_'
               ? std::string(1, c)
               : "%" + base::hex(reinterpret_cast<const std::uint8_t*>(&c), 1);
  }
  return out;
}

// The parameters of a Content-Disposition that tell the name (RFC 2231), folded.
std::string name_parameters(std::string_view wish) {
  const std::string name = base::first_code_points(base::one_line(wish), 255);
  if (base::is_printable_ascii(name) && name.size() <= longest_word &&
      name.find_first_of("\"\\%") == std::string::npos) {
    return name.empty() ? "" : ";\n filename=\"" + name + "\"";
  }
  std::string parameters;
  std::size_t n = 0;
  for (std::string_view rest = name; !rest.empty(); ++n) {
    const auto piece = take_piece(rest, 48, [](std::string_view c) { return 3 * c.size(); });
    parameters += ";\n filename*" + std::to_string(n) + "*=" + (n == 0 ? "utf-8''" : "") + percent_encoded(piece);
  }
  return parameters;
}

class Writer {
 public:
  explicit Writer(const Outgoing& mail) : mail_(mail), message_(g_mime_message_new(FALSE)) {}

  std::string run() {
    add_date();
    add_mailbox(GMIME_ADDRESS_TYPE_FROM, mail_.from);
    if (mail_.reply_to) {
      add_mailbox(GMIME_ADDRESS_TYPE_REPLY_TO, *mail_.reply_to);
    }
    add_mailbox(GMIME_ADDRESS_TYPE_TO, mail_.to);
    add_field("Subject", mail_.subject);
    add_ids("Message-ID", {mail_.message_id});
    add_ids("In-Reply-To", {mail_.in_reply_to});
    add_ids("References", mail_.references);
    for (const auto& field : mail_.fields) {
      add_field(field.name, field.value);
    }
    add_field("MIME-Version", "1.0");
    g_mime_message_set_mime_part(message_.get(), with_files().get());
    return bytes();
  }

 private:
  GMimeObject* object() const { return as_object(message_.get()); }

  void add_date() {
    base::Handle<GDateTime, g_date_time_unref> date(
        g_date_time_new_from_unix_utc(std::chrono::floor<std::chrono::seconds>(mail_.date).time_since_epoch().count()));
    g_mime_message_set_date(message_.get(), date.get());
  }

  void add_mailbox(GMimeAddressType type, const Mailbox& mailbox) {
    const std::string spec = mailbox.address.spec();
    if (!base::is_printable_ascii(spec) || mailbox.address.local.empty()) {
      throw base::Error(base::Kind::Permanent, "no address that a header field can hold: " + base::for_log(spec));
    }
    const std::string name = header_text(base::first_code_points(mailbox.name, 255));
    g_mime_message_add_mailbox(message_.get(), type, name.empty() ? nullptr : name.c_str(), spec.c_str());
  }

  void add_field(const std::string& name, std::string_view value) {
    const std::string line = header_text(value);
    if (is_field_name(name) && !line.empty()) {
      g_mime_object_append_header(object(), name.c_str(), line.c_str(), "utf-8");
    }
  }

  void add_ids(const char* name, const std::vector<std::string>& ids) {
    std::string value;
    for (const auto& id : ids) {
      if (is_message_id(id)) {
        value += (value.empty() ? "<" : "\n <") + id + ">";
      }
    }
    if (!value.empty()) {
      add_raw(object(), name, value);
    }
  }

  static void add_raw(GMimeObject* object, const char* name, const std::string& value) {
    GMimeHeaderList* headers = g_mime_object_get_header_list(object);
    g_mime_header_list_append(headers, name, "", nullptr);
    g_mime_header_set_raw_value(g_mime_header_list_get_header(headers, name), (" " + value + "\n").c_str());
  }

  Object<GMimeObject> part(const char* type, const char* subtype, const std::string& content,
                           GMimeContentEncoding encoding) {
    Object<GMimePart> made(g_mime_part_new_with_type(type, subtype));
    Object<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(content.data(), content.size()));
    Object<GMimeDataWrapper> wrapper(g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
    g_mime_part_set_content(made.get(), wrapper.get());
    g_mime_part_set_content_encoding(made.get(), encoding);
    return Object<GMimeObject>(as_object(made.release()));
  }

  // Base64 where most is not ASCII. Its line ends have to be encoded as CRLF; in quoted-printable they are the message's own.
  Object<GMimeObject> text_part(const char* subtype, const std::string& text) {
    const std::string lines = plain_lines(text);
    const auto* begin = reinterpret_cast<const unsigned char*>(lines.data());
    const bool base64 = g_mime_utils_best_encoding(begin, lines.size()) == GMIME_CONTENT_ENCODING_BASE64;
    auto made = part("text", subtype, base64 ? with_crlf(lines) : lines,
                     base64 ? GMIME_CONTENT_ENCODING_BASE64 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    g_mime_object_set_content_type_parameter(made.get(), "charset", "utf-8");
    return made;
  }

  Object<GMimeMultipart> multipart(const char* subtype) {
    std::string boundary = "=_";
    for (const char c : mail_.boundary.substr(0, longest_boundary)) {
      boundary += g_ascii_isalnum(c) ? std::string(1, c) : "";
    }
    Object<GMimeMultipart> made(g_mime_multipart_new_with_subtype(subtype));
    g_mime_multipart_set_boundary(made.get(), (boundary + "_" + subtype).c_str());
    return made;
  }

  Object<GMimeObject> body() {
    if (mail_.html.empty()) {
      return text_part("plain", mail_.text);
    }
    auto both = multipart("alternative");
    g_mime_multipart_add(both.get(), text_part("plain", mail_.text).get());
    g_mime_multipart_add(both.get(), text_part("html", mail_.html).get());
    return Object<GMimeObject>(as_object(both.release()));
  }

  Object<GMimeObject> file_part(const OutgoingFile& file) {
    const auto slash = file.type.find('/');
    std::string type = file.type.substr(0, slash);
    std::string subtype = slash == std::string::npos ? "" : file.type.substr(slash + 1);
    if (!is_token(type) || !is_token(subtype) || base::ascii_iequals(type, "multipart") ||
        base::ascii_iequals(type, "message")) {
      type = "application";
      subtype = "octet-stream";
    }
    auto made = part(type.c_str(), subtype.c_str(), file.content, GMIME_CONTENT_ENCODING_BASE64);
    add_raw(made.get(), "Content-Disposition", (file.is_inline ? "inline" : "attachment") + name_parameters(file.name));
    return made;
  }

  Object<GMimeObject> with_files() {
    if (mail_.files.empty()) {
      return body();
    }
    auto all = multipart("mixed");
    g_mime_multipart_add(all.get(), body().get());
    for (const auto& file : mail_.files) {
      g_mime_multipart_add(all.get(), file_part(file).get());
    }
    return Object<GMimeObject>(as_object(all.release()));
  }

  std::string bytes() {
    Options options(g_mime_format_options_clone(g_mime_format_options_get_default()));
    g_mime_format_options_set_newline_format(options.get(), GMIME_NEWLINE_FORMAT_DOS);
    Object<GMimeStream> stream(g_mime_stream_mem_new());
    g_mime_object_write_to_stream(object(), options.get(), stream.get());
    const GByteArray* array = g_mime_stream_mem_get_byte_array(reinterpret_cast<GMimeStreamMem*>(stream.get()));
    return {reinterpret_cast<const char*>(array->data), array->len};
  }

  const Outgoing& mail_;
  Object<GMimeMessage> message_;
};

}  // namespace

std::string write(const Outgoing& message) {
  start_gmime();
  return Writer(message).run();
}

}  // namespace ticketmilter::mail
