// SPDX-License-Identifier: MIT
// The half of the door that libmilter sees: what it calls and what it is told.
#pragma once

#include "intake/intake.h"
#include "milter/current_policy.h"
#include "milter/gate.h"
#include "milter/progress.h"

namespace ticketmilter::milter {

// What all callbacks share; libmilter has no place for it but a global.
struct Door {
  const CurrentPolicy& policy;
  intake::Intake& intake;
  Gate gate;
  Progress progress;
};

// Tells libmilter our callbacks. Before opening the socket; throws Unavailable when libmilter is another version than we were built with.
void register_callbacks();
// Before smfi_main. The door has to outlive the last callback: see Gate.
void open_door(Door& door);

}  // namespace ticketmilter::milter
