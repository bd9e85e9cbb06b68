// SPDX-License-Identifier: MIT
// Bodies are windows into a megabyte of sentences (or of base64) that is made once: text that compresses as real mail does, at the price of a copy.
#include "mail.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <random>

namespace ticketmilter::bench {
namespace {

constexpr std::size_t pool_size = 1 << 20;

constexpr auto words = std::to_array<std::string_view>(
    {"the",        "printer",     "on",        "third",    "floor",     "does",      "not",      "answer",
     "since",      "monday",      "we",        "have",     "already",   "tried",     "to",       "restart",
     "it",         "twice",       "and",       "changed",  "cable",     "but",       "error",    "light",
     "stays",      "red",         "please",    "send",     "somebody",  "who",       "can",      "look",
     "at",         "this",        "before",    "meeting",  "with",      "our",       "customer", "from",
     "hamburg",    "thank",       "you",       "for",      "quick",     "help",      "last",     "week",
     "invoice",    "number",      "is",        "missing",  "in",        "account",   "list",     "that",
     "was",        "sent",        "yesterday", "evening",  "could",     "check",     "whether",  "payment",
     "has",        "arrived",     "my",        "password", "expired",   "while",     "i",        "am",
     "travelling", "so",          "cannot",    "reach",    "mailbox",   "any",       "longer",   "server",
     "room",       "temperature", "alarm",     "went",     "off",       "during",    "night",    "technician",
     "found",      "broken",      "fan",       "which",    "should",    "be",        "replaced", "under",
     "warranty",   "contract",    "delivery",  "of",       "new",       "laptops",   "delayed",  "until",
     "next",       "month",       "because",   "supplier", "waiting",   "parts",     "students", "laboratory",
     "need",       "access",      "shared",    "folder",   "project",   "ends",      "friday",   "backup",
     "job",        "reports",     "warning",   "about",    "full",      "disk",      "although", "removed",
     "old",        "archives",    "would",     "it's",     "possible",  "move",      "database", "another",
     "machine",    "without",     "stopping",  "service",  "more",      "than",      "few",      "minutes",
     "colleague",  "left",        "company",   "her",      "telephone", "extension", "there",    "are",
     "several",    "copies",      "same",      "document", "nobody",    "knows",     "current",  "version",
     "regards",    "question",    "remains",   "open",     "explained", "phone",     "call",     "after",
     "update",     "screen",      "black",     "only",     "pointer",   "visible",   "external", "monitor",
     "works",      "fine",        "however",   "keyboard", "layout",    "switches",  "english",  "every",
     "time",       "computer",    "wakes",     "up",       "network",   "socket",    "beside",   "window",
     "dead",       "measured",    "no",        "signal",   "all",       "both",      "ends",     "patch"});

constexpr auto given =
    std::to_array<std::string_view>({"Alice", "Bruno", "Chiara", "Dmitri", "Elena", "Farid", "Grace", "Hugo"});
constexpr auto family =
    std::to_array<std::string_view>({"Abel", "Becker", "Costa", "Dupont", "Eriksen", "Fischer", "Gallo", "Hansen"});

// Sentences of 5 to 16 words, common words more often, wrapped at 72 columns. Whole lines only, none starts with a dot.
std::string make_text() {
  std::mt19937 random(42);  // NOLINT(cert-msc51-cpp): the same in every process is the point
  std::string text;
  std::size_t column = 0;
  std::size_t left = 0;
  while (text.size() < pool_size) {
    const auto pick = std::min(random() % words.size(), random() % words.size());
    std::string word(words[pick]);
    if (left == 0) {
      left = 5 + random() % 12;
      word[0] = static_cast<char>(word[0] - 'a' + 'A');
    }
    word += --left == 0 ? "." : random() % 12 == 0 ? "," : "";
    const bool paragraph = left == 0 && random() % 6 == 0;
    text += column == 0 ? "" : column + word.size() > 70 ? "\r\n" : " ";
    column = text.ends_with('\n') ? word.size() : column + 1 + word.size();
    text += word;
    if (paragraph) {
      text += "\r\n\r\n";
      column = 0;
    }
  }
  return text + "\r\n";
}

std::string make_base64() {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::mt19937 random(43);  // NOLINT(cert-msc51-cpp)
  std::string text;
  while (text.size() < pool_size) {
    for (int i = 0; i < 76; ++i)
      text += alphabet[random() % alphabet.size()];
    text += "\r\n";
  }
  return text;
}

std::string_view text_pool() {
  static const std::string pool = make_text();
  return pool;
}
std::string_view base64_pool() {
  static const std::string pool = make_base64();
  return pool;
}

// RFC 5322, once a second is enough.
const std::string& date() {
  static std::time_t at = 0;
  static std::string text;
  if (const auto now = std::time(nullptr); now != at) {
    at = now;
    text = fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(now));
  }
  return text;
}

std::size_t line_start(std::string_view pool, std::size_t at) {
  const auto end = pool.rfind('\n', at);
  return end == std::string_view::npos ? 0 : (end + 1) % pool.size();
}

}  // namespace

Mail::Mail(std::uint64_t n, const Shape& shape) : number(n), recipient(shape.recipient) {
  const auto author = n * 2654435761U % shape.authors;
  const auto name = fmt::format("{} {}", given[author % given.size()], family[author / given.size() % family.size()]);
  sender = fmt::format("person{}@customers.example", author);
  add_trace(author);
  const bool attach = shape.size > pool_size;
  const auto boundary = fmt::format("=_part_{}_{}", shape.tag, n);
  const auto id = message_id(shape.tag, n);
  fields.push_back({"Date", date()});
  fields.push_back({"From", fmt::format("{} <{}>", name, sender)});
  fields.push_back({"To", fmt::format("Example Support <{}>", recipient)});
  fields.push_back({"Subject", fmt::format("{} {} {}: case {}", words[n % words.size()], words[n / 7 % words.size()],
                                           words[n / 11 % words.size()], n)});
  fields.push_back({"Message-ID", fmt::format("<{}>", id)});
  fields.push_back({"MIME-Version", "1.0"});
  fields.push_back({"Content-Type",
                    attach ? fmt::format("multipart/mixed; boundary=\"{}\"", boundary) : "text/plain; charset=utf-8"});
  fields.push_back({"Content-Transfer-Encoding", "7bit"});
  fields.push_back({"Content-Language", "en-GB"});
  fields.push_back({"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.3.1"});
  prefix_ = fmt::format("Dear support,\r\n\r\nthis is about case {} ({}).\r\n\r\n", n, id);
  if (attach)
    wrap(boundary);
  fill(attach ? base64_pool() : text_pool(), shape.size);
}

// What the servers on the way added.
void Mail::add_trace(std::uint64_t author) {
  fields.push_back(
      {"Received", fmt::format("from desk{0}.customers.example (desk{0}.customers.example [192.0.2.{1}])\n\t"
                               "by out.customers.example (Postfix) with ESMTPSA id {2:010X}\n\tfor <{3}>; {4}",
                               author % 97, 1 + author % 250, number, recipient, date())});
  fields.push_back(
      {"DKIM-Signature", fmt::format("v=1; a=rsa-sha256; c=relaxed/relaxed; d=customers.example; s=s2026;\n\t"
                                     "t=1795237200; bh={:044x};\n\th=Date:From:To:Subject:Message-ID;\n\t"
                                     "b={:064x}{:064x}",
                                     number * 31, number * 37, number * 41)});
}

// A text and an attachment, for which the pool is to stand.
void Mail::wrap(const std::string& boundary) {
  prefix_ = fmt::format(
      "--{0}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{1}--{0}\r\n"
      "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; filename=\"report-{2}.bin\"\r\n\r\n",
      boundary, prefix_, number);
  suffix_ = fmt::format("--{}--\r\n", boundary);
}

// The middle of the body: whole lines of the pool from somewhere on, until there are about size bytes.
void Mail::fill(std::string_view pool, std::size_t size) {
  pool_ = pool;
  start_ = line_start(pool, number * 2654435761U % pool.size());
  const auto fixed = prefix_.size() + suffix_.size();
  const auto wanted = size > fixed ? size - fixed : 0;
  const auto cut = (start_ + wanted) % pool.size();
  const auto half_a_line = cut == 0 ? 0 : cut - line_start(pool, cut - 1);
  length_ = wanted > half_a_line ? wanted - half_a_line : 0;
}

void Mail::read_body(std::size_t at, std::size_t n, std::string& to) const {
  const auto stop = std::min(at + n, body_size());
  while (at < stop) {
    std::string_view piece;
    if (at < prefix_.size()) {
      piece = std::string_view(prefix_).substr(at);
    } else if (at < prefix_.size() + length_) {
      const auto done = at - prefix_.size();
      piece = pool_.substr((start_ + done) % pool_.size()).substr(0, length_ - done);
    } else {
      piece = std::string_view(suffix_).substr(at - prefix_.size() - length_);
    }
    piece = piece.substr(0, stop - at);
    to += piece;
    at += piece.size();
  }
}

std::string message_id(const std::string& tag, std::uint64_t number) {
  return fmt::format("{}.{}@load.example", tag, number);
}

bool parse_message_id(std::string_view id, const std::string& tag, std::uint64_t& number) {
  if (!id.starts_with(tag + ".") || !id.ends_with("@load.example"))
    return false;
  const auto from = id.data() + tag.size() + 1;
  const auto [end, error] = std::from_chars(from, id.data() + id.size(), number);
  return error == std::errc() &&
         std::string_view(end, static_cast<std::size_t>(id.data() + id.size() - end)) == "@load.example";
}

}  // namespace ticketmilter::bench
