// SPDX-License-Identifier: MIT
// Each value names its members once, in fields(), where an Encoder or a Decoder visits them.
#include "cli/archive.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "cli/json.h"

namespace ticketmilter::cli {
namespace {

using base::Error;
using std::chrono::milliseconds;

constexpr int version = 1;

[[noreturn]] void wrong(const std::string& what) {
  throw Error(base::Kind::Permanent, what);
}

// ---- the members of each value ----------------------------------------------------------------------------------------------

template <class V, class T>
concept Is = std::same_as<std::remove_const_t<V>, T>;

void fields(auto& f, Is<store::LastNumbers> auto& v) {
  f("ticket", v.ticket);
  f("message", v.message);
  f("journal", v.journal);
  f("notice", v.notice);
  f("raw_messages", v.raw_messages);
}

void fields(auto& f, Is<tickets::Person> auto& v) {
  f("address", v.address);
  f("name", v.name);
  f("first_seen", v.first_seen);
}

void fields(auto& f, Is<tickets::Ticket> auto& v) {
  f("id", v.id);
  f("queue", v.queue);
  f("subject", v.subject);
  f("status", v.status);
  f("owner", v.owner);
  f("requestors", v.requestors);
  f("cc", v.cc);
  f("admin_cc", v.admin_cc);
  f("squelched", v.squelched);
  f("priority", v.priority);
  f("created", v.created);
  f("updated", v.updated);
  f("due", v.due);
  f("resolved", v.resolved);
  f("merged_into", v.merged_into);
  f("links", v.links);
  f("entry_count", v.entries);
}

void fields(auto& f, Is<mail::Attachment> auto& v) {
  f("name", v.name);
  f("type", v.type);
  f("disposition", v.disposition);
  f("content_id", v.content_id);
  f("size", v.size);
  f("sha256", v.sha256);
  f("part", v.part);
}

void fields(auto& f, Is<tickets::Entry> auto& v) {
  f("id", v.id);
  f("kind", v.kind);
  f("actor", v.actor);
  f("proven", v.proven);
  f("created", v.created);
  f("message_id", v.message_id);
  f("subject", v.subject);
  f("class", v.mail_class);
  f("rule", v.rule);
  f("door", v.door);
  f("extension", v.extension);
  f("recipient", v.recipient);
  f("sender", v.sender);
  f("reply_to", v.reply_to);
  f("mta_id", v.mta_id);
  f("status_before", v.status_before);
  f("status_after", v.status_after);
  f("message", v.message);
  f("raw_size", v.raw_size);
  f("attachments", v.attachments);
  f("notes", v.notes);
}

void fields(auto& f, Is<store::StoredTicket> auto& v) {
  fields(f, v.ticket);
  f("entries", v.entries);
}

void fields(auto& f, Is<tickets::Notice> auto& v) {
  f("id", v.id);
  f("ticket", v.ticket);
  f("entry", v.entry);
  f("template", v.template_name);
  f("to", v.to);
  f("state", v.state);
  f("attempts", v.attempts);
  f("created", v.created);
  f("next_try", v.next_try);
  f("last_reply", v.last_reply);
  f("claimed_by", v.claimed_by);
  f("failed", v.failed);
  f("since", v.since);
}

void fields(auto& f, Is<tickets::JournalEntry> auto& v) {
  f("id", v.id);
  f("time", v.time);
  f("rule", v.rule);
  f("class", v.mail_class);
  f("verdict", v.verdict);
  f("sender", v.sender);
  f("recipients", v.recipients);
  f("author", v.author);
  f("subject", v.subject);
  f("message_id", v.message_id);
  f("size", v.size);
  f("message", v.message);
  f("mta_id", v.mta_id);
  f("reason", v.reason);
  f("client", v.client);
  f("login", v.login);
  f("utf8", v.utf8);
  f("refused", v.refused);
  f("shared", v.shared);
  f("content", v.content);
  f("imported", v.imported);
  f("header_only", v.header_only);
}

void fields(auto& f, Is<tickets::Charge> auto& v) {
  f("time", v.time);
  f("count", v.count);
  f("mark", v.mark);
}

void fields(auto& f, Is<tickets::Tally> auto& v) {
  f("counted", v.id.counted);
  f("who", v.id.who);
  f("window", v.id.window);
  f("ticket", v.id.ticket);
  f("charges", v.charges);
}

void fields(auto& f, Is<store::KnownMail> auto& v) {
  f("by_message_id", v.by_message_id);
  f("key", v.key);
  f("duplicate", v.duplicate);
  f("ticket", v.ticket);
  f("entry", v.entry);
  f("filed", v.filed);
}

struct Nothing {
  template <class T>
  void operator()(const char*, T&) {}
};
template <class T>
concept HasFields = requires(Nothing f, T& value) {
  fields(f, value);
};

// ---- writing ------------------------------------------------------------------------------------------------------------------

Json encode(bool value) {
  return value;
}
Json encode(std::integral auto value) {
  return value;
}
Json encode(const std::string& value) {
  return base::is_valid_utf8(value) ? Json(value) : Json{{"base64", base::base64(value)}};
}
Json encode(base::Time value) {
  const auto ms = (value.time_since_epoch() % std::chrono::seconds(1)).count();
  std::string text = base::rfc3339(value);
  text.insert(text.size() - 1, fmt::format(".{:03}", ms));
  return text;
}
Json encode(std::chrono::seconds value) {
  return value.count();
}
Json encode(tickets::TicketId value) {
  return number(value);
}
Json encode(tickets::MessageId value) {
  return number(value);
}
Json encode(tickets::Status value) {
  return name(value);
}
Json encode(tickets::Kind value) {
  return name(value);
}
Json encode(tickets::NoticeState value) {
  return name(value);
}
Json encode(tickets::Counted value) {
  return static_cast<int>(value);
}
template <std::size_t N>
Json encode(const std::array<std::uint8_t, N>& value) {
  return base::hex(value);
}
Json encode(const HasFields auto& value);
template <class T>
Json encode(const std::optional<T>& value) {
  return encode(*value);  // an empty one is the default
}
template <class T>
Json encode(const std::vector<T>& value) {
  Json list = Json::array();
  for (const T& item : value) {
    list.push_back(encode(item));
  }
  return list;
}

struct Encoder {
  template <class T>
  void operator()(const char* name, const T& value) {
    if (!(value == T{})) {
      json[name] = encode(value);
    }
  }
  Json json = Json::object();
};

Json encode(const HasFields auto& value) {
  Encoder encoder;
  fields(encoder, value);
  return std::move(encoder.json);
}

// Most text stands in the raw bytes as it is: a list of two numbers says where it begins and how long it is.
Json encode(const store::StoredMessage& message) {
  Json json{{"id", encode(message.id)}};
  if (const auto at = message.raw.find(message.text); !message.text.empty() && at != std::string::npos) {
    json["text"] = {at, message.text.size()};
  } else if (!message.text.empty()) {
    json["text"] = encode(message.text);
  }
  return json;  // raw is put in thereafter
}

// ---- reading ------------------------------------------------------------------------------------------------------------------

void decode(const Json& json, bool& value) {
  value = json.get<bool>();
}
template <std::integral T>
void decode(const Json& json, T& value) {
  const bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<std::uint64_t>())
                                              : json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>());
  if (!fits) {
    wrong(json.dump() + " is no such number");
  }
  value = json.get<T>();
}
void decode(const Json& json, std::string& value) {
  if (!json.is_object()) {
    value = json.get<std::string>();
    return;
  }
  auto bytes = base::parse_base64(json.at("base64").get_ref<const std::string&>());
  if (!bytes) {
    wrong("not base64");
  }
  value = std::move(*bytes);
}
void decode(const Json& json, base::Time& value) {
  const auto time = base::parse_rfc3339(json.get_ref<const std::string&>());
  if (!time) {
    wrong(json.dump() + " is no time");
  }
  value = *time;
}
void decode(const Json& json, std::chrono::seconds& value) {
  value = std::chrono::seconds(json.get<std::int64_t>());
}
void decode(const Json& json, tickets::TicketId& value) {
  value = tickets::TicketId{json.get<std::uint64_t>()};
}
void decode(const Json& json, tickets::MessageId& value) {
  value = tickets::MessageId{json.get<std::uint64_t>()};
}
template <class T>
void decode_name(const Json& json, std::optional<T> (*parse)(std::string_view), T& value) {
  const auto named = parse(json.get_ref<const std::string&>());
  if (!named) {
    wrong(json.dump() + " is not known");
  }
  value = *named;
}
void decode(const Json& json, tickets::Status& value) {
  decode_name(json, tickets::parse_status, value);
}
void decode(const Json& json, tickets::Kind& value) {
  decode_name(json, tickets::parse_kind, value);
}
void decode(const Json& json, tickets::NoticeState& value) {
  decode_name(json, tickets::parse_notice_state, value);
}
void decode(const Json& json, tickets::Counted& value) {
  const int counted = json.get<int>();
  if (counted <= 0 || counted >= tickets::counted_count) {
    wrong(json.dump() + " is nothing that is counted");
  }
  value = static_cast<tickets::Counted>(counted);
}
template <std::size_t N>
void decode(const Json& json, std::array<std::uint8_t, N>& value) {
  const auto bytes = base::parse_hex(json.get_ref<const std::string&>());
  if (!bytes || bytes->size() != N) {
    wrong(json.dump() + " is no digest");
  }
  std::copy(bytes->begin(), bytes->end(), value.begin());
}
void decode(const Json& json, HasFields auto& value);
template <class T>
void decode(const Json& json, std::optional<T>& value) {
  decode(json, value.emplace());
}
template <class T>
void decode(const Json& json, std::vector<T>& value) {
  if (!json.is_array()) {
    wrong("a list is wanted");
  }
  for (const Json& item : json) {
    decode(item, value.emplace_back());
  }
}

struct Decoder {
  template <class T>
  void operator()(const char* name, T& value) {
    const auto found = json.find(name);
    if (found == json.end()) {
      value = T{};  // as the Encoder leaves it out
      return;
    }
    ++members;
    try {
      decode(*found, value);
    } catch (const std::exception& e) {
      wrong(std::string(name) + ": " + e.what());
    }
  }
  const Json& json;
  std::size_t members = 0;
};

void decode(const Json& json, HasFields auto& value) {
  if (!json.is_object()) {
    wrong("an object is wanted");
  }
  Decoder decoder{json};
  fields(decoder, value);
  if (decoder.members != json.size()) {
    wrong("there is a member that is not known");
  }
}

// message.raw is there already.
void decode(const Json& json, store::StoredMessage& message) {
  decode(json.at("id"), message.id);
  const auto text = json.find("text");
  if (text != json.end() && text->is_array()) {
    const auto at = text->at(0).get<std::size_t>();
    const auto size = text->at(1).get<std::size_t>();
    if (at > message.raw.size() || size > message.raw.size() - at) {
      wrong("text: not within the raw bytes");
    }
    message.text = message.raw.substr(at, size);
  } else if (text != json.end()) {
    decode(*text, message.text);
  }
  message.packed = store::pack(message.text, message.raw);
}

// ---- pieces by name -------------------------------------------------------------------------------------------------------------

constexpr std::array<const char*, std::variant_size_v<store::Piece>> names = {"numbers", "person",  "message", "ticket",
                                                                              "notice",  "journal", "tally",   "known"};

// Raw bytes are most of a dump, and base64 has nothing in it that JSON would escape: they go past the JSON library, at the end of a message's line.
constexpr std::string_view raw_begins = ",\"raw\":\"";  // what no JSON string can hold
constexpr std::string_view raw_ends = "\"";

void add_raw(const store::Piece& piece, std::string& line) {
  const auto* message = std::get_if<store::StoredMessage>(&piece);
  if (message != nullptr && !message->raw.empty()) {
    constexpr std::string_view braces = "}}";
    line.resize(line.size() - braces.size());
    line.append(raw_begins).append(base::base64(message->raw)).append(raw_ends).append(braces);
  }
}

// Takes it out of the line.
std::string cut_raw(std::string& line) {
  const auto begin = line.find(raw_begins);
  if (begin == std::string::npos) {
    return "";
  }
  const auto from = begin + raw_begins.size();
  const auto end = std::min(line.find(raw_ends, from), line.size());
  auto raw = base::parse_base64(std::string_view(line).substr(from, end - from));
  if (!raw) {
    wrong("raw: not base64");
  }
  line.erase(begin, end + raw_ends.size() - begin);
  return std::move(*raw);
}

template <std::size_t I = 0>
store::Piece decode_piece(std::string_view name, const Json& json, std::string&& raw) {
  if constexpr (I == names.size()) {
    wrong(fmt::format("\"{}\" is not known", name));
  } else if (name == names[I]) {
    std::variant_alternative_t<I, store::Piece> value;
    if constexpr (std::same_as<decltype(value), store::StoredMessage>) {
      value.raw = std::move(raw);
    } else if (!raw.empty()) {
      wrong("raw: only a message has it");
    }
    decode(json, value);
    return value;
  } else {
    return decode_piece<I + 1>(name, json, std::move(raw));
  }
}

}  // namespace

std::string to_line(const store::Piece& piece) {
  Json json;
  json[names[piece.index()]] = std::visit([](const auto& value) { return encode(value); }, piece);
  std::string line = json.dump();  // all text in it is UTF-8
  add_raw(piece, line);
  return line + "\n";
}

store::Piece parse_piece(std::string line) {
  try {
    std::string raw = cut_raw(line);
    const Json json = Json::parse(line);
    if (!json.is_object() || json.size() != 1) {
      wrong("an object of one member is wanted");
    }
    return decode_piece(json.begin().key(), json.begin().value(), std::move(raw));
  } catch (const Json::exception& e) {
    wrong(e.what());
  }
}

std::string archive_head(base::Time now) {
  return json_line({{"ticket_dump", version}, {"time", base::rfc3339(now)}});
}

bool is_archive_head(const std::string& line) {
  const Json json = Json::parse(line, nullptr, false);
  return json.is_object() && json.value("ticket_dump", 0) == version;
}

}  // namespace ticketmilter::cli
