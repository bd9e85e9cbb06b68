// SPDX-License-Identifier: MIT
// One connection of the MTA and the message it is in: the half of the door that knows intake and nothing of libmilter. State of a message lives
// in a Transaction and nowhere else, so that MAIL, RSET and end of message end it by dropping one pointer. Calls of one session never
// overlap, but each may come on another thread.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "intake/intake.h"
#include "mail/envelope.h"
#include "milter/answer.h"
#include "milter/current_policy.h"
#include "milter/raw_message.h"

namespace ticketmilter::milter {

class Session {
 public:
  // leading_blank: header values come with the blank after the colon (SMFIP_HDR_LEADSPC).
  Session(const CurrentPolicy& policy, intake::Intake& intake, bool leading_blank)
      : policy_(policy), intake_(intake), leading_blank_(leading_blank) {}

  void connect(std::string name, std::string address);
  // arguments: the sender as typed, then the ESMTP parameters.
  void mail(const std::vector<std::string>& arguments, std::string login, std::string mta_id);
  Answer recipient(const mail::Path& path);
  // Accept when nobody of ours is among the recipients.
  Answer data() const;
  void header(std::string_view name, std::string_view value);
  void end_of_header();
  void body(std::string_view bytes);
  // Blocks until the answer is durable. mta_id: "" = as at MAIL.
  Answer end_of_message(const std::string& mta_id);
  void abort() noexcept { transaction_.reset(); }

  // Remembers a failure in a step that has no answer of its own: the end of the message is answered with it.
  void fail(std::exception_ptr failure) noexcept;

 private:
  struct Transaction {
    explicit Transaction(policy::PolicyPtr p);
    policy::PolicyPtr policy;  // a reload does not change it half way
    mail::Envelope envelope;
    std::uint64_t declared_size = 0;
    std::size_t recipient_bytes = 0;
    bool wanted = false;                   // somebody of ours is to get it
    std::shared_ptr<const void> expected;  // if so
    bool in_header = true;
    RawMessage raw;
    std::exception_ptr failure;
    bool changes_mail() const { return policy->config.milter.mode == config::Mode::On; }
  };
  void keep(std::string_view bytes);
  intake::RecipientResult ask(const Transaction& t, const mail::Path& path) const;
  Answer take(Transaction& t);

  const CurrentPolicy& policy_;
  intake::Intake& intake_;
  bool leading_blank_;
  std::string client_, client_name_;
  std::unique_ptr<Transaction> transaction_;
};

}  // namespace ticketmilter::milter
