// SPDX-License-Identifier: MIT
// Each NAME.eml beside this file is parsed and its facts, written out for people, are compared with NAME.want. GOLDEN=write in the environment writes the
// .want files instead: read what changed before committing it.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/digest.h"
#include "base/text.h"
#include "mail/parse.h"

using namespace ticketmilter;
namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// "a, b" of whatever line prints.
template <class List, class Line>
void dump_list(std::string& out, const char* name, const List& list, const Line& line) {
  for (const auto& item : list) {
    out += std::string(name) + ": " + line(item) + '\n';
  }
}

std::string mailbox(const mail::Mailbox& m) {
  return (m.name.empty() ? "" : '"' + m.name + "\" ") + '<' + m.address.spec() + '>';
}

std::string attachment(const mail::Attachment& a) {
  return std::to_string(a.part) + " \"" + a.name + "\" " + a.type + " (" +
         (a.disposition.empty() ? "-" : a.disposition) + ") " + std::to_string(a.size) + " bytes " +
         base::hex(a.sha256).substr(0, 16) + (a.content_id.empty() ? "" : " cid " + a.content_id);
}

std::string dump(const mail::Facts& f) {
  auto same = [](const std::string& s) { return s; };
  std::string out = "fields: " + std::to_string(f.fields.size()) + '\n';
  dump_list(out, "from", f.from, mailbox);
  dump_list(out, "sender", f.sender, mailbox);
  dump_list(out, "reply-to", f.reply_to, mailbox);
  dump_list(out, "to", f.to, mailbox);
  dump_list(out, "cc", f.cc, mailbox);
  out += f.raw_8bit_address ? "raw 8-bit address\n" : "";
  out += "subject: " + f.subject + '\n';
  out += "message-id: " + f.message_id + '\n';
  dump_list(out, "in-reply-to", f.in_reply_to, same);
  dump_list(out, "reference", f.references, same);
  out += "type: " + f.content_type + (f.report_type.empty() ? "" : " report " + f.report_type) + '\n';
  dump_list(out, "report", f.reports,
            [](const mail::ReportPart& r) { return r.type + ' ' + std::to_string(r.content.size()) + " bytes"; });
  out += f.calendar_method.empty() ? "" : "calendar: " + f.calendar_method + '\n';
  dump_list(out, "attachment", f.attachments, attachment);
  dump_list(out, "defect", f.defects, same);
  return out + (f.text_from_html ? "text from HTML:\n" : "text:\n") + f.text;
}

std::vector<fs::path> mails() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator("tests/golden")) {
    if (entry.path().extension() == ".eml") {
      paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

TEST_CASE("A15 A16 A17 A30 A33 A34 A35 A36 A59 A62 A64 A66 golden mails") {
  bool write = std::getenv("GOLDEN") != nullptr;
  auto paths = mails();
  REQUIRE(paths.size() >= 20);
  for (auto path : paths) {
    CAPTURE(path.string());
    std::string got = dump(mail::parse(read(path), {}));
    CHECK(base::is_valid_utf8(got));
    path.replace_extension(".want");
    if (write) {
      std::ofstream(path, std::ios::binary) << got;
    } else {
      CHECK(got == read(path));
    }
  }
}

TEST_CASE("golden mails say the same with CRLF") {
  for (auto path : mails()) {
    CAPTURE(path.string());
    std::string lf = read(path);
    std::string crlf;
    for (std::size_t i = 0; i < lf.size(); ++i) {
      crlf += lf[i] == '\n' && (i == 0 || lf[i - 1] != '\r') ? "\r\n" : std::string(1, lf[i]);
    }
    mail::Facts a = mail::parse(lf, {});
    mail::Facts b = mail::parse(crlf, {});
    CHECK(a.text == b.text);
    CHECK(a.subject == b.subject);
    CHECK(a.fields.size() == b.fields.size());
    CHECK(a.attachments.size() == b.attachments.size());
    CHECK(a.defects == b.defects);
  }
}
