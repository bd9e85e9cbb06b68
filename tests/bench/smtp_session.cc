// SPDX-License-Identifier: MIT
// An SMTP client that pipelines the envelope, as most senders do. smtp-source would send one body again and again, which a ticket system rightly takes
// for one mail; and it does not tell which mail got which answer.
#include <fmt/format.h>

#include "session.h"

namespace ticketmilter::bench {
namespace {

constexpr std::size_t chunk = 65536;
constexpr std::size_t max_line = 4096;

class SmtpSession : public Session {
 public:
  explicit SmtpSession(Stream& stream) : Session(stream) {}

  Task<> open() override {
    if (const auto greeting = co_await reply(); greeting != "220")
      throw Lost("greeted with " + greeting);
    stream_.out += "EHLO client.customers.example\r\n";
    if (const auto hello = co_await reply(); hello != "250")
      throw Lost("EHLO answered " + hello);
  }

  Task<Answer> send(const Mail& mail) override {
    const auto start = Clock::now();
    stream_.out += fmt::format("MAIL FROM:<{}> SIZE={}\r\nRCPT TO:<{}>\r\nDATA\r\n", mail.sender,
                               mail.body_size() + 1500, mail.recipient);
    const auto sender = co_await reply();
    const auto recipient = co_await reply();
    auto code = co_await reply();
    auto sent = start;
    Answer answer;
    if (code == "354") {
      co_await content(mail);
      sent = Clock::now();
      code = co_await reply();
      answer.taken = code == "250";
      answer.kind = code;
    } else {
      answer.kind = sender != "250" ? "mail:" + sender : recipient != "250" ? "rcpt:" + recipient : "data:" + code;
      stream_.out += "RSET\r\n";
      co_await reply();
    }
    const auto now = Clock::now();
    answer.whole = now - start;
    answer.end = now - sent;
    answer.again = answer.kind[answer.kind.size() - 3] == '4';
    if (answer.kind == "421")
      throw Lost("421");
    co_return answer;
  }

  Task<> quit() override {
    stream_.out += "QUIT\r\n";
    co_await reply();
  }

 private:
  // The code of the next reply, whatever its lines say.
  Task<std::string> reply() {
    co_await stream_.flush();
    while (true) {
      const auto in = stream_.in();
      const auto end = in.find('\n');
      if (end == std::string_view::npos) {
        if (in.size() > max_line)
          throw Lost("not an SMTP server's reply");
        co_await stream_.fill();
        continue;
      }
      if (end < 4)
        throw Lost("not an SMTP server's reply");
      std::string code(in.substr(0, 3));
      const bool last = in[3] != '-';
      stream_.consume(end + 1);
      if (last)
        co_return code;
    }
  }

  // Bodies have no line that starts with a dot, and end with a line end.
  Task<> content(const Mail& mail) {
    for (const auto& field : mail.fields) {
      stream_.out.append(field.name).append(": ");
      for (const char c : field.value)
        stream_.out.append(c == '\n' ? "\r" : "").append(1, c);
      stream_.out.append("\r\n");
    }
    stream_.out.append("\r\n");
    for (std::size_t at = 0; at < mail.body_size(); at += chunk) {
      mail.read_body(at, chunk, stream_.out);
      if (stream_.out.size() > chunk)
        co_await stream_.flush();
    }
    stream_.out.append(".\r\n");
    co_await stream_.flush();
  }
};

}  // namespace

std::unique_ptr<Session> smtp_session(Stream& stream) {
  return std::make_unique<SmtpSession>(stream);
}

}  // namespace ticketmilter::bench
