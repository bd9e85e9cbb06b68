#!/bin/bash
# SPDX-License-Identifier: MIT
# A few rounds of killing ticket and ticket-mailgate, to see in every `make check` that it still holds; `make check-crash` is the real one.
[ "$(id -u)" = 0 ] || { echo '1..0 # SKIP only root can start what the rig has'; exit 0; }
echo 1..1
if out=$(ROUNDS=20 "$(dirname "$0")/commands" 2>&1); then
  echo "ok 1 - what a command that is killed was to file is there once or not at all: ${out##*$'\n'}"
else
  echo 'not ok 1 - what a command that is killed was to file is there once or not at all'
  printf '%s\n' "$out" | sed 's/^/# /'
  exit 1
fi
