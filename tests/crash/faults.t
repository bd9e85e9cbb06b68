#!/bin/bash
# SPDX-License-Identifier: MIT
# One thing after another goes wrong while mail comes in. What was answered 250 is there once, whole, and all in the store agrees; and when the trouble is over, mail is taken
# again, by the same process unless it was killed. SPAN is how long each trouble lasts, in seconds.
. "$(dirname "$0")/../bench/lib.sh"
SPAN=${SPAN:-0.4}
bench_folder
ulimit -n 20000 2> /dev/null
gcc -shared -fPIC -O1 -o "$RIG/fault.so" "$tests/fault.c" -ldl || exit 1
chmod 755 "$RIG/fault.so"
export FAULT_FILE=$RIG/fault
quietly() { "$@" > /dev/null; }
wait_span() { sleep "$SPAN"; }  # the trouble has to last while mail comes in

# no_store: nothing is left of the last one.
no_store() {
  milter_down
  mountpoint -q "$RIG/store" && umount "$RIG/store"
  rm -rf "$RIG/store" "$RIG/acknowledged"
  touch "$RIG/acknowledged"
}
# store_of SIZE-OF-TMPFS LINE...: a new store, on a tmpfs where a size is given, and a milter with fault.so in it.
store_of() {
  local size=$1
  shift
  no_store
  if [ -n "$size" ]; then
    mkdir "$RIG/store"
    mount -t tmpfs -o "size=$size,mode=755" tmpfs "$RIG/store" || return 1
  fi
  STORE=$(printf '%s\n' "$@") rig_config > "$RIG/ticket-milter.toml"
  ticket init > "$RIG/init.log" 2>&1 && FAULTS=$RIG/fault.so milter_up
}

# load_on LOAD-OPTION...: mail until it is over, other mail each time.
first=1
load_on() {
  first=$((first + 1000000))
  "$load" "${ADDRESS_OF_LOAD:-$direct}" --connections "${CONNECTIONS:-10}" --first $first --tag fault --to help@tickets.example --patience 30 --log "$RIG/acknowledged" "$@" > "$RIG/load" 2>&1 &
  load_pid=$!
  wait_for 10 taken_since 0
}
taken()       { wc -l < "$RIG/acknowledged"; }
taken_since() { [ "$(taken)" -gt "$1" ]; }
# over NAME: takes mail again, then all is looked at.
over() {
  local name=$1 pid=$milter_pid found
  shift
  ok "$name: mail is taken again" wait_for 30 taken_since $(($(taken) + 5)) || diag "$(tail -n 3 "$RIG/milter.log")"
  kill -TERM "$load_pid"
  wait "$load_pid"
  is $? 0 "$name: every mail was taken in the end" || diag "$(cat "$RIG/load")"
  load_pid=
  not_ok "$name: it was the same process" gone "$pid"
  found=$("$BUILD/crash/verify" "lmdb:$RIG/store" "$RIG/acknowledged" --tag fault "$@" 2>&1)
  is $? 0 "$name: $found" || diag "$found"
}
# injected NAME LETTER [LOAD-OPTION]...
injected() {
  local name=$1 letter=$2
  shift 2
  load_on "$@"
  echo "$letter" > "$RIG/fault"
  wait_span
  rm "$RIG/fault"
}

disk=$'max_size = "4GiB"\nmin_free = "16MiB"'
store_of '' "$disk" || exit 1
injected EIO E; over 'writes fail with EIO'
injected ENOSPC N; over 'writes fail with ENOSPC'
injected sync S; over 'syncs fail with EIO'
injected later T86400; over 'the clock jumps a day ahead'
injected earlier T-172800; over 'the clock jumps two days back'
store_of '' "$disk" || exit 1
injected files O --size 600000 --think 20; over 'no file can be made for large mail' --size 600000

# -- room

if store_of 96m 'max_size = "64MiB"' 'min_free = "8MiB"'; then
  load_on --think 100
  dd if=/dev/zero of="$RIG/store/ballast" bs=1M count=96 2> /dev/null
  wait_span
  before=$(taken)
  wait_span
  is "$(taken)" "$before" 'a full disk: nothing is taken'
  rm "$RIG/store/ballast"
  over 'a full disk'
  # The map: what fits is taken, then nothing more, and what was taken stays.
  CONNECTIONS=50 load_on
  full() { ticket stats --prometheus | grep -qx 'ticket_milter_store_full 1'; }
  ok 'a full map: is seen' wait_for 30 full
  kill -KILL "$load_pid"; wait "$load_pid" 2> /dev/null; load_pid=
  head -n -1 "$RIG/acknowledged" > "$RIG/whole"  # the last line may be half there
  found=$("$BUILD/crash/verify" "lmdb:$RIG/store" "$RIG/whole" --tag fault 2>&1)
  is $? 0 "a full map: $found"
  ok 'a full map: the desk still reads' quietly ticket list
else
  skip 'a full disk, a full map' 'no tmpfs can be mounted here'
fi
milter_down
mountpoint -q "$RIG/store" && umount "$RIG/store"

# -- others at the store

store_of '' "$disk" || exit 1
if command -v mdb_load > /dev/null; then
  load_on
  # It begins a transaction when it has read a header, and then waits for what never comes.
  mkfifo "$RIG/never"
  mdb_load -s other "$RIG/store" < "$RIG/never" > /dev/null 2>&1 &
  stuck=$!
  exec {never}> "$RIG/never"
  printf 'VERSION=3\nformat=bytevalue\ndatabase=other\ntype=btree\nmapsize=4294967296\nHEADER=END\n 61\n 61\n' >&"$never"
  halted() { local before; before=$(taken); sleep 0.5; [ "$(taken)" = "$before" ]; }
  if wait_for 5 halted; then
    wait_span
    ok 'a stuck writer: nobody is answered' halted
    not_ok 'a stuck writer: the milter waits' gone "$milter_pid"
    ok 'a stuck writer: the desk still reads' quietly ticket list --limit 1
  else
    skip 'a stuck writer' 'mdb_load does not hold the store here'
  fi
  kill -KILL "$stuck"
  wait "$stuck" 2> /dev/null
  exec {never}>&-
  over 'a writer that was stuck and killed'
fi
load_on
mkfifo "$RIG/unread"
ticket dump > "$RIG/unread" &
reader=$!
exec {unread}< "$RIG/unread"
head -c 1000 <&"$unread" > /dev/null
wait_span
kill -KILL "$reader"
wait "$reader" 2> /dev/null
exec {unread}<&-
over 'a reader that sleeps and is killed'

# -- clients

# idle N: so many sessions that say nothing, or half of something.
idle() {
  python3 - "$1" "$RIG/socket/milter.sock" <<'PY' &
import socket, sys, time
n, path = int(sys.argv[1]), sys.argv[2]
says = [b'', b'\0\0\0\x0dO', b'\0\0\0\x0dO\0\0\0\6\0\0\1\xff\0\x1f\xff\xff', b'\0\0\0\x0dO\0\0\0\6\0\0\1\xff\0\x1f\xff\xff\0\0\0\7DC', b'\0']
open_ones = []
for i in range(n):
    s = socket.socket(socket.AF_UNIX)
    while True:
        try:
            s.connect(path)
            break
        except BlockingIOError:  # not accepted so fast
            time.sleep(0.01)
    s.send(says[i % len(says)])
    open_ones.append(s)
print('all', flush=True)
time.sleep(1000)
PY
  idle_pid=$!
}
hang_up() {
  kill -KILL "$idle_pid"
  wait "$idle_pid"
} 2> /dev/null
fds() { find "/proc/$milter_pid/fd" -mindepth 1 2> /dev/null | wc -l; }
if [ "$(ulimit -n)" -ge 11000 ]; then
  at_rest=$(fds)
  idle 5000
  ok 'idle: 5000 sessions' wait_for 60 eval "[ \$(fds) -ge $((at_rest + 5000)) ]"
  load_on
  wait_span
  over 'idle: beside 5000 sessions'
  hang_up
  ok 'idle: their descriptors are given back' wait_for 20 eval "[ \$(fds) -le $((at_rest + 15)) ]" || diag "$(fds) of $at_rest"
else
  skip 'idle: 5000 sessions' 'no more descriptors are allowed here'
fi

# -- limits of the process

milter_down
limited() { ( ulimit "$@" && exec "$BUILD/ticket-milter" -c "$RIG/ticket-milter.toml" -f 2>> "$RIG/milter.log" ) & milter_pid=$!; wait_for 10 listening; }
limited -n 60
idle 200
load_on
wait_span
hang_up
over 'no descriptors are left'
milter_down

case $BUILD in
*address*|*thread*) skip 'memory is limited' 'a sanitizer takes more address space than any limit leaves' ;;
*)
  no_store
  ticket init > "$RIG/init.log" 2>&1
  limited -v $((4 * 1048576 + 450 * 1024))  # the map is 4 GiB of it
  CONNECTIONS=30 load_on --size 20000000
  wait_span
  over 'memory is limited, 30 mails of 20 MB at once' --size 20000000
  diag "$(cat "$RIG/load")"
  ;;
esac

# -- the MTA and the configuration

store_of '' "$disk" || exit 1
PORT=$(free_port)
pf_create "$RIG/postfix-faults" "$PORT" "smtpd_milters = $direct" "${postfix_lines[@]}" && pf_start "$RIG/postfix-faults" || exit 1
ADDRESS_OF_LOAD=inet:$PORT@127.0.0.1 load_on --smtp --per-connection 20
master() { tr -d ' ' < "$RIG/postfix-faults/spool/pid/master.pid"; }
for n in 1 2 3; do
  kill -HUP "$(master)"
  milter_signal USR1
  wait_span
done
over 'Postfix and the milter reload'
ADDRESS_OF_LOAD=inet:$PORT@127.0.0.1 load_on --smtp --per-connection 20
for n in 1 2; do
  pf_stop "$RIG/postfix-faults"
  pf_start "$RIG/postfix-faults"
  wait_span
done
over 'Postfix restarts'
ticket check --store > "$RIG/check" 2>&1
is "$(grep -c 'content.*ok' "$RIG/check")" 1 'all in the store agrees' || diag "$(cat "$RIG/check")"
finish
