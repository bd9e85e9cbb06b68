// SPDX-License-Identifier: MIT
// An address gives four fields; everything else one.
#include "policy/filter_fields.h"

#include "base/text.h"
#include "mail/words.h"

namespace ticketmilter::policy {
namespace {

using Source = FilterField::Source;
using Part = FilterField::Part;

constexpr std::size_t kValues = 1000;        // of one field; as many as a message may have parts
constexpr std::size_t kValueSize = 8 << 10;  // bytes looked at of one value, but for the body

constexpr std::pair<std::string_view, Source> kSources[] = {{"envelope.sender", Source::EnvelopeSender},
                                                            {"envelope.recipient", Source::EnvelopeRecipient},
                                                            {"any-sender", Source::AnySender},
                                                            {"subject", Source::Subject},
                                                            {"body", Source::Body},
                                                            {"attachment.name", Source::AttachmentName},
                                                            {"attachment.type", Source::AttachmentType},
                                                            {"class", Source::Class},
                                                            {"client", Source::Client},
                                                            {"size", Source::Size}};
constexpr std::pair<std::string_view, Source> kPeople[] = {
    {"author.", Source::Author}, {"reply_to.", Source::ReplyTo}, {"sender.", Source::Sender}};
constexpr std::pair<std::string_view, Part> kParts[] = {
    {"address", Part::Address}, {"local", Part::Local}, {"domain", Part::Domain}, {"name", Part::Name}};

std::vector<mail::Mailbox> mailbox_of(std::string_view path, bool utf8) {
  const auto address = mail::parse_path(path, utf8);
  return address ? std::vector<mail::Mailbox>{{"", *address}} : std::vector<mail::Mailbox>{};
}

std::string part_of(const mail::Mailbox& mailbox, Part part) {
  switch (part) {
    case Part::Address: return mailbox.address.spec();
    case Part::Local: return mailbox.address.local;
    case Part::Domain: return mailbox.address.domain;
    case Part::Name: return mailbox.name;
  }
  return {};
}

void add(FilterValues& out, std::string value, std::size_t size = kValueSize) {
  if (value.size() > size) {
    value.resize(size);
  }
  if (!value.empty() && out.values.size() < kValues) {
    out.values.push_back(std::move(value));
  }
}

void add(FilterValues& out, const FilterSource::Mailboxes& mailboxes, std::initializer_list<Part> parts) {
  out.whole = out.whole && mailboxes.has_value();
  if (mailboxes) {
    for (const auto& mailbox : *mailboxes) {
      for (const Part part : parts) {
        add(out, part_of(mailbox, part));
      }
    }
  }
}

void add(FilterValues& out, const std::optional<std::string>& text) {
  out.whole = out.whole && text.has_value();
  if (text) {
    add(out, *text);
  }
}

void add_from_facts(FilterValues& out, const FilterField& field, const mail::Facts* facts) {
  out.whole = facts != nullptr;
  if (!facts) {
    return;
  }
  if (field.source == Source::Body) {
    return add(out, facts->text, facts->text.size());
  }
  if (field.source == Source::Header) {
    for (const std::string_view value : facts->all(field.header)) {
      add(out, base::one_line(mail::decode_words(value.substr(0, kValueSize), mail::default_fallbacks())));
    }
    return;
  }
  for (const auto& attachment : facts->attachments) {
    add(out, field.source == Source::AttachmentName ? attachment.name : attachment.type);
  }
}

}  // namespace

FilterField parse_filter_field(std::string_view name) {
  for (const auto& [known, source] : kSources) {
    if (name == known) {
      return {source, Part::Address, ""};
    }
  }
  if (name.starts_with("header:")) {
    return {Source::Header, Part::Address, base::ascii_lower(name.substr(7))};
  }
  for (const auto& [person, source] : kPeople) {
    for (const auto& [word, part] : kParts) {
      if (name.starts_with(person) && name.substr(person.size()) == word) {
        return {source, part, ""};
      }
    }
  }
  return {};
}

FilterSource inbound_source(const FilterSubject& subject) {
  const mail::Envelope& envelope = subject.envelope;
  FilterSource source;
  source.envelope_sender = mailbox_of(envelope.sender, envelope.utf8);
  source.recipient = mailbox_of(subject.recipient, envelope.utf8);
  source.login = envelope.login;
  source.client = envelope.client;
  if (subject.facts) {
    source.facts = subject.facts;
    source.author = subject.facts->from;
    source.reply_to = subject.facts->reply_to;
    source.sender = subject.facts->sender;
    source.subject = subject.facts->subject;
  }
  if (subject.classification) {
    source.mail_class = name(subject.classification->mail_class);
  }
  return source;
}

// Whoever is asked for in a notice is whom it goes to.
FilterSource outbound_source(const std::string& to, const std::string& subject) {
  FilterSource source;
  source.recipient = mailbox_of(to, true);
  source.author = source.reply_to = source.sender = source.recipient;
  source.subject = subject;
  return source;
}

FilterValues values_of(const FilterField& field, const FilterSource& source) {
  FilterValues out;
  switch (field.source) {
    case Source::EnvelopeSender: add(out, source.envelope_sender, {Part::Address}); break;
    case Source::EnvelopeRecipient: add(out, source.recipient, {Part::Address}); break;
    case Source::Author: add(out, source.author, {field.part}); break;
    case Source::ReplyTo: add(out, source.reply_to, {field.part}); break;
    case Source::Sender: add(out, source.sender, {field.part}); break;
    case Source::AnySender:  // local-part and domain of an address stand in it
      add(out, source.envelope_sender, {Part::Address});
      add(out, source.author, {Part::Address, Part::Name});
      add(out, source.sender, {Part::Address, Part::Name});
      add(out, source.reply_to, {Part::Address});
      add(out, source.login);
      break;
    case Source::Subject: add(out, source.subject); break;
    case Source::Class: add(out, source.mail_class); break;
    case Source::Client: add(out, source.client); break;
    case Source::Header:
    case Source::Body:
    case Source::AttachmentName:
    case Source::AttachmentType: add_from_facts(out, field, source.facts); break;
    case Source::Size:
    case Source::Nothing: break;
  }
  return out;
}

}  // namespace ticketmilter::policy
