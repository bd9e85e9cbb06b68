// SPDX-License-Identifier: MIT
// The look-ups around compose(), which is pure.
#include "notify/prepare.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "mail/parse.h"
#include "notify/compose.h"
#include "notify/refused_list.h"
#include "policy/limits.h"
#include "policy/subject.h"

namespace ticketmilter::notify {
namespace {

constexpr std::size_t longest_text = 1 << 20;

std::string address_with(const policy::Policy& policy, const std::string& base_address, const std::string& extension) {
  const auto at = base_address.rfind('@');
  return base_address.substr(0, at) + policy.config.address.delimiter.front() + extension + base_address.substr(at);
}

std::string read_text(const store::Reader& reader, const tickets::Entry& entry) {
  std::string text;
  reader.read_text(entry.message, [&](std::string_view piece) {
    text.append(piece.substr(0, longest_text - std::min(text.size(), longest_text)));
  });
  return text;
}

// What was said, or of a mail that did not arrive what is known about it. A comment is for agents, whatever else its mail did to the ticket.
std::string text_of(const store::Reader& reader, const tickets::Entry& entry, const Kind& kind) {
  if (entry.kind == tickets::Kind::Comment && !kind.to_agents) {
    return "";
  }
  const std::string text = entry.message == tickets::MessageId{} ? "" : read_text(reader, entry);
  return text.empty() && kind.name == "undeliverable" ? base::join(entry.notes, "\n") : text;
}

std::string actor_name(const store::Reader& reader, const config::Config& config, const std::string& actor) {
  for (const auto& agent : config.agents) {
    if (std::ranges::find(agent.addresses, actor) != agent.addresses.end()) {
      return agent.name;
    }
  }
  const auto person = reader.find_person(actor);
  return person ? person->name : "";
}

// A file that is not in the raw message any more is left out.
std::vector<mail::OutgoingFile> read_files(const store::Reader& reader, const tickets::Entry& entry,
                                           std::uint64_t limit) {
  const auto chosen = passed_on(entry.attachments, limit);
  std::vector<mail::OutgoingFile> files;
  std::string raw;
  if (!chosen.empty()) {
    reader.read_raw(entry.message, [&](std::string_view piece) { raw.append(piece); });
  }
  for (const auto& attachment : chosen) {
    mail::OutgoingFile file{attachment.name, attachment.type, {}, attachment.disposition == "inline"};
    const auto take = [&](std::string_view piece) { file.content.append(piece); };
    if (mail::decode_part(raw, attachment.part, mail::ParseOptions{}.limits, take)) {
      files.push_back(std::move(file));
    }
  }
  return files;
}

// What the history has to say about a notice.
struct Trail {
  std::vector<std::string> message_ids;  // of the mails before the one it is about, oldest first
  std::string reply_to;                  // where its reader asked for answers, "" = nowhere else
  std::string foreign_tags;  // that other systems have put on its mails, so that an answer finds its way there, too
};

void add_foreign_tags(const tickets::Ticket& ticket, const std::string& subject,
                      const std::vector<std::string>& our_names, std::string& tags) {
  constexpr std::size_t longest = 200;  // of a subject full of tags
  for (const auto& tag : policy::foreign_tags(subject, our_names)) {
    const bool has = ticket.subject.find(tag) != std::string::npos || tags.find(tag) != std::string::npos;
    tags += has || tags.size() > longest ? "" : tag + " ";
  }
}

Trail trail_of(const store::Reader& reader, const tickets::Ticket& ticket, const tickets::Notice& notice,
               const std::vector<std::string>& our_names) {
  Trail trail;
  for (const auto& entry : reader.entries(notice.ticket)) {
    if (entry.id < notice.entry && !entry.message_id.empty()) {
      trail.message_ids.push_back(entry.message_id);
    }
    if (entry.actor == notice.to && (entry.proven || entry.kind == tickets::Kind::Create)) {
      trail.reply_to = entry.reply_to;  // others may be forged, to lead the answers away
    }
    if (entry.kind == tickets::Kind::Correspond && entry.id <= notice.entry) {
      add_foreign_tags(ticket, entry.subject, our_names, trail.foreign_tags);
    }
  }
  return trail;
}

// Why this person is not to have it any more; "" = nothing stands against it.
std::string hindrance(const store::Reader& reader, const policy::Policy& policy, const tickets::Ticket& ticket,
                      const std::string& to, base::Time now) {
  if (std::ranges::find(ticket.squelched, to) != ticket.squelched.end()) {
    return "squelched";
  }
  if (const auto rule = policy.filters.refuse_notice(to, ticket.subject)) {
    return "filter " + *rule;
  }
  tickets::Question question;
  const auto stopped = policy::tally_of(policy.config.limit, policy::Counted::Stopped, to);
  question.tallies = {stopped};
  return policy::why_stopped(reader.view(question).tally(stopped), now);
}

class Preparer {
 public:
  Preparer(const store::Reader& reader, const policy::Policy& policy, const Templates& templates,
           const tickets::Notice& notice, base::Time now)
      : reader_(reader), policy_(policy), templates_(templates), notice_(notice), now_(now) {}

  Prepared about_ticket() const {
    tickets::Question question;
    question.tickets = {notice_.ticket};
    const auto view = reader_.view(question);
    const auto* ticket = view.survivor(notice_.ticket);
    const auto entry = reader_.find_entry(notice_.ticket, notice_.entry);
    if (ticket == nullptr || ticket->status == tickets::Status::Deleted || !entry) {
      return dropped("the ticket is gone");
    }
    const auto trail = trail_of(reader_, *ticket, notice_, policy_.tags);
    for (const auto& address : {notice_.to, address_for(kind(), trail)}) {
      if (const auto why = hindrance(reader_, policy_, *ticket, address, now_); !why.empty()) {
        return dropped(why);
      }
    }
    return write(kind(), *ticket, *entry, queue_of(*ticket), trail);
  }

  Prepared about_none(std::string_view kind_name, const std::string& subject, const std::string& text) const {
    tickets::Ticket none;
    none.subject = subject;
    const tickets::Entry no_entry;
    const auto& queue = policy_.config.queues.front();
    Notice said{*find_kind(kind_name), none, no_entry, notice_.to, "", text, "", {}, marks()};
    return finish(said, queue);
  }

 private:
  static Prepared dropped(const std::string& why) {
    Prepared prepared;
    prepared.dropped = why;
    return prepared;
  }

  const Kind& kind() const {
    const auto* found = find_kind(notice_.template_name);
    if (found == nullptr) {
      throw base::Error(base::Kind::Permanent, "there is no template " + base::for_log(notice_.template_name));
    }
    return *found;
  }

  const config::Queue& queue_of(const tickets::Ticket& ticket) const {
    const auto* queue = policy_.config.find_queue(ticket.queue);
    if (queue == nullptr) {
      throw base::Error(base::Kind::Config, "the configuration has no queue " + base::for_log(ticket.queue));
    }
    return *queue;
  }

  // An acknowledgement is our own answer to whoever claims to have written, and goes nowhere else.
  std::string address_for(const Kind& kind, const Trail& trail) const {
    const bool elsewhere = !kind.to_agents && kind.voice != Voice::Reply && !trail.reply_to.empty();
    return elsewhere ? trail.reply_to : notice_.to;
  }

  Marks marks() const {
    const auto& tokens = policy_.tokens;
    return {tokens.message_id({notice_.ticket, notice_.entry, notice_.id}), "", {}, "", tokens.loop_mark()};
  }

  Prepared write(const Kind& kind, const tickets::Ticket& ticket, const tickets::Entry& entry,
                 const config::Queue& queue, const Trail& trail) const {
    const bool comment = kind.name == "comment";
    tickets::Ticket shown = ticket;
    shown.subject = trail.foreign_tags + ticket.subject;
    Notice said{
        kind,           shown, entry,  address_for(kind, trail), actor_name(reader_, policy_.config, entry.actor), "",
        notice_.failed, {},    marks()};
    said.marks.ticket_id = policy_.tokens.message_id({ticket.id, 0, 0});
    said.marks.references = trail.message_ids;
    said.marks.reply_address = reply_address(policy_, queue, ticket.id, notice_.to, comment);
    if (kind.voice != Voice::Reply) {
      said.text = text_of(reader_, entry, kind);
    }
    if (kind.voice == Voice::Person) {
      said.files = read_files(reader_, entry, policy_.config.notify.attach);
    }
    return finish(said, queue);
  }

  Prepared finish(const Notice& said, const config::Queue& queue) const {
    const auto& domain = policy_.config.site.domain;
    Prepared prepared;
    prepared.recipient = said.to;
    prepared.message = mail::write(compose(said, policy_.config, queue, templates_, now_));
    prepared.envelope_id = said.marks.message_id;
    if (!said.kind.null_sender) {
      const std::string extension = policy_.tokens.bounce_extension(notice_.ticket, notice_.id);
      prepared.sender = address_with(policy_, "bounce@" + domain, extension);
    }
    return prepared;
  }

  const store::Reader& reader_;
  const policy::Policy& policy_;
  const Templates& templates_;
  const tickets::Notice& notice_;
  const base::Time now_;
};

// A few lines on one notice.
std::string digest_item(const store::Reader& reader, const policy::Policy& policy, const tickets::Notice& notice,
                        base::Time now) {
  constexpr std::size_t shown = 300;  // code points of what was said
  const auto ticket = reader.find_ticket(notice.ticket);
  const auto entry = reader.find_entry(notice.ticket, notice.entry);
  if (!ticket || !entry || ticket->status == tickets::Status::Deleted ||
      !hindrance(reader, policy, *ticket, notice.to, now).empty()) {
    return "";
  }
  const auto* queue = policy.config.find_queue(ticket->queue);
  std::string item =
      fmt::format("[{} #{}] {}\n{}, {} by {}\n", queue != nullptr ? queue->tag : ticket->queue, number(ticket->id),
                  ticket->subject, base::rfc3339(entry->created), name(entry->kind), entry->actor);
  const auto* kind = find_kind(notice.template_name);
  const std::string said = kind != nullptr ? base::first_code_points(text_of(reader, *entry, *kind), shown) : "";
  for (const auto line : base::split(said, '\n')) {
    item.append("    ").append(line) += '\n';
  }
  return item + "\n";
}

}  // namespace

Prepared prepare(const store::Reader& reader, const policy::Policy& policy, const Templates& templates,
                 const tickets::Notice& notice, base::Time now) {
  const Preparer preparer(reader, policy, templates, notice, now);
  if (notice.ticket != tickets::TicketId{}) {
    return preparer.about_ticket();
  }
  const auto since = notice.since.value_or(notice.created - std::chrono::hours(24));
  const auto entries = reader.journal({"", since, max_refused});
  return preparer.about_none(notice.template_name, fmt::format("What {} refused", policy.config.site.name),
                             refused_list(entries, notice.created, policy.config.automatic.loops_to_owner));
}

Prepared prepare_digest(const store::Reader& reader, const policy::Policy& policy, const Templates& templates,
                        const std::vector<tickets::Notice>& notices, base::Time now) {
  std::string text;
  std::size_t items = 0;
  for (const auto& notice : notices) {
    const std::string item = digest_item(reader, policy, notice, now);
    items += item.empty() ? 0 : 1;
    text += item;
  }
  if (items == 0) {
    Prepared none;
    none.dropped = "nothing is left of it";
    return none;
  }
  const auto subject = fmt::format("{}: {} {}", policy.config.site.name, items, items == 1 ? "message" : "messages");
  return Preparer(reader, policy, templates, notices.front(), now).about_none("digest", subject, text);
}

// A queue that takes no extensions gets the answers at its plain address, where msg-ids and subject tags lead them on.
std::string reply_address(const policy::Policy& policy, const config::Queue& queue, tickets::TicketId ticket,
                          const std::string& person, bool comment) {
  const bool own_address = comment && !queue.comment_addresses.empty();
  const std::string& base_address = own_address ? queue.comment_addresses.front() : queue.addresses.front();
  if (queue.extension == config::ExtensionMode::None) {
    return base_address;
  }
  const std::string prefix = comment && !own_address ? "comment-" : "";
  return address_with(policy, base_address, prefix + policy.tokens.reply_extension(ticket, person));
}

}  // namespace ticketmilter::notify
