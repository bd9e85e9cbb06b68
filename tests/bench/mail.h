// SPDX-License-Identifier: MIT
// Mail as people write it, each one unique and each made from its number alone: the same number gives the same body in another process, so a
// checker can say whether what was stored is what was sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ticketmilter::bench {

struct Shape {
  std::size_t size = 4096;   // of the body, about; over 1 MiB it carries a base64 attachment
  std::string tag = "load";  // names the run in every msg-id
  std::string recipient = "support@tickets.example.com";
  std::uint64_t authors = 5000;  // different people
};

class Mail {
 public:
  struct Field {
    std::string name;
    std::string value;  // folds are "\n\t"
  };

  Mail(std::uint64_t number, const Shape& shape);

  std::uint64_t number;
  std::string sender;  // addr-spec
  std::string recipient;
  std::vector<Field> fields;
  std::size_t body_size() const { return prefix_.size() + length_ + suffix_.size(); }
  // Appends bytes [at, at + n) of the body, n cut at its end.
  void read_body(std::size_t at, std::size_t n, std::string& to) const;

 private:
  void add_trace(std::uint64_t author);
  void wrap(const std::string& boundary);
  void fill(std::string_view pool, std::size_t size);

  std::string prefix_;
  std::string_view pool_;  // endless: read round and round from start_
  std::size_t start_ = 0;
  std::size_t length_ = 0;
  std::string suffix_;
};

// "TAG.NUMBER@load.example": the msg-id of a mail, without <>, and back. False when it is not of that run.
std::string message_id(const std::string& tag, std::uint64_t number);
bool parse_message_id(std::string_view id, const std::string& tag, std::uint64_t& number);

}  // namespace ticketmilter::bench
