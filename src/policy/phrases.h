// SPDX-License-Identifier: MIT
// Subjects that machines write, in the languages they write them in. A subject alone never makes a class: it is asked only where something
// else is already suspicious. Phrases and subjects are compared in the form of base::fold_for_match.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ticketmilter::policy {

// One subject, folded once and asked many times.
class FoldedSubject {
 public:
  explicit FoldedSubject(std::string_view utf8);
  // Has a bounce phrase (list S1), anywhere, as whole words.
  bool is_bounce() const;
  // The phrase of a read receipt, which programs send as if it were a bounce.
  bool is_receipt() const;
  // Tells of a delay: the mail is still on its way.
  bool is_delay() const;
  // Begins with an auto-reply phrase (list S2); a "Re:" before it counts as another beginning.
  bool is_auto_reply() const;

 private:
  std::string text_;
};

// The lists themselves, for the test that they are in folded form.
std::span<const std::string_view> bounce_phrases();
std::span<const std::string_view> auto_reply_phrases();

}  // namespace ticketmilter::policy
