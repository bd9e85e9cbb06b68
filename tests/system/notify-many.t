#!/bin/bash
# SPDX-License-Identifier: MIT
# Two notifiers at once, and one that is told to stop in the middle: each notice goes out, and goes out once.
. "$(dirname "$0")/lib.sh"
. "$tests/notices.sh"
RELAY_PORT=$(free_port)
SALES='notify_agents_on_create = "never"' rig_up
relay_up

# many FIRST: 200 tickets of as many people, whose mails have numbers from FIRST on.
many() { "$BUILD/bench/load" "unix:$RIG/socket/milter.sock" -n 200 --first "$1" --connections 4 --authors 1000003 --to sales@tickets.example --size 300 > "$RIG/load" || diag "$(cat "$RIG/load")"; }
ids() { grep -F '"accepted": true' "$RIG/relay/log.jsonl" | json message_id | sort -u | wc -l; }

many 1
notifier_up notify-one
notifier_up notify-two
ok 'two notifiers send 200 notices' wait_for 30 taken_is 200
many 1001
ok 'and the next 200' wait_for 30 taken_is 400
is "$(ids)" 400 'each of them once'
notifier_down notify-one
is "$notifier_status" 0 'one ends'
one=$(grep -c state=sent "$RIG/notify-one.log") two=$(grep -c state=sent "$RIG/notify-two.log")
is $((one + two)) 400 'their logs tell of as many'
ok 'both had a share' [ "$((one > 0 && two > 0))" = 1 ]
notifier_down notify-two

relay_mode slow 0.02
many 2001
notifier_up notify-three
more_than() { [ "$(taken)" -gt "$1" ]; }
ok 'a notifier is at work' wait_for 20 more_than 420
notifier_down notify-three
is "$notifier_status" 0 'SIGTERM ends it in the middle'
ok 'it was the middle' [ "$(taken)" -lt 600 ]
diag "sent when it was stopped: $(($(taken) - 400)) of 200"
is "$(grep -c 'state=sent' "$RIG/notify-three.log")" "$(($(taken) - 400))" 'what it had sent it knew of'
relay_mode ok
notifier_up notify-four
ok 'the next one sends the rest' wait_for 60 taken_is 600
notifier_down notify-four
is "$(ids),$(taken)" 600,600 'each of them once'

# -- told to stop while the relay does not answer

relay_mode hang 30
mail 'last@remote.example' 'last' | send last@remote.example sales@tickets.example
notifier_up notify-five
connected() { grep -q " [0-9A-F]*:$(printf %04X "$RELAY_PORT") 01 " /proc/net/tcp; }
ok 'a letter is on its way' wait_for 10 connected
begin=$SECONDS
notifier_down notify-five
is "$notifier_status,$((SECONDS - begin < 10))" 0,1 'SIGTERM does not wait for the relay'
relay_mode ok
notifier_up notify-six
ok 'the letter is nobody'\''s failure, and goes out with the next notifier at once' wait_for 15 taken_is 601

# -- many at once

for i in {1..12}; do
  "$BUILD/ticket-notify" -c "$RIG/ticket-milter.toml" -f 2>> "$RIG/notify-at-once-$i.log" &
  notifiers[at-once-$i]=$!
done
all_ready() { [ "$(cat "$RIG"/notify-at-once-*.log | grep -c ' ready$')" = 12 ]; }
ok 'twelve notifiers start at once' wait_for 20 all_ready
statuses=
for name in notify-six at-once-{1..12}; do
  notifier_down "$name"
  statuses+=$notifier_status
done
is "$statuses" 0000000000000 'and end'
is "$(find "$RIG/store" -name 'notify-*.sent' | wc -l)" 0 'no log of sent mails is left'
is "$(cat "$RIG"/notify-*.log | grep -vE 'state=sent|ready|stopped')" '' 'nobody complains, nor takes anything over'
finish
