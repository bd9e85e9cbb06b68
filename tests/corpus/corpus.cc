// SPDX-License-Identifier: MIT
// Real mail, where somebody has some: classifies a folder of it and compares with what is known of each kind. The mails are not part of this
// repository; without them the program says so and is content. Each is decided about as `ticket explain` would: bounces from the null sender, all else from
// an ordinary one, whatever Return-Path says.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "base/text.h"
#include "mail/dsn.h"
#include "mail/parse.h"
#include "policy/decide.h"

using namespace ticketmilter;
namespace fs = std::filesystem;

namespace {

struct Result {
  std::string file;
  mail::Facts facts;
  policy::Classification found;
  bool refused = false;
};

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A file of an mbox begins with a line that is no field.
std::string read_mail(const fs::path& path) {
  std::string bytes = slurp(path);
  return bytes.starts_with("From ") ? bytes.substr(bytes.find('\n') + 1) : bytes;
}

class Corpus {
 public:
  explicit Corpus(fs::path root) : root_(std::move(root)) {
    config::Config config;
    config.site.name = "example.test";
    config.site.domain = "tickets.example.test";
    config.queues.emplace_back();
    config.queues.back().name = "help";
    config.queues.back().addresses = {"help@tickets.example.test"};
    policy_ = std::make_shared<const policy::Policy>(std::move(config), config::Secrets{"secret", {}});
  }

  std::vector<Result> classify(const std::string& folder) const {
    std::vector<Result> results;
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(root_ / folder)) {
      paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
      Result result{path.filename(), mail::parse(read_mail(path), {}), {}, false};
      mail::Envelope envelope;
      envelope.sender = folder == "bounces" ? "<>" : "<somebody@remote.example>";
      envelope.recipients = {"<help@tickets.example.test>"};
      const auto c = policy::make_case(*policy_, result.facts, envelope, base::Time(std::chrono::hours(490000)));
      result.found = c.classification;
      result.refused = policy::decide(c, {}).outcome != policy::Outcome::Accept;
      results.push_back(std::move(result));
    }
    return results;
  }

 private:
  fs::path root_;
  policy::PolicyPtr policy_;
};

struct Expected {
  std::string kind;
  std::string status;
};

std::map<std::string, Expected> read_expected(const fs::path& path) {
  std::map<std::string, Expected> expected;
  std::istringstream lines(slurp(path));
  for (std::string line; std::getline(lines, line);) {
    const auto columns = base::split(line, '\t');
    if (columns.size() > 2 && !line.starts_with('#')) {
      expected[std::string(columns[0])] = {std::string(columns[1]), std::string(columns[2])};
    }
  }
  return expected;
}

bool goal(const char* what, std::size_t reached, std::size_t of, double least) {
  const double share = of == 0 ? 1 : static_cast<double>(reached) / static_cast<double>(of);
  std::printf("%s %s: %zu of %zu, %.1f %% (goal %.0f %%)\n", share >= least ? "ok  " : "FAIL", what, reached, of,
              100 * share, 100 * least);
  return share >= least;
}

void print_classes(const std::string& folder, const std::vector<Result>& results) {
  std::map<std::string, std::size_t> classes;
  for (const auto& result : results) {
    ++classes[policy::name(result.found.mail_class)];
  }
  std::printf("%-18s", folder.c_str());
  for (const auto& [name, count] : classes) {
    std::printf(" %s %zu", name.c_str(), count);
  }
  std::printf("\n");
}

template <class Test>
bool check(const std::string& what, const std::vector<Result>& results, double least, Test test) {
  std::size_t reached = 0;
  for (const auto& result : results) {
    if (test(result)) {
      ++reached;
    } else {
      std::printf("     %s is %s by %s\n", result.file.c_str(), policy::name(result.found.mail_class),
                  result.found.rule.c_str());
    }
  }
  return goal(what.c_str(), reached, results.size(), least);
}

// What the bounces say of whom, and for how long.
bool check_reports(const std::vector<Result>& bounces, const std::map<std::string, Expected>& expected) {
  std::size_t addressed = 0, judged = 0, right = 0, same = 0, with_status = 0;
  for (const auto& [file, facts, found, refused] : bounces) {
    const auto report = mail::read_bounce(facts);
    const bool own = !report.deliveries.empty() && !report.deliveries.front().recipient.empty() &&
                     std::ranges::none_of(facts.to, [&](const auto& to) {
                       return to.address.folded() == report.deliveries.front().recipient;
                     });
    addressed += own;
    if (!own) {
      std::printf("     %s: no failed address\n", file.c_str());
    }
    const auto known = expected.find(file);
    if (known == expected.end() || (known->second.kind != "permanent" && known->second.kind != "temporary")) {
      continue;
    }
    ++judged;
    const bool agrees = found.permanent == (known->second.kind == "permanent");
    right += agrees;
    const std::string status = report.deliveries.empty() ? "" : report.deliveries.front().status;
    with_status += !known->second.status.starts_with("5.0.9");
    same += status == known->second.status;
    if (!agrees) {
      std::printf("     %s: %s %s, expected %s %s\n", file.c_str(), found.permanent ? "permanent" : "temporary",
                  status.c_str(), known->second.kind.c_str(), known->second.status.c_str());
    }
  }
  const bool named = goal("failed address found in bounces", addressed, bounces.size(), 0.95);
  const bool timed = goal("permanent or temporary told apart", right, judged, 0.90);
  goal("status as expected (no goal)", same, with_status, 0);
  return named && timed;
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path root = argc > 1 ? argv[1] : "../shared/corpus";
  if (!fs::is_directory(root)) {
    std::printf("skipped: no mail at %s\n", root.c_str());
    return 0;
  }
  const Corpus corpus(root);
  std::map<std::string, std::vector<Result>> folders;
  for (const char* folder : {"bounces", "feedback-reports", "auto-replies", "not-bounces", "people", "odd-mime"}) {
    if (fs::is_directory(root / folder)) {
      folders[folder] = corpus.classify(folder);
      print_classes(folder, folders[folder]);
    }
  }
  using enum policy::MailClass;
  const auto is = [](policy::MailClass c) { return [c](const Result& r) { return r.found.mail_class == c; }; };
  bool well = check("bounces are bounces", folders["bounces"], 0.99, is(Bounce));
  well &= check("auto-replies are auto-replies", folders["auto-replies"], 1, is(AutoReply));
  well &= check("feedback reports are feedback", folders["feedback-reports"], 1, is(Feedback));
  well &= check("people are people or lists", folders["people"], 1,
                [](const Result& r) { return r.found.mail_class == Human || r.found.mail_class == List; });
  well &= check("none of theirs is refused", folders["people"], 1, [](const Result& r) { return !r.refused; });
  well &= check("not-bounces are none", folders["not-bounces"], 1,
                [](const Result& r) { return r.found.mail_class != Bounce; });
  well &= check_reports(folders["bounces"], read_expected(root / "expected-bounces.tsv"));
  return well ? 0 : 1;
}
