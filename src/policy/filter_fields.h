// SPDX-License-Identifier: MIT
// The fields that filter terms ask for, by the names that the configuration gives them, and what a message says in each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/address.h"
#include "policy/filters.h"

namespace ticketmilter::policy {

// "author.domain" taken apart once, at load.
struct FilterField {
  enum class Source {
    EnvelopeSender,
    EnvelopeRecipient,
    Author,
    ReplyTo,
    Sender,
    AnySender,  // what the arrays [filter.sender] are tried against
    Subject,
    Header,
    Body,
    AttachmentName,
    AttachmentType,
    Class,
    Client,
    Size,
    Nothing,
  };
  enum class Part { Address, Local, Domain, Name };
  Source source = Source::Nothing;
  Part part = Part::Address;
  std::string header;  // of Header

  bool operator==(const FilterField&) const = default;
};
FilterField parse_filter_field(std::string_view name);

// What is known of a mail that comes in, or of a notice that goes out. What is not known yet is empty, unlike what is known to be nothing.
struct FilterSource {
  using Mailboxes = std::optional<std::vector<mail::Mailbox>>;
  Mailboxes envelope_sender, recipient, author, reply_to, sender;
  std::optional<std::string> login, subject, client, mail_class;
  const mail::Facts* facts = nullptr;
};
FilterSource inbound_source(const FilterSubject& subject);
FilterSource outbound_source(const std::string& to, const std::string& subject);

// The field's values as UTF-8, not folded; whole: more may become known later.
struct FilterValues {
  std::vector<std::string> values;
  bool whole = true;
};
FilterValues values_of(const FilterField& field, const FilterSource& source);

}  // namespace ticketmilter::policy
