#!/bin/bash
# SPDX-License-Identifier: MIT
# A2, N10: a few rounds of the crash test, to see in every `make check` that it still holds; `make check-crash` is the real one.
[ "$(id -u)" = 0 ] || { echo '1..0 # SKIP only root can start a Postfix'; exit 0; }
echo 1..1
if out=$(ROUNDS=20 "$(dirname "$0")/run" 2>&1); then
  echo "ok 1 - every mail answered 250 is there exactly once after kill -9: ${out##*$'\n'}"
else
  echo 'not ok 1 - every mail answered 250 is there exactly once after kill -9'
  printf '%s\n' "$out" | sed 's/^/# /'
  exit 1
fi
