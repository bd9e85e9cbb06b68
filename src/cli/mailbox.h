// SPDX-License-Identifier: MIT
// Mail in files: an mbox, a Maildir, or a folder with a mail in each file.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/time.h"

namespace ticketmilter::cli {

struct MailboxMail {
  std::string name;        // for complaints: "inbox: mail 3", or a file
  std::string bytes;       // as they are, without an mbox's quotes
  bool too_large = false;  // bytes is only the beginning
  double part = 0;         // of all, with this mail: from 0 to 1
};

// Every mail of a file or folder, in the order of the file, or of the names. most: bytes of a mail. Throws Io, and Permanent when the file is no mbox.
void each_mail(const std::string& path, std::uint64_t most, const std::function<void(const MailboxMail&)>& take);

// A mail as mboxrd has it: the line of the envelope, line feeds, lines that begin with "From " quoted, and a blank line at the end.
std::string mbox_entry(const std::string& sender, base::Time time, const std::string& bytes);

}  // namespace ticketmilter::cli
