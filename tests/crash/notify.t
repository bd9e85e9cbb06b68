#!/bin/bash
# SPDX-License-Identifier: MIT
# N26: a few rounds of killing notifiers, to see in every `make check` that it still holds; `make check-crash` is the real one.
[ "$(id -u)" = 0 ] || { echo '1..0 # SKIP only root can start what the rig has'; exit 0; }
echo 1..1
if out=$(ROUNDS=20 "$(dirname "$0")/notify" 2>&1); then
  echo "ok 1 - N26 every notice is sent after kill -9, none twice but one a kill: ${out##*$'\n'}"
else
  echo 'not ok 1 - N26 every notice is sent after kill -9, none twice but one a kill'
  printf '%s\n' "$out" | sed 's/^/# /'
  exit 1
fi
