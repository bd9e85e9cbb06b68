#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket outbox: what is owed and not sent; to try it again, or to give it up. Nobody listens where the relay should be, until one is started.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
create() { ticket create --queue "$1" --requestor "$2" --subject x < /dev/null > /dev/null; }
states() { ticket outbox --state due,deferred,failed,held,sent,dropped --json | sort -t: -k2n | of id state | tr '\t\n' '= '; }
has()    { ticket outbox --state "$1" --json | grep -q .; }
is "$(ticket outbox)$(ticket outbox --json)" "" "an empty outbox lists nothing"

# A ticket filed at the desk is told to the same people as one that came by mail.
create help rita@remote.example
run ticket outbox --json
is "$(of id ticket entry template to state attempts last_reply <<< "$out")" \
  $'1\t1\t1\tacknowledge\trita@remote.example\tdue\t0\t\n2\t1\t1\tcreated\tann@staff.example\tdue\t0\t' "create notifies requestor and agents"
is "$(head -n 1 <<< "$out" | tr ',' '\n' | sed -nE 's/^\{?"([a-z_]+)":.*/\1/p' | tr '\n' ' ')" \
  "id ticket entry template to state attempts next_try last_reply " "its fields are those of the contract"
like "$(of next_try <<< "$out")" '^20[0-9-]{8}T[0-9:]{8}Z' "next_try is RFC 3339 in UTC"
like "$(ticket outbox)" '^ID +STATE +TICKET +TEMPLATE +TO +TRIES +NEXT TRY +LAST REPLY'$'\n'' 1 +due +1  acknow' "a table with a heading"
is "$(COLUMNS=70 ticket outbox | wc -L | awk '{ print $1 <= 70 }')" 1 "which fits the terminal"
is "$(ticket outbox --limit 1 --json | of id)$(ticket outbox --limit 0)" 1 "--limit"
is "$(ticket stats --json | of outbox.due outbox.deferred outbox.sent outbox.dropped)" $'2\t0\t0\t0' "stats counts them"
like "$(ticket stats)" 'OUTBOX +NOTICES'$'\n''due +2' "in a table, too"
like "$(ticket show 1)" $'\n  told: rita@remote.example \\(acknowledge, due\\)\n  told: ann@staff.example \\(created, due\\)' "show tells who is told"
is "$(ticket show 1 --json | of notices.# notices.0.id notices.0.entry notices.0.template notices.0.to notices.0.state notices.0.last_reply)" \
  $'2\t1\t1\tacknowledge\trita@remote.example\tdue\t' "in JSON, too"

notifier_up
within 20 has deferred
is "$?" 0 "without a relay, a notice is deferred" || diag "$(cat "$DESK/notify.log")"
notifier_down
id=$(ticket outbox --state deferred --json | of id)
run ticket outbox --state deferred --json
like "$(of attempts last_reply <<< "$out")" '^1.connect to 127.0.0.1:1: Connection refused$' "with what was said"
like "$(ticket show 1)" 'deferred: connect to 127.0.0.1:1: Connection refused\)' "which show tells as well"
later=$(of next_try <<< "$out")
ok "its next try is in the future" test "$later" '>' "$(date -u +%FT%TZ)"

run ticket outbox retry "$id" --json
is "$status$out$err" 0 "retry prints nothing"
is "$(ticket outbox --state due --json | of id | grep -cx "$id")" 1 "and makes it due"
not_ok "now" test "$(ticket outbox --state due --json | grep "\"id\":$id," | of next_try)" '>' "$(date -u +%FT%TZ)"
run ticket outbox cancel 2
is "$status$out$err" 0 "cancel prints nothing"
is "$(ticket outbox --json | of id)" 1 "what is cancelled is listed no more"
is "$(ticket outbox --state dropped --json | of id next_try last_reply)" $'2\tnull\tcancelled by login:'"$(id -un)" "but for who asks"
like "$(ticket show 1)" "told: ann@staff.example \\(created, dropped: cancelled by login:" "and the ticket tells it"
exits 65 "a cancelled one is not tried again" ticket outbox retry 2
like "$err" 'notice 2 is dropped' "which is said"
exits 67 "no such notice" ticket outbox retry 99
exits 67 "no such notice to cancel" ticket outbox cancel 99
exits 64 "no number" ticket outbox cancel nought
exits 64 "number 0" ticket outbox retry 0
exits 64 "retry of nothing" ticket outbox retry
exits 64 "neither retry nor cancel" ticket outbox frobnicate 1
exits 64 "an unknown state" ticket outbox --state late
like "$err" 'none of due, deferred' "which says what there is"

relay_up
notifier_up
within 20 has sent
is "$?" 0 "with a relay, it is sent" || diag "$(cat "$DESK/notify.log")"
exits 65 "one that is sent is not cancelled" ticket outbox cancel 1
like "$err" 'notice 1 is sent' "which is said"
exits 65 "nor tried again" ticket outbox retry 1
like "$(ticket show 1)" 'told: rita@remote.example \(acknowledge, sent\)' "of one that is sent, what was said is not told"

# While a notifier has it in hand.
echo hang 60 > "$DESK/relay/mode"
create office slow@remote.example
in_hand() { ticket outbox | grep -q 'being sent'; }
within 20 in_hand
is "$?" 0 "a notice is being sent"
id=$(ticket outbox --json | of id | head -n 1)
exits 75 "it cannot be cancelled" ticket outbox cancel "$id"
like "$err" 'being sent just now' "which is said"
exits 75 "nor tried again" ticket outbox retry "$id"
exits 75 "nor be among all" ticket outbox cancel all
notifier_down
run ticket outbox cancel all
is "$status$out$(ticket outbox)" 0 "cancel all, once it is let go"

# 550 for good; and what is held is sent only when it is meant.
echo ok > "$DESK/relay/mode"
create sales refuse@remote.example
MILTER='mode = "copy"' desk_config > "$DESK/copy.toml"
"$BUILD/ticket" -c "$DESK/copy.toml" create --queue help --requestor held@remote.example --subject x < /dev/null > /dev/null
is "$(ticket outbox --state held --json | of to | sort)" $'ann@staff.example\nheld@remote.example' "in mode copy notices are held"
notifier_up
within 20 has failed
is "$?" 0 "a refusal is a failure"
idle() { ! has due,deferred; }
within 20 idle
like "$(ticket show 3)" 'told: refuse@remote.example \(acknowledge, failed: 550 5.1.1 No such user\)' "and the ticket tells it"
before=$(ticket outbox --state failed --json | of id)
held=$(ticket outbox --state held --json | grep held@ | of id)
notifier_down
run ticket outbox retry all
is "$status$out$err" 0 "retry all"
is "$(ticket outbox --state due --json | of id)" "$before" "means what has failed"
is "$(ticket outbox --state held --json | wc -l)" 2 "not what is held"
exits 0 "that is meant by its number" ticket outbox retry "$held"
notifier_up
sent() { ticket outbox --state sent --json | of id | grep -qx "$held"; }
within 20 sent
is "$?" 0 "and is sent then"
notifier_down
exits 0 "cancel all" ticket outbox cancel all
is "$(ticket outbox)" "" "leaves nothing"
finish
