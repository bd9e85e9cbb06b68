#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket without a command: my tickets, and what waits longest.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
create() { ticket create --queue help --requestor "$1" --subject "$2" < /dev/null > /dev/null; }
is "$(ticket)" "Waiting: nothing" "nothing waits"
is "$(ticket --json)" "" "so there is no line of JSON"
create rita@remote.example one
create zoe@remote.example two
like "$(ticket)" '^Waiting: 2 without owner, 2 without answer, the oldest first'$'\n''ID  STATUS +QUEUE +SINCE .*'$'\n'' 1  new .*one'$'\n'' 2  new .*two$' "the oldest first, with counts"
is "$(ticket --json | of id subject | tr '\n' ' ')" $'1\tone 2\ttwo ' "as JSON Lines of tickets"
unlike "$(ticket)" 'Mine' "nothing is mine where the login is no agent's"
sed -i "s/logins = \[\"ann\"\]/logins = [\"ann\", \"$(id -un)\"]/" "$DESK/ticket-milter.toml"
like "$(ticket)" '^Mine: none'$'\n\n''Waiting: 2' "an agent owns nothing yet"
for n in {3..14}; do create zoe@remote.example "$n"; done
is "$(ticket --json | wc -l)" 10 "no more than a few"
like "$(ticket)" 'Waiting: 14 without owner, 14 without answer' "but all are counted"
exits 64 "an unknown word" ticket frobnicate
finish
