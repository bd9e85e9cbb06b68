// SPDX-License-Identifier: MIT
// Names follow Prometheus's conventions: base units, _total for what only grows. Mail decides what rules and queues are called, so values of labels are escaped.
#include "cli/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace ticketmilter::cli {
namespace {

struct Label {
  const char* name;
  std::string_view value;
};

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : base::to_valid_utf8(value)) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    out += c == '\\' || c == '"' ? "\\" : "";
    out += c;
  }
  return out;
}

class Writer {
 public:
  // Of the samples that follow.
  void metric(const char* name, const char* type, const char* help) {
    name_ = std::string("ticket_milter_") + name;
    out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help, type);
  }
  template <class Number>
  void sample(Number value, std::initializer_list<Label> labels = {}, const char* suffix = "") {
    out_ += name_ + suffix;
    std::string_view before = "{";
    for (const Label& label : labels) {
      out_ += fmt::format("{}{}=\"{}\"", before, label.name, escaped(label.value));
      before = ",";
    }
    out_ += fmt::format("{}{}\n", labels.size() == 0 ? " " : "} ", value);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string name_;
  std::string out_;
};

constexpr double micro = 1e-6;

void write_commits(const store::Commits& commits, Writer& to) {
  to.metric("commit_seconds", "histogram", "Time until a transaction of one or many mails was on disk.");
  std::uint64_t so_far = 0;
  for (std::size_t place = 0; place < commits.by_time.size(); ++place) {
    so_far += commits.by_time[place];
    const bool last = place == store::commit_bounds.size();
    const std::string bound = last ? "+Inf" : fmt::format("{}", store::commit_bounds[place] / 1000.0);
    to.sample(so_far, {{"le", bound}}, "_bucket");
  }
  to.sample(static_cast<double>(commits.microseconds) * micro, {}, "_sum");
  to.sample(so_far, {}, "_count");
}

void write_store(const Metrics& m, Writer& to) {
  to.metric("store_bytes", "gauge", "Room in the store: in use, free to be used again, and what it may take in all.");
  to.sample(m.stats.bytes_used - std::min(m.counters.bytes_free, m.stats.bytes_used), {{"kind", "used"}});
  to.sample(m.counters.bytes_free, {{"kind", "free"}});
  to.sample(m.bytes_max, {{"kind", "max"}});
  to.metric("store_full", "gauge", "1 while no mail is taken for want of room.");
  to.sample(m.full ? 1 : 0);
  if (m.disk_free) {
    to.metric("disk_free_bytes", "gauge", "Free on the store's disk.");
    to.sample(*m.disk_free);
  }
}

}  // namespace

std::string format_metrics(const Metrics& m) {
  Writer to;
  to.metric("decisions_total", "counter", "Mail by what was decided, the rule that decided, and its class.");
  for (const tickets::Decided& d : m.counters.decided) {
    to.sample(d.mails, {{"verdict", d.verdict}, {"rule", d.rule}, {"class", d.mail_class}});
  }
  write_commits(m.counters.commits, to);
  to.metric("tickets", "gauge", "Tickets by queue and status.");
  for (const store::Count& c : m.stats.by_status) {
    to.sample(c.tickets, {{"queue", c.queue}, {"status", name(c.status)}});
  }
  to.metric("outbox_notices", "gauge", "Notices by state.");
  for (std::size_t i = 0; i < tickets::notice_state_count; ++i) {
    to.sample(m.stats.notices[i], {{"state", name(static_cast<tickets::NoticeState>(i))}});
  }
  to.metric("outbox_oldest_due_seconds", "gauge", "How long the oldest notice has been due; 0 when none is.");
  to.sample(m.late ? m.late->count() : 0);
  to.metric("journal_entries", "gauge", "Entries of the journal.");
  to.sample(m.stats.journal);
  to.metric("messages", "gauge", "Messages kept for tickets.");
  to.sample(m.stats.messages);
  to.metric("people", "gauge", "People on file.");
  to.sample(m.stats.people);
  write_store(m, to);
  return to.take();
}

}  // namespace ticketmilter::cli
