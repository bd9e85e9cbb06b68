#!/bin/bash
# SPDX-License-Identifier: MIT
# keep_raw: the raw messages of tickets that are closed for long go by themselves, and nothing else does.
. "$(dirname "$0")/lib.sh"
rig_folder
gcc -shared -fPIC -O1 -o "$RIG/fault.so" "$tests/fault.c" -ldl || exit 1
chmod 755 "$RIG/fault.so"
export FAULT_FILE=$RIG/fault
# keeping KEEP_RAW JOURNAL_KEEP
keeping() { STORE=$'max_size = "1GiB"\nmin_free = "1MiB"\nkeep_raw = "'"$1"$'"\njournal_keep = "'"$2"'"' rig_config > "$RIG/ticket-milter.toml"; }
keeping 30d 1d
ticket init > "$RIG/init.log" 2>&1
milter_up && postfix_up || exit 1

for subject in old middle young open; do
  MESSAGE_ID=$subject@remote.example BODY="--b
Content-Type: text/plain

The report on the $subject matter.
--b
Content-Type: text/csv; name=list.csv

1,2
--b--" mail r@remote.example "$subject" 'Content-Type: multipart/mixed; boundary=b' > "$RIG/$subject"
  send r@remote.example help@tickets.example < "$RIG/$subject"
done
# after HOURS COMMAND...: then.
after() {
  echo T$(($1 * 3600)) > "$RIG/fault"
  shift
  LD_PRELOAD=$RIG/fault.so ASAN_OPTIONS=verify_asan_link_order=0 "$@"
}
resolve() { ticket resolve "$1" --as ann@staff.example > "$RIG/resolve.log" 2>&1 || diag "$(cat "$RIG/resolve.log")"; }
after 0 resolve 1
after 48 resolve 2
after 72 resolve 3
is "$(for n in 1 2 3 4; do of $n status; done | xargs)" 'resolved resolved resolved new' 'three are closed, a few days one after the other'
ok 'its mail is there' grep -q 'The report on the old' <(ticket show 1 --raw 1)
is "$(ticket show 1 --attachment 1:1)" 1,2 'and what was attached'

# raw_gone N: ticket N has no raw message.
raw_gone() { ! ticket show "$1" --raw 1 > "$RIG/raw" 2> "$RIG/raw.err"; }
# milter_after HOURS: another, then.
milter_after() {
  milter_down
  echo T$(($1 * 3600)) > "$RIG/fault"
  FAULTS=$RIG/fault.so milter_up
}
milter_after $((31 * 24))
ok 'after 31 days it goes' wait_for 25 raw_gone 1
like "$(cat "$RIG/raw.err")" 'entry 1 of ticket 1 has no raw message, or has it no more' 'which is said'
ticket show 1 --attachment 1:1 > "$RIG/out" 2> "$RIG/err"
is "$?,$(stat -c %s "$RIG/out")" 65,0 'and nothing is attached any more'
like "$(ticket show 1)" 'The report on the old matter' 'the text stays'
like "$(ticket show 1)" 'list\.csv, text/csv, .*no longer kept' 'and what was attached is named'
not_ok 'the one that is closed for 29 days has its mail' raw_gone 2
not_ok 'so has the open one' raw_gone 4
keeping 1d 31d
milter_after $((33 * 24 + 12))
ok 'what the journal may have stays as long as there' wait_for 25 raw_gone 2
not_ok 'and no shorter' raw_gone 3
mail r@remote.example 'Re: old' 'In-Reply-To: <old@remote.example>' | send r@remote.example help@tickets.example
is "$(tickets) $(of 1 status)" '4 open' 'an answer to it finds its ticket'
found=$(ticket check --store 2>&1)
is $? 0 'all in the store agrees' || diag "$found"
ticket export --mbox > "$RIG/mbox" 2> "$RIG/err"
like "$(cat "$RIG/err")" 'have no raw message any more' 'an export says what it has to leave out'
ticket dump > "$RIG/dump"
milter_down
rm -rf "$RIG/store"
ticket init > "$RIG/init.log" 2>&1
ticket restore < "$RIG/dump" && found=$(ticket check --store 2>&1)
is $? 0 'and so it does after a dump and a restore' || diag "$found"
like "$(ticket show 1)" 'The report on the old matter' 'text and all'
finish
