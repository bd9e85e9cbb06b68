#!/bin/bash
# SPDX-License-Identifier: MIT
# keep_raw: the raw messages of tickets that are closed for long go by themselves, and nothing else does.
. "$(dirname "$0")/lib.sh"
rig_folder
gcc -shared -fPIC -O1 -o "$RIG/fault.so" "$tests/fault.c" -ldl || exit 1
chmod 755 "$RIG/fault.so"
export FAULT_FILE=$RIG/fault
STORE=$'max_size = "1GiB"\nmin_free = "1MiB"\nkeep_raw = "30d"'
rig_config > "$RIG/ticket-milter.toml"
ticket init > "$RIG/init.log" 2>&1
FAULTS=$RIG/fault.so milter_up && postfix_up || exit 1

for subject in closed open; do
  MESSAGE_ID=$subject@remote.example BODY="--b
Content-Type: text/plain

The report on the $subject matter.
--b
Content-Type: text/csv; name=list.csv

1,2
--b--" mail r@remote.example "$subject" 'Content-Type: multipart/mixed; boundary=b' > "$RIG/$subject"
  send r@remote.example help@tickets.example < "$RIG/$subject"
done
ticket resolve 1 --as ann@staff.example > "$RIG/resolve.log" 2>&1
is "$? $(of 1 status) $(of 2 status)" '0 resolved new' 'one ticket is closed, one is not' || diag "$(cat "$RIG/resolve.log")"
ok 'its mail is there' grep -q 'The report on the closed' <(ticket show 1 --raw 1)
is "$(ticket show 1 --attachment 1:1)" 1,2 'and what was attached'

# raw_gone N: ticket N has no raw message.
raw_gone() { ! ticket show "$1" --raw 1 > "$RIG/raw" 2> "$RIG/raw.err"; }
echo T$((29 * 86400)) > "$RIG/fault"
sleep 12  # it is looked for each 10 s
not_ok 'after 29 days it is still there' raw_gone 1
milter_down
echo T$((31 * 86400)) > "$RIG/fault"
FAULTS=$RIG/fault.so milter_up
ok 'after 31 days it goes' wait_for 25 raw_gone 1
like "$(cat "$RIG/raw.err")" 'entry 1 of ticket 1 has no raw message, or has it no more' 'which is said'
ticket show 1 --attachment 1:1 > "$RIG/out" 2> "$RIG/err"
is "$?,$(stat -c %s "$RIG/out")" 65,0 'and nothing is attached any more'
like "$(ticket show 1)" 'The report on the closed matter' 'the text stays'
like "$(ticket show 1)" 'list\.csv, text/csv, .*no longer kept' 'and what was attached is named'
not_ok 'the other ticket has its mail' raw_gone 2
mail r@remote.example 'Re: closed' 'In-Reply-To: <closed@remote.example>' | send r@remote.example help@tickets.example
is "$(tickets) $(of 1 status)" '2 open' 'an answer to it finds its ticket'
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
like "$(ticket show 1)" 'The report on the closed matter' 'text and all'
finish
