// SPDX-License-Identifier: MIT
// The MTA's side of the milter protocol, as Postfix speaks it: macros before each step, no waiting where the milter asked for no replies, ABORT
// after every message.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "session.h"

namespace ticketmilter::bench {
namespace {

constexpr std::size_t chunk = 65535;  // MILTER_CHUNK_SIZE
constexpr std::size_t max_reply = 1 << 20;

void append_number(std::string& to, std::uint32_t value) {
  const std::uint32_t wire = htonl(value);
  to.append(reinterpret_cast<const char*>(&wire), sizeof wire);
}
std::uint32_t read_number(std::string_view from) {
  std::uint32_t wire = 0;
  from.copy(reinterpret_cast<char*>(&wire), sizeof wire);
  return ntohl(wire);
}

struct Reply {
  char command;
  std::string text;  // of a reply code, or of the negotiation
};

class MilterSession : public Session {
 public:
  MilterSession(Stream& stream, std::uint32_t& steps) : Session(stream), steps_(steps) {}

  Task<> open() override {
    std::string offer;
    append_number(offer, 6);
    append_number(offer, SMFI_CURR_ACTS);
    append_number(offer, SMFI_CURR_PROT);
    put(SMFIC_OPTNEG, offer);
    const Reply reply = co_await next();
    if (reply.command != SMFIC_OPTNEG || reply.text.size() < 12)
      throw Lost("no negotiation");
    steps_ = read_number(std::string_view(reply.text).substr(8));
    read_wanted_macros(std::string_view(reply.text).substr(12));
    macros(SMFIM_CONNECT, SMFIC_CONNECT,
           {"j", "mx.example.com", "{daemon_name}", "mx.example.com", "{daemon_addr}", "127.0.0.1", "v",
            "Postfix 3.7.11"});
    using namespace std::string_view_literals;
    co_await step(SMFIC_CONNECT,
                  "client.customers.example\0"
                  "4\x9c\x40"
                  "192.0.2.7\0"sv,
                  SMFIP_NOCONNECT, SMFIP_NR_CONN);
    co_await step(SMFIC_HELO, "client.customers.example\0"sv, SMFIP_NOHELO, SMFIP_NR_HELO);
    co_await stream_.flush();
  }

  Task<Answer> send(const Mail& mail) override {
    const auto start = Clock::now();
    Answer answer;
    char command = co_await envelope(mail, answer.kind);
    if (command == SMFIR_CONTINUE)
      command = co_await content(mail, answer.kind);
    auto sent = start;
    if (command == SMFIR_CONTINUE) {
      macros(SMFIM_EOM, SMFIC_BODYEOB, {"i", queue_id_});
      put(SMFIC_BODYEOB, "");
      co_await stream_.flush();
      sent = Clock::now();
      answer.kind.clear();
      command = co_await final(answer);
    }
    const auto now = Clock::now();
    answer.whole = now - start;
    answer.end = now - sent;
    name(command, answer);
    put(SMFIC_ABORT, "");
    co_return answer;
  }

  Task<> quit() override {
    put(SMFIC_QUIT, "");
    co_await stream_.flush();
  }

 private:
  void put(char command, std::string_view data) {
    append_number(stream_.out, static_cast<std::uint32_t>(data.size() + 1));
    stream_.out += command;
    stream_.out += data;
  }

  // Stage and names, again and again: which macros the milter wants there. Those of other stages it gets all.
  void read_wanted_macros(std::string_view list) {
    while (list.size() > 4) {
      const auto stage = read_number(list);
      const auto names = list.substr(4, list.find('\0', 4) - 4);
      if (stage < wanted_.size())
        wanted_[stage] = fmt::format(" {} ", names);
      list.remove_prefix(std::min(list.size(), 4 + names.size() + 1));
    }
  }

  // Names and values in turn.
  void macros(std::size_t stage, char command, std::initializer_list<std::string_view> list) {
    std::string data(1, command);
    for (const auto* item = list.begin(); item != list.end(); item += 2)
      if (!wanted_[stage] || wanted_[stage]->find(fmt::format(" {} ", *item)) != std::string::npos)
        data.append(item[0]).append(1, '\0').append(item[1]).append(1, '\0');
    put(SMFIC_MACRO, data);
  }

  Task<Reply> next() {
    co_await stream_.flush();
    while (true) {
      while (stream_.in().size() < 5)
        co_await stream_.fill();
      const std::size_t size = read_number(stream_.in());
      if (size == 0 || size > max_reply)
        throw Lost("not a milter's reply");
      while (stream_.in().size() < 4 + size)
        co_await stream_.fill();
      Reply reply{stream_.in()[4], std::string(stream_.in().substr(5, size - 1))};
      stream_.consume(4 + size);
      if (!is_edit(reply.command))
        co_return reply;
    }
  }

  static bool is_edit(char command) {
    constexpr std::string_view edits = "+-2behimpq";  // changes to the message, and p for progress
    return edits.find(command) != std::string_view::npos;
  }

  Task<char> step(char command, std::string_view data, std::uint32_t unwanted, std::uint32_t unanswered) {
    if ((steps_ & unwanted) != 0)
      co_return SMFIR_CONTINUE;
    put(command, data);
    if ((steps_ & unanswered) != 0)
      co_return SMFIR_CONTINUE;
    Reply reply = co_await next();
    text_ = std::move(reply.text);
    co_return reply.command;
  }

  Task<char> envelope(const Mail& mail, std::string& where) {
    using namespace std::string_view_literals;
    queue_id_ = fmt::format("4{:09X}", mail.number);
    where = "mail:";
    macros(SMFIM_ENVFROM, SMFIC_MAIL,
           {"{mail_addr}", mail.sender, "{mail_host}", "customers.example", "{mail_mailer}", "smtp"});
    line_ = fmt::format("<{}>\0SIZE={}\0"sv, mail.sender, mail.body_size() + 1000);
    char command = co_await step(SMFIC_MAIL, line_, SMFIP_NOMAIL, SMFIP_NR_MAIL);
    if (command != SMFIR_CONTINUE)
      co_return command;
    where = "rcpt:";
    macros(SMFIM_ENVRCPT, SMFIC_RCPT,
           {"{rcpt_addr}", mail.recipient, "{rcpt_host}", "tickets.example.com", "{rcpt_mailer}", "discard"});
    line_ = fmt::format("<{}>\0"sv, mail.recipient);
    command = co_await step(SMFIC_RCPT, line_, SMFIP_NORCPT, SMFIP_NR_RCPT);
    if (command != SMFIR_CONTINUE)
      co_return command;
    where = "data:";
    macros(SMFIM_DATA, SMFIC_DATA, {"i", queue_id_});
    command = co_await step(SMFIC_DATA, "", SMFIP_NODATA, SMFIP_NR_DATA);
    co_return command;
  }

  Task<char> content(const Mail& mail, std::string& where) {
    where = "header:";
    const char* blank = (steps_ & SMFIP_HDR_LEADSPC) != 0 ? " " : "";
    for (const auto& field : mail.fields) {
      line_.assign(field.name).append(1, '\0').append(blank).append(field.value).append(1, '\0');
      const char command = co_await step(SMFIC_HEADER, line_, SMFIP_NOHDRS, SMFIP_NR_HDR);
      if (command != SMFIR_CONTINUE)
        co_return command;
    }
    where = "eoh:";
    macros(SMFIM_EOH, SMFIC_EOH, {"i", queue_id_});
    const char command = co_await step(SMFIC_EOH, "", SMFIP_NOEOH, SMFIP_NR_EOH);
    if (command != SMFIR_CONTINUE)
      co_return command;
    where = "body:";
    co_return co_await body(mail);
  }

  Task<char> body(const Mail& mail) {
    for (std::size_t at = 0; at < mail.body_size(); at += chunk) {
      line_.clear();
      mail.read_body(at, chunk, line_);
      const char command = co_await step(SMFIC_BODY, line_, SMFIP_NOBODY, SMFIP_NR_BODY);
      if (command == SMFIR_SKIP)
        break;
      if (command != SMFIR_CONTINUE)
        co_return command;
      if (stream_.out.size() > chunk)
        co_await stream_.flush();
    }
    co_return SMFIR_CONTINUE;
  }

  Task<char> final(Answer& answer) {
    Reply reply = co_await next();
    text_ = std::move(reply.text);
    answer.taken = reply.command == SMFIR_DISCARD || reply.command == SMFIR_ACCEPT || reply.command == SMFIR_CONTINUE;
    co_return reply.command;
  }

  // answer.kind holds the stage.
  void name(char command, Answer& answer) const {
    switch (command) {
      case SMFIR_CONTINUE: answer.kind += "continue"; break;
      case SMFIR_ACCEPT: answer.kind += "accept"; break;
      case SMFIR_DISCARD: answer.kind += "discard"; break;
      case SMFIR_REJECT: answer.kind += "reject"; break;
      case SMFIR_TEMPFAIL: answer.kind += "tempfail"; break;
      case SMFIR_REPLYCODE: answer.kind += text_.substr(0, 3); break;
      default: answer.kind += command;
    }
    answer.again = command == SMFIR_TEMPFAIL || (command == SMFIR_REPLYCODE && text_.starts_with('4'));
  }

  std::uint32_t& steps_;
  std::array<std::optional<std::string>, SMFIM_EOH + 1> wanted_;
  std::string queue_id_;
  std::string line_;
  std::string text_;  // of the last reply
};

}  // namespace

std::unique_ptr<Session> milter_session(Stream& stream, std::uint32_t& steps) {
  return std::make_unique<MilterSession>(stream, steps);
}

}  // namespace ticketmilter::bench
