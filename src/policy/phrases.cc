// SPDX-License-Identifier: MIT
// The lists S1 and S2. Letters that NFKD does not take apart (the ae ligature, the dotless i) stand here in both spellings.
#include "policy/phrases.h"

#include <algorithm>

#include "base/text.h"

namespace ticketmilter::policy {
namespace {

constexpr std::string_view kBounce[] = {
    "could not send message",
    "couldn't be delivered",
    "delivery failed",
    "delivery failure",
    "delivery report",
    "delivery status",
    "delivery warning",
    "failure delivery",
    "failure notice",
    "delivery status notification",
    "hasn't been delivered",
    "mail failure",
    "mail delivery failed",
    "mail system error",
    "delivery error",
    "delivery has failed",
    "returned mail",
    "nondeliverable",
    "undeliverable",
    "undelivered",
    "message status - undeliverable",
    "warning: could not send",
    "unzustellbar",
    "nicht zugestellt",
    "non remis",
    "non livre",
    "no se puede entregar",
    "nao entregue",
    "niet bezorgd",
    "mancato recapito",
    "nedoruceno",
};

constexpr std::string_view kAutoReply[] = {
    "auto:",
    "autoreply",
    "auto reply",
    "auto-reply",
    "automatic reply",
    "automated reply",
    "auto response",
    "automatic response",
    "out of office",
    "out of the office",
    "away from the office",
    "on vacation",
    "vacation reply",
    "abwesenheit",
    "automatische antwort",
    "automatisch antwoord",
    "afwezig",
    "automatisk svar",
    "autosvar",
    "fravaer",
    "fravær",
    "franvaro",
    "reponse automatique",
    "absence du bureau",
    "respuesta automatica",
    "fuera de la oficina",
    "resposta automatica",
    "ausencia",
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    "automatyczna odpowiedz",
    "poza biurem",
    "автоответ",
    "automaticka odpoved",
    "automatikus valasz",
    "otomatik yanit",
    "otomatik yanıt",
    "自动回复",
    "自動回復",
    "自動回覆",
    "自動応答",
};

constexpr std::string_view kReceipt = "message status - opened";
constexpr std::string_view kDelay[] = {"delay",
                                       "delayed",
                                       "warning",
                                       "could not send message for past",
                                       "still trying",
                                       "deferred",
                                       "temporarily",
                                       "not yet delivered",
                                       "not delivered yet"};

// Letters and digits of any script; what is no ASCII is taken for a letter.
bool is_word(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 0x80 || (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z');
}

// The phrase with no letter running on at either end; an end that is punctuation needs none.
bool has_words(std::string_view text, std::string_view phrase) {
  for (auto at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + 1)) {
    const auto end = at + phrase.size();
    const bool starts = at == 0 || !is_word(phrase.front()) || !is_word(text[at - 1]);
    const bool ends = end == text.size() || !is_word(phrase.back()) || !is_word(text[end]);
    if (starts && ends) {
      return true;
    }
  }
  return false;
}

bool has_any(std::string_view text, std::span<const std::string_view> phrases) {
  return std::ranges::any_of(phrases, [&](std::string_view phrase) { return has_words(text, phrase); });
}

// No phrase is looked for behind this; a subject may be as long as the header.
constexpr std::size_t kCodePoints = 1000;

// The typographer's apostrophe as the typist's.
std::string plain_apostrophes(std::string_view text) {
  constexpr std::string_view kCurly = "\xE2\x80\x99";
  std::string plain;
  std::size_t from = 0;
  for (auto at = text.find(kCurly); at != std::string_view::npos; at = text.find(kCurly, from)) {
    plain.append(text.substr(from, at - from)).push_back('\'');
    from = at + kCurly.size();
  }
  return plain.append(text.substr(from));
}

}  // namespace

FoldedSubject::FoldedSubject(std::string_view utf8)
    : text_(plain_apostrophes(base::fold_for_match(base::first_code_points(utf8, kCodePoints)))) {}

bool FoldedSubject::is_bounce() const {
  return has_any(text_, kBounce) || is_receipt();
}

bool FoldedSubject::is_receipt() const {
  return has_words(text_, kReceipt);
}

bool FoldedSubject::is_delay() const {
  return has_any(text_, kDelay);
}

bool FoldedSubject::is_auto_reply() const {
  return std::ranges::any_of(kAutoReply, [&](std::string_view phrase) { return text_.starts_with(phrase); });
}

std::span<const std::string_view> bounce_phrases() {
  return kBounce;
}

std::span<const std::string_view> auto_reply_phrases() {
  return kAutoReply;
}

}  // namespace ticketmilter::policy
