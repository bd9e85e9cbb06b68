#!/bin/bash
# SPDX-License-Identifier: MIT
# The power fails: of what was written since the last sync each sector is on the disk or not. CUTS times (6), while mail comes in, a copy of the store is made so; each opens, has every
# mail that was answered 250 before, whole and once, and all in it agrees.
. "$(dirname "$0")/../bench/lib.sh"
cuts=${CUTS:-6}
bench_folder
STORE=$'max_size = "16GiB"\nmin_free = "16MiB"' rig_config > "$RIG/ticket-milter.toml"
gcc -shared -fPIC -O1 -o "$RIG/power.so" "$(dirname "$0")/power.c" -ldl -lpthread || exit 1
chmod 755 "$RIG/power.so"
ticket init > "$RIG/init.log" 2>&1
mkdir "$RIG/power"
cp "$RIG/store/data.mdb" "$RIG/power/sure"
chown -R nobody "$RIG/power"
export POWER_STORE=$RIG/store/data.mdb POWER_FILE=$RIG/power/sure POWER_CUT=$RIG/power/cut
FAULTS=$RIG/power.so milter_up || exit 1
"$load" "$direct" --connections 10 --think 20 --tag power --to help@tickets.example --patience 20 --log "$RIG/acknowledged" > "$RIG/load" &
load_pid=$!
wait_for 10 test -s "$RIG/acknowledged"
for ((n = 1; n <= cuts; n++)); do
  sleep "0.$(printf %03d $((50 + RANDOM % 400)))"   # the moment is the test
  head -n -1 "$RIG/acknowledged" > "$RIG/before"  # the last line may be half there
  printf '%s\n' $((RANDOM * 32768 + n)) > "$RIG/power/number"
  number=$(cat "$RIG/power/number")
  mv "$RIG/power/number" "$POWER_CUT"
  wait_for 10 test -f "$POWER_FILE.$number" || { diag "no cut: $(tail -n 3 "$RIG/milter.log")"; break; }
  mkdir "$RIG/cut"
  mv "$POWER_FILE.$number" "$RIG/cut/data.mdb"
  kill -STOP "$load_pid"  # or each check takes longer than the one before
  found=$("$BUILD/crash/verify" "lmdb:$RIG/cut" "$RIG/before" --tag power 2>&1)
  is $? 0 "cut $n: $found; $(grep -o "$number: .*" "$RIG/milter.log")" || diag "$found"
  rm -rf "$RIG/cut"
  kill -CONT "$load_pid"
done
kill -TERM "$load_pid"
wait "$load_pid"
load_pid=
is "$((n - 1))" "$cuts" 'all cuts were made'
lost=$(grep -o '[0-9]* lost' "$RIG/milter.log" | awk '{ n += $1 } END { print n + 0 }')
ok "some of it fell between a write and its sync: $lost sectors lost" [ "$lost" -gt 0 ]
finish
