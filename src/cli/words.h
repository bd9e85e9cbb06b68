// SPDX-License-Identifier: MIT
// What somebody at the desk says: from the command line, the standard input or an editor, with files. Until it is filed it lies in a draft, so that nothing
// that was written is lost.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/clerk.h"
#include "config/config.h"
#include "mail/facts.h"
#include "tickets/intent.h"

namespace CLI {
class App;
}

namespace ticketmilter::cli {

struct WordOptions {
  std::vector<std::string> paragraphs;  // -m
  std::vector<std::string> files;       // --attach
};
void add_word_options(CLI::App& app, WordOptions& options);

// What an editor begins with.
struct Page {
  std::string name;    // of the draft: "reply-42"
  std::string head;    // lines for the eyes of who writes, never filed; one line feed at the end
  std::string quoted;  // what is answered, "" = nothing
};

// Text on its way to be filed. The draft is kept unless keep_not() is called.
class Draft {
 public:
  // Reads it: of -m, else of standard input, else, when that is a terminal, of the editor that VISUAL or EDITOR names. Throws Usage and Permanent.
  Draft(const WordOptions& options, const Page& page);
  // Tells where the draft lies, if it is kept and there is something in it.
  ~Draft();
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  const std::string& text() const { return text_; }  // UTF-8, "" = nothing
  void keep_not();

 private:
  std::string edit(const Page& page);
  void save(const std::string& text) const;

  std::string path_;
  std::string text_;
  bool kept_ = true;
};

// A text with its files as the store takes it.
struct Message {
  std::shared_ptr<const tickets::PackedMessage> packed;  // null = there is neither text nor a file
  std::vector<mail::Attachment> attachments;
};
// With files it is a mail from the clerk to the queue. Throws Permanent when a file cannot be read, or all is more than [milter] max_message.
Message make_message(const std::string& text, const std::vector<std::string>& files, const std::string& subject,
                     const Clerk& clerk, const config::Queue& queue, const config::Config& config, base::Time now);

// The text as an answer quotes it, each line with "> " before it.
std::string quote(const std::string& text);
// Without what the editor was given to look at: the head, if it still stands there, and blank lines at both ends.
std::string without_head(const std::string& text, const std::string& head);

}  // namespace ticketmilter::cli
