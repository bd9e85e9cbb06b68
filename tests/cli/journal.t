#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket journal: what did not become a ticket, and how it does. The mail comes in through the milter's socket.
. "$(dirname "$0")/lib.sh"
command -v miltertest > /dev/null || { echo "1..0 # SKIP no miltertest"; exit 0; }
desk_up
ticket init > /dev/null
is "$(ticket journal)$(ticket journal --json)" "" "an empty journal lists nothing"
"$BUILD/ticket-milter" -f -c "$DESK/ticket-milter.toml" 2> "$DESK/log" &
milter=$!
trap 'kill -9 $milter 2> /dev/null; wait $milter 2> /dev/null; rm -rf "$DESK"' EXIT

listening() { perl -MIO::Socket::UNIX -e 'exit !IO::Socket::UNIX->new(Peer => shift)' "$DESK/socket/milter.sock"; }
entries()   { [ "$(ticket journal --json | wc -l)" = "$1" ]; }
within 10 listening || { echo "Bail out! ticket-milter does not start: $(cat "$DESK/log")"; exit 1; }

# file SENDER RCPT < mail with LF; fails when it is refused.
file() {
  sed 's/$/\r/' > "$DESK/mail"
  MAIL=$DESK/mail SOCKET=$DESK/socket/milter.sock SENDER=$1 RCPT=$2 timeout 60 miltertest -s "$tests/file.lua" > /dev/null 2>&1
}
mail() { printf 'From: %s\nTo: sales@tickets.example\nSubject: %s\nMessage-ID: <%s@remote.example>\n\nHello\033[2J there.\n' "$1" "$2" "$3"; }

mail 'Rita <rita@remote.example>' $'Offer \033[31m' one | file '<Rita@Remote.example>' '<sales@tickets.example>'
within 10 entries 1
is "$?" 0 "a refused mail gets into the journal"
out=$(ticket journal --json)
is "$(tr ',' '\n' <<< "$out" | sed -nE 's/^\{?"([a-z_]+)":.*/\1/p' | tr '\n' ' ')" \
  "id time rule class verdict sender recipients author subject message_id size " "its fields are those of the contract"
is "$(of id rule class verdict sender recipients author message_id <<< "$out")" \
  $'1\tright-create\thuman\treject\trita@remote.example\tsales@tickets.example\trita@remote.example\tone@remote.example' "and tell what happened"
like "$(of time <<< "$out")" '^20[0-9-]{8}T[0-9:]{8}Z$' "its time is RFC 3339 in UTC"
unlike "$(ticket journal; ticket journal 1)" $'\x1b' "no escape sequence gets out"
like "$(ticket journal)" '^ID +TIME +VERDICT +CLASS +RULE +SENDER +RECIPIENTS +SUBJECT'$'\n'' 1 ' "a table with a heading"
like "$(ticket journal show '#1')" 'Journal entry 1: Offer.*Reason +no right to create in queue sales.*Hello' "show"
is "$(ticket journal 1 --raw)" "$(mail 'Rita <rita@remote.example>' $'Offer \033[31m' one | sed 's/$/\r/')" "--raw"
is "$(ticket journal 1 --json | of reason kept imported client)" $'no right to create in queue sales\ttrue\tnull\t192.0.2.1' "show --json has more"

is "$(ticket journal --json --class human --since 1d | of id)" 1 "--class and --since find it"
is "$(ticket journal --json --class bounce)$(ticket journal --json --since 2099-01-01T00:00:00+02:00)$(ticket journal --limit 0)" "" "or not"
exits 64 "a bad --since" ticket journal --since yesterday
like "$err" 'RFC 3339|such as 2026' "says what it wants"
exits 64 "a bad number" ticket journal nought
exits 64 "import of nothing" ticket journal import
exits 64 "too much" ticket journal show 1 2
exits 67 "no such entry" ticket journal 99
exits 67 "nothing to import" ticket journal import 99

is "$(ticket stats --json | of messages people journal)" $'0\t0\t1' "stats counts it apart from the tickets' messages"
run ticket journal import 1 --json
is "$status $(of id queue subject requestors <<< "$out")" $'0 1\tsales\tOffer  [31m\trita@remote.example' "import files it"
is "$(ticket show 1 --json | of entries.# entries.0.kind entries.0.actor entries.0.sender entries.0.door)" \
  $'1\tcreate\trita@remote.example\trita@remote.example\tticket' "from who wrote it"
like "$(ticket show 1)" "imported from the journal by login:$(id -un)" "and says who did it"
is "$(ticket stats --json | of messages people journal)" $'1\t1\t1' "now it is one of these"
exits 65 "a second time" ticket journal import 1
like "$err" 'imported before, as ticket 1' "says where it is"
like "$(ticket journal 1)" 'imported, see ticket show 1' "so does the entry"
exits 65 "whose mail is the ticket's now" ticket journal 1 --raw
finish
