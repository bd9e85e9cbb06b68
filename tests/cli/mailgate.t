#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket-mailgate: mail on standard input is filed, known again, or journaled, and everything else leaves it with the MTA.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
gate() { "$BUILD/ticket-mailgate" -c "$DESK/ticket-milter.toml" "$@"; }
mail() { printf 'Return-Path: <%s>\nFrom: %s\nTo: support@example.com\nSubject: %s\nMessage-ID: <%s@remote.example>\n\nThe printer is on fire.\n' "$1" "$1" "$2" "$3"; }

run gate --queue Help < <(mail rita@remote.example one 1)
is "$status:$out$err" "0:" "a mail is filed, and nothing is said"
is "$(ticket show 1 --json | of queue requestors entries.0.door entries.0.sender)" $'help\trita@remote.example\tmailgate\trita@remote.example' "in the queue"
run gate --queue help --debug < <(mail rita@remote.example one 1)
is "$status" 0 "the same again is no failure"
like "$err" 'verdict=duplicate ticket=1' "but it is known"
is "$(ticket list --json | wc -l)" 1 "and not filed twice"

EXTENSION=1 run gate --queue help --extension ticket < <(mail rita@remote.example two 2)
is "$status $(ticket show 1 --json | of entries.# entries.1.kind)" "0 2"$'\t'"correspond" "EXTENSION names the ticket"
EXTENSION=1 run gate --queue help < <(mail rita@remote.example three 3)
is "$status $(ticket list --json --limit 1 --sort id | of id)" "0 2" "it is not looked at unasked"
SASL_USERNAME=ann EXTENSION=1 run gate --queue help --extension ticket --action comment-resolve < <(mail ann@staff.example four 4)
is "$status $(ticket show 1 --json | of status entries.2.kind)" "0 resolved"$'\t'"comment" "actions, by an agent whose login it is"
EXTENSION=office run gate --queue help --extension queue < <(mail rita@remote.example five 5)
is "$(ticket show 3 --json | of queue)" "office" "EXTENSION names the queue"

# -- what the milter would refuse
EXTENSION=99 run gate --queue help --extension ticket < <(mail rita@remote.example six 6)
is "$status" 0 "an unknown ticket is no bounce"
EXTENSION=1 run gate --queue help --extension ticket --action comment < <(mail rita@remote.example seven 7)
is "$status" 0 "nor is a right that is missing"
is "$(ticket journal --json | of verdict subject | grep reject | sort)" $'reject\tseven\nreject\tsix' "both are in the journal"
is "$(ticket list --json | wc -l)" 3 "and no tickets"
like "$(ticket journal show "$(ticket journal --json | of id | head -n 1)" --raw)" 'The printer is on fire' "whole"

# -- mode
MILTER='mode = "observe"' desk_config > "$DESK/ticket-milter.toml"
run gate --queue help < <(mail rita@remote.example eight 8)
is "$status $(ticket list --json | wc -l)" "0 4" "it files also where the milter only observes"
desk_config > "$DESK/ticket-milter.toml"

# -- trouble
exits 75 "an unknown queue" gate --queue nosuch
like "$err" 'there is no queue "nosuch"' "which is named"
exits 75 "no queue" gate
exits 75 "an unknown option" gate --queue help --frobnicate
exits 75 "an unknown kind of extension" gate --queue help --extension colour
exits 75 "nothing on standard input" gate --queue help
run gate --queue help < <(echo hello)
is "$status" 75 "no message"
exits 75 "no configuration" "$BUILD/ticket-mailgate" -c "$DESK/none" --queue help
MILTER='max_message = "4KiB"' desk_config > "$DESK/ticket-milter.toml"
run gate --queue help < <(mail rita@remote.example big 9; head -c 5000 /dev/zero | tr '\0' x)
is "$status" 75 "a mail that is too large"
desk_config > "$DESK/ticket-milter.toml"
exits 0 "--help" gate --help
exits 0 "--version" gate --version
if am_root; then
  run setpriv --reuid=65533 --regid=65533 --clear-groups "$BUILD/ticket-mailgate" -c "$DESK/ticket-milter.toml" --queue help < <(mail rita@remote.example ten 10)
  is "$status" 75 "a user to whom the store is closed"
else
  skip "another user" "not root"
fi
is "$(ticket list --json | wc -l)" 4 "nothing of that is filed"
run gate --queue help --timeout 2 < <(sleep 20)
is "$status" 75 "--timeout"
like "$err" 'in time' "is said"
finish
