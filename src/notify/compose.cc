// SPDX-License-Identifier: MIT
// Every rule for a notice's header stands here, one function a group of fields; what a notice says stands in its template.
#include "notify/compose.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>

#include "base/digest.h"
#include "base/error.h"
#include "base/size.h"
#include "base/text.h"

namespace ticketmilter::notify {
namespace {

constexpr std::size_t first_references = 4;
constexpr std::size_t last_references = 6;
constexpr std::size_t longest_name = 100;  // code points of a person's name

mail::Address address(const std::string& text) {
  auto parsed = mail::parse_addr_spec(text);
  if (!parsed) {
    throw base::Error(base::Kind::Permanent, "no address: " + base::for_log(text));
  }
  return *parsed;
}

// A name that holds an address would show it to who may not see it, or show a wrong one.
std::string shown_name(const std::string& name) {
  const std::string line = base::first_code_points(base::one_line(name), longest_name);
  return line.find('@') == std::string::npos ? line : "";
}

// Letters, digits and hyphens of a queue's name, for a List-Id.
std::string list_label(std::string_view queue) {
  std::string label;
  for (const char c : base::ascii_lower(queue)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain || (!label.empty() && label.back() != '-')) {
      label += plain ? c : '-';
    }
  }
  return label.empty() ? "queue" : label;
}

std::string with_number(std::string url, tickets::TicketId id) {
  if (const auto place = url.find("{id}"); place != std::string::npos) {
    url.replace(place, 4, fmt::format("{}", number(id)));
  }
  return url;
}

std::string without(std::string text, const std::string& tag) {
  const std::string lower = base::ascii_lower(tag);
  for (auto at = base::ascii_lower(text).find(lower); at != std::string::npos;
       at = base::ascii_lower(text).find(lower)) {
    text.erase(at, tag.size());
  }
  return text;
}

// Which attachments go along.
std::vector<bool> fitting(const std::vector<mail::Attachment>& attachments, std::uint64_t limit) {
  std::vector<bool> fits;
  for (const auto& attachment : attachments) {
    fits.push_back(attachment.size <= limit);
    limit -= fits.back() ? attachment.size : 0;
  }
  return fits;
}

class Composer {
 public:
  Composer(const Notice& notice, const config::Config& config, const config::Queue& queue)
      : notice_(notice), kind_(notice.kind), ticket_(notice.ticket), config_(config), queue_(queue) {}

  mail::Outgoing run(const Template& source, base::Time now) const {
    Rendered said = render(source, values());
    mail::Outgoing made;
    made.date = now;
    made.from = {from_name(), address(from_address())};
    made.to = {"", address(notice_.to)};
    if (!notice_.marks.reply_address.empty()) {
      made.reply_to = mail::Mailbox{"", address(notice_.marks.reply_address)};
    }
    made.subject = has_ticket() ? tagged_subject(said.subject, ticket_.id, queue_.tag, tag_names()) : said.subject;
    add_ids(made);
    add_automatic_fields(made.fields);
    add_own_fields(made.fields);
    made.fields.insert(made.fields.end(), said.fields.begin(), said.fields.end());
    made.text = std::move(said.text);
    made.html = std::move(said.html);
    if (kind_.voice == Voice::Person) {
      made.files = notice_.files;
    }
    made.boundary = base::hex(base::digest("boundary " + notice_.marks.message_id));
    return made;
  }

 private:
  bool has_ticket() const { return number(ticket_.id) != 0; }
  std::string tag() const { return has_ticket() ? fmt::format("{} #{}", queue_.tag, number(ticket_.id)) : ""; }
  bool is_comment() const { return kind_.name == "comment" && !queue_.comment_addresses.empty(); }
  const std::string& from_address() const {
    return is_comment() ? queue_.comment_addresses.front() : queue_.addresses.front();
  }

  std::vector<std::string> tag_names() const {
    std::vector<std::string> names = config_.site.former_names;
    names.push_back(config_.site.name);
    return names;
  }

  // "Ann Clerk via Example Support" where somebody speaks or acts.
  std::string from_name() const {
    const std::string name = shown_name(notice_.actor_name);
    if (kind_.null_sender || kind_.name == "undeliverable" || name.empty()) {
      return queue_.from_name;
    }
    return queue_.from_name.empty() ? name : name + " via " + queue_.from_name;
  }

  // As the text names who acted: agents may see the address.
  std::string actor() const {
    const std::string name = shown_name(notice_.actor_name);
    const std::string& who = notice_.entry.actor;
    if (kind_.to_agents && who.find('@') != std::string::npos) {  // "login:ann" is none
      return name.empty() ? who : name + " <" + who + ">";
    }
    return name.empty() ? queue_.from_name : name;
  }

  Values values() const {
    Values v;
    v.words = {{"tag", tag()},
               {"queue", queue_.name},
               {"subject", plain_subject()},
               {"site", config_.site.name},
               {"from_name", queue_.from_name.empty() ? config_.site.name : queue_.from_name},
               {"support_contact", config_.site.support_contact},
               {"actor", actor()},
               {"cc", base::join(ticket_.cc, ", ")}};
    if (has_ticket()) {
      v.words["id"] = fmt::format("{}", number(ticket_.id));
      v.words["status"] = name(ticket_.status);
      v.words["url"] = with_number(kind_.to_agents ? config_.notify.url : config_.notify.url_requestor, ticket_.id);
    }
    if (kind_.to_agents) {
      v.words["requestors"] = base::join(ticket_.requestors, ", ");
      v.words["owner"] = ticket_.owner;
      v.words["failed"] = notice_.failed;
    }
    if (kind_.voice != Voice::Reply) {
      v.words["text"] = std::string(trim_end(notice_.text));
      v.files = named_files();
    }
    return v;
  }

  static std::string_view trim_end(std::string_view text) {
    return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  }

  // The ticket's subject without our tag, which is put before all of it once.
  std::string plain_subject() const {
    std::string subject = ticket_.subject;
    auto names = tag_names();
    names.push_back(queue_.tag);
    for (const auto& name : names) {
      subject = without(subject, fmt::format("[{} #{}]", name, number(ticket_.id)));
    }
    const std::string line = base::one_line(subject);
    return line.empty() ? "(no subject)" : line;
  }

  std::vector<Words> named_files() const {
    std::vector<Words> named;
    const auto fits = fitting(notice_.entry.attachments, config_.notify.attach);
    for (std::size_t i = 0; i < fits.size(); ++i) {
      const auto& attachment = notice_.entry.attachments[i];
      if (!fits[i] || kind_.voice != Voice::Person) {
        const std::string name = attachment.name.empty() ? attachment.type : attachment.name;
        named.push_back({{"name", name}, {"size", base::human_size(attachment.size)}});
      }
    }
    return named;
  }

  void add_ids(mail::Outgoing& made) const {
    made.message_id = notice_.marks.message_id;
    if (has_ticket()) {
      made.in_reply_to = notice_.entry.message_id;
      made.references =
          shortened_references(notice_.marks.ticket_id, notice_.marks.references, notice_.entry.message_id);
    }
  }

  // RFC 3834, and what other programs heed. A machine's mail that is passed on is no person's words.
  void add_automatic_fields(std::vector<mail::Field>& fields) const {
    if (kind_.voice == Voice::Reply) {
      fields.push_back({"Auto-Submitted", "auto-replied"});
      fields.push_back({"X-Auto-Response-Suppress", "All"});
      fields.push_back({"Precedence", "bulk"});
      return;
    }
    if (kind_.voice == Voice::System || notice_.entry.mail_class == "machine") {
      fields.push_back({"Auto-Submitted", "auto-generated"});
    }
    fields.push_back({"X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply"});
  }

  void add_own_fields(std::vector<mail::Field>& fields) const {
    fields.push_back({"X-Ticket-Loop", notice_.marks.loop});
    if (has_ticket()) {
      fields.push_back({"X-Ticket", fmt::format("{} #{}", config_.site.name, number(ticket_.id))});
    }
    if (queue_.list_id && has_ticket()) {
      fields.push_back({"List-Id", fmt::format("<{}.{}>", list_label(queue_.name), config_.site.domain)});
    }
  }

  const Notice& notice_;
  const Kind& kind_;
  const tickets::Ticket& ticket_;
  const config::Config& config_;
  const config::Queue& queue_;
};

}  // namespace

std::vector<mail::Attachment> passed_on(const std::vector<mail::Attachment>& attachments, std::uint64_t limit) {
  std::vector<mail::Attachment> chosen;
  const auto fits = fitting(attachments, limit);
  for (std::size_t i = 0; i < fits.size(); ++i) {
    if (fits[i]) {
      chosen.push_back(attachments[i]);
    }
  }
  return chosen;
}

mail::Outgoing compose(const Notice& notice, const config::Config& config, const config::Queue& queue,
                       const Templates& templates, base::Time now) {
  const auto source = templates.find(notice.kind.name);
  if (source == templates.end() || queue.addresses.empty()) {
    throw base::Error(base::Kind::Internal, "no template or no address for " + std::string(notice.kind.name));
  }
  return Composer(notice, config, queue).run(source->second, now);
}

std::string tagged_subject(const std::string& subject, tickets::TicketId id, const std::string& tag,
                           const std::vector<std::string>& other_names) {
  const std::string ours = fmt::format("[{} #{}]", tag, number(id));
  std::string rest = without(subject, ours);
  for (const auto& name : other_names) {
    rest = without(rest, fmt::format("[{} #{}]", name, number(id)));
  }
  return ours + " " + base::one_line(rest);
}

std::vector<std::string> shortened_references(const std::string& first, const std::vector<std::string>& chain,
                                              const std::string& cause) {
  std::vector<std::string> all = {first};
  all.insert(all.end(), chain.begin(), chain.end());
  all.push_back(cause);
  std::vector<std::string> once;
  std::set<std::string_view> seen = {"", first};
  for (auto id = all.rbegin(); id != all.rend(); ++id) {  // of two the last one stays
    if (seen.insert(*id).second) {
      once.push_back(*id);
    }
  }
  if (!first.empty()) {
    once.push_back(first);
  }
  std::reverse(once.begin(), once.end());
  if (once.size() > first_references + last_references) {
    once.erase(once.begin() + first_references, once.end() - last_references);
  }
  return once;
}

}  // namespace ticketmilter::notify
