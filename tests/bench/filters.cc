// SPDX-License-Identifier: MIT
// What filters add to a message: the same mails are tried and judged without any, and with ten thousand items of each list that a site can write.
// Runs of the two alternate, so that a machine that gets slower or faster hits both; the figure is the median of the rounds.
//
//   filters [ITEMS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "mail/parse.h"
#include "policy/filters.h"
#include "tests/bench/mail.h"

namespace {

using namespace ticketmilter;
using Clock = std::chrono::steady_clock;

constexpr int rounds = 9;
constexpr int per_round = 400;

struct Sample {
  mail::Facts facts;
  mail::Envelope envelope;
  std::size_t size = 0;
};

Sample make_sample(std::uint64_t number, std::size_t size) {
  const bench::Mail mail(number, {.size = size});
  std::string raw;
  for (const auto& field : mail.fields) {
    raw += field.name + ": " + field.value + "\n";
  }
  raw += "\n";
  mail.read_body(0, mail.body_size(), raw);
  Sample sample;
  sample.envelope.sender = "<" + mail.sender + ">";
  sample.envelope.recipients = {"<" + mail.recipient + ">"};
  sample.envelope.client = "192.0.2.7";
  sample.facts = mail::parse(raw, {});
  sample.size = raw.size();
  return sample;
}

// Addresses, domains and phrases that begin alike and that no mail has, which is what most mail meets.
std::vector<std::string> make_items(const char* form, int count) {
  std::vector<std::string> items;
  for (int i = 0; i < count; ++i) {
    char item[100];
    std::snprintf(item, sizeof item, form, i, i % 97);
    items.emplace_back(item);
  }
  return items;
}

std::size_t refusals = 0;  // keeps the compiler from leaving the work out

// As the path of a message does: on the envelope, then on all of it.
double micros_per_mail(const policy::Filters& filters, const std::vector<Sample>& samples) {
  const policy::Classification classification;
  const policy::FilterPerson person{"support", true, false, false, false};
  const auto start = Clock::now();
  for (int i = 0; i < per_round; ++i) {
    const Sample& s = samples[static_cast<std::size_t>(i) % samples.size()];
    const auto& to = s.envelope.recipients.front();
    refusals += filters.judge(filters.try_terms({s.envelope, to}), {}).refusal ? 1 : 0;
    refusals += filters.judge(filters.try_terms({s.envelope, to, &s.facts, &classification}), person).refusal ? 1 : 0;
  }
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / per_round;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void compare(const char* name, const config::Filter& filter, const std::vector<Sample>& samples) {
  config::Filter nothing;
  nothing.presets = {};
  const auto start = Clock::now();
  const policy::Filters with(filter);
  const double load_ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  const policy::Filters without(nothing);
  std::vector<double> a, b;
  for (int i = 0; i < rounds; ++i) {
    a.push_back(micros_per_mail(without, samples));
    b.push_back(micros_per_mail(with, samples));
  }
  std::printf("filters=%s bytes=%zu none_us=%.1f us=%.1f more_us=%.1f load_ms=%.0f\n", name, samples.front().size,
              median(a), median(b), median(b) - median(a), load_ms);
}

}  // namespace

int main(int argc, char** argv) {
  const int items = argc > 1 ? std::max(1, std::atoi(argv[1])) : 10000;
  config::Filter lists;
  lists.sender_deny = make_items("sender%d@domain%d.example", items);
  lists.subject_deny = make_items("unwanted phrase %d about %d", items);
  config::Filter body = lists;
  config::FilterRule rule;
  rule.id = "body";
  rule.any = {{"body", "contains", make_items("offer number %d of %d", items), false}};
  body.rules = {rule};
  for (const std::size_t size : {std::size_t{4096}, std::size_t{51200}}) {
    std::vector<Sample> samples;
    for (std::uint64_t i = 0; i < 20; ++i) {
      samples.push_back(make_sample(i, size));
    }
    compare("lists", lists, samples);
    compare("lists+body", body, samples);
  }
  return refusals > 0 ? 70 : 0;
}
