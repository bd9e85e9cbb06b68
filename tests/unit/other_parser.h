// SPDX-License-Identifier: MIT
// Shows mails that we made to a parser that is not ours, Python's, by way of check_mail.py.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "mail/write.h"

namespace ticketmilter::tests {

class OtherParser {
 public:
  OtherParser() {
    std::string name = (std::filesystem::temp_directory_path() / "mails-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  OtherParser(const OtherParser&) = delete;
  OtherParser& operator=(const OtherParser&) = delete;
  ~OtherParser() { std::filesystem::remove_all(folder_); }

  // subject and text: as they must come out.
  void add(const std::string& name, const mail::Outgoing& mail, const std::string& subject, const std::string& text,
           std::string from_name = "?") {
    nlohmann::json want = {
        {"date", std::chrono::floor<std::chrono::seconds>(mail.date).time_since_epoch().count()},
        {"subject", subject},
        {"text", text},
        {"html", mail.html},
        {"from", {from_name == "?" ? mail.from.name : from_name, mail.from.address.spec()}},
        {"to", {mail.to.name, mail.to.address.spec()}},
        {"message-id", ids({mail.message_id})},
        {"in-reply-to", ids({mail.in_reply_to})},
        {"references", ids(mail.references)},
        {"files", nlohmann::json::array()},
    };
    for (const auto& file : mail.files) {
      want["files"].push_back({file.name, file.type, file.content.size(), file.is_inline ? "inline" : "attachment"});
    }
    std::ofstream(folder_ / (name + ".eml"), std::ios::binary) << mail::write(mail);
    std::ofstream(folder_ / (name + ".json"), std::ios::binary) << want.dump();
  }

  // "" when all are as they must be.
  std::string complaints() const {
    const std::string command = "python3 tests/unit/check_mail.py '" + folder_.string() + "' 2>&1";
    FILE* out = ::popen(command.c_str(), "r");
    std::string said;
    for (int c = std::fgetc(out); c != EOF; c = std::fgetc(out)) {
      said += static_cast<char>(c);
    }
    return ::pclose(out) == 0 ? "" : said;
  }

 private:
  static nlohmann::json ids(const std::vector<std::string>& list) {
    nlohmann::json all = nlohmann::json::array();
    for (const auto& id : list) {
      if (!id.empty()) {
        all.push_back("<" + id + ">");
      }
    }
    return all;
  }

  std::filesystem::path folder_;
};

}  // namespace ticketmilter::tests
