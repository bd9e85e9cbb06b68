// SPDX-License-Identifier: MIT
// "trackit" is the literal list. "standard" is the same one, but believed only of machines: people write about failed deliveries too, and a
// partner's postmaster is a person.
#include "policy/filter_presets.h"

namespace ticketmilter::policy {
namespace {

constexpr std::string_view kSenders[] = {"Postmaster", "Mail Delivery Subsystem", "System Administrator",
                                         "Mailer-Daemon"};

constexpr std::string_view kSubjects[] = {
    "Undeliverable Mail",
    "Returned Mail",
    "Mail System Error",
    "Delivery Error",
    "Undeliverable:",
    "Failure Notice",
    "Nondeliverable Mail",
    "Mail Delivery Failure",
    "Message Status - undeliverable",
    "Warning: Could not send message",
    "Delivery Notification: Delivery has failed",
    "Mail Undeliverable: Failure Detected",
    "Message Status - opened",
    "Returned Mail: Service Unavailable",
    "Out of Office",
};

constexpr FilterPreset kPresets[] = {
    {"trackit", "preset-trackit", false, kSenders, kSubjects},
    {"standard", "preset-standard", true, kSenders, kSubjects},
};

}  // namespace

const FilterPreset* find_filter_preset(std::string_view name) {
  for (const auto& preset : kPresets) {
    if (preset.name == name) {
      return &preset;
    }
  }
  return nullptr;
}

}  // namespace ticketmilter::policy
