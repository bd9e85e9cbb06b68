#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket backup while mail comes in as fast as it can: each copy opens, and has every mail that was answered 250 before it was begun, whole and once.
. "$(dirname "$0")/../bench/lib.sh"
bench_folder
fresh_store || exit 1
"$load" "$direct" --connections 10 --tag backup --to help@tickets.example --patience 20 --log "$RIG/acknowledged" > "$RIG/load" &
load_pid=$!
acknowledged() { [ -s "$RIG/acknowledged" ] && [ "$(wc -l < "$RIG/acknowledged")" -gt "$1" ]; }
filed() { ticket stats --json | json messages; }
for n in 1 2 3; do
  wait_for 30 acknowledged $((n * 10000))
  head -n -1 "$RIG/acknowledged" > "$RIG/before.$n"  # the last line may be half there
  before=$(filed)
  ticket backup "$RIG/copy.$n"
  is "$?" 0 "backup $n"
  ok "mail comes in meanwhile" [ "$(filed)" -gt "$before" ]
done
kill -TERM "$load_pid"
wait "$load_pid"
is "$?" 0 "the load was taken" || diag "$(cat "$RIG/load")"
load_pid=
for n in 1 2 3; do
  found=$("$BUILD/crash/verify" "lmdb:$RIG/copy.$n" "$RIG/before.$n" --tag backup 2>&1)
  is "$?" 0 "copy $n has all of it: $found" || diag "$found"
done
finish
