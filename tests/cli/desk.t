#!/bin/bash
# SPDX-License-Identifier: MIT
# Tickets filed by hand, listed, shown and counted.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
create() { ticket create --queue "$1" --requestor "$2" --subject "$3"; }

is "$(ticket list)$(ticket list --json)" "" "an empty store lists nothing"
run create help R@Remote.Example 'Printer on fire' <<< 'The printer burns.'
is "$status:$out" "0:ticket 1" "create prints the number"
run ticket create --json --queue HELP --requestor zoe@remote.example --subject $'Zwölf\n Bäume \x1b[31m \xff' <<< $'B\xc3\xa4ume\r\n\xff \x1b[2J'
is "$(of id queue subject status owner requestors cc admin_cc priority due merged_into links <<< "$out")" \
  $'2\thelp\tZwölf Bäume [31m \xef\xbf\xbd\tnew\tnull\tzoe@remote.example\t\t\t0\tnull\tnull\t' "create --json prints the ticket"
like "$(of created updated <<< "$out")" '^20[0-9-]{8}T[0-9:]{8}Z.20[0-9-]{8}T[0-9:]{8}Z$' "its times are RFC 3339 in UTC"
is "$(tr ',' '\n' <<< "$out" | sed -nE 's/^\{?"([a-z_]+)":.*/\1/p' | tr '\n' ' ')" \
  "id queue subject status owner requestors cc admin_cc priority created updated due merged_into links " "its fields are those of the contract"
is "$(create office r@remote.example '  ' < /dev/null)" "ticket 3" "a ticket without text"
is "$(ticket show 3 --json | of subject entries.0.text)" $'(no subject)\t' "and without subject"

run ticket show 2 --json
is "$(of entries.# entries.0.id entries.0.kind entries.0.door entries.0.actor <<< "$out")" $'1\t1\tcreate\tticket\tlogin:'"$(id -un)" "A77 the entry tells who, and by which door"
is "$(of entries.0.status_before entries.0.status_after entries.0.class entries.0.sender entries.0.attachments.# <<< "$out")" $'new\tnew\t\t\t0' "and what it was not"
is "$(of entries.0.text <<< "$out")" $'Bäume\n\xef\xbf\xbd \xef\xbf\xbd[2J' "A17 the text is UTF-8, whatever came in"
is "$(sed -E 's/.*"entries":\[\{//' <<< "$out" | grep -oE '"[a-z_0-9]+":' | tr -d '":' | tr '\n' ' ')" \
  "id kind actor created message_id subject text class rule door extension sender mta_id status_before status_after attachments " "its fields are those of the contract"
is "$(wc -l <<< "$out")" 1 "one object, one line"
run ticket show '#1'
like "$out" '^#1 Printer on fire' "show as text"
like "$out" 'Requestor  r@remote.example' "the requestor is case-folded"
like "$out" 'The printer burns.' "with the text"
unlike "$(ticket show 2; ticket list)" $'\x1b|\xc2\x9b' "no escape sequence gets out"

# lists
is "$(ticket list --json | of id | tr '\n' ' ')" "3 2 1 " "newest first"
is "$(ticket list --json --limit 2 | of id | tr '\n' ' ')" "3 2 " "--limit"
is "$(ticket list --limit 0)" "" "--limit 0"
is "$(ticket list --json --queue help | of id | tr '\n' ' ')" "2 1 " "--queue"
is "$(ticket list --json --queue Help,office --limit 1 | of id)" "3" "two queues"
is "$(ticket list --json --requestor R@REMOTE.example | of id | tr '\n' ' ')" "3 1 " "--requestor"
is "$(ticket list --json --subject 'ZWOLF  baume' | of id)" "2" "--subject without case and accents"
is "$(ticket list --json --status new,open | wc -l)" 3 "--status"
is "$(ticket list --json --status resolved)" "" "no such tickets, no line"
is "$(ticket list --owner ann@staff.example)" "" "--owner, and no heading over nothing"
is "$(ticket list --json --sort subject | of id | tr '\n' ' ')" "3 1 2 " "--sort subject"
is "$(ticket list --json --sort subject --limit 2 | of id | tr '\n' ' ')" "3 1 " "--sort with --limit"
is "$(ticket list --json --sort queue | of id | tr '\n' ' ')" "2 1 3 " "--sort queue"
for field in updated created id priority due status owner; do
  is "$(ticket list --json --sort $field | of id | tr '\n' ' ')" "3 2 1 " "--sort $field, the rest newest first"
done

# tables
run ticket list
like "$out" '^ID +STATUS +QUEUE +UPDATED +OWNER +REQUESTOR +SUBJECT'$'\n'' 3  new' "a table with a heading"
create help r@remote.example "$(printf 'x%.0s' {1..300})" < /dev/null > /dev/null
like "$(ticket list)" 'x{300}' "in a pipe nothing is cut"
is "$(COLUMNS=60 ticket list | wc -L)" 60 "COLUMNS is kept"
unlike "$(ticket list)" $'\x1b' "no colour in a pipe"
tty() { TERM=${TERM_:-xterm} script -qec "$BUILD/ticket -c $DESK/ticket-milter.toml list --no-pager" /dev/null < /dev/null; }
if command -v script > /dev/null; then
  like "$(tty)" $'\x1b\\[1mID' "colour on a terminal"
  unlike "$(NO_COLOR=1 tty)" $'\x1b' "but for NO_COLOR"
  unlike "$(TERM_=dumb tty)" $'\x1b' "and for dumb ones"
else
  skip "colour" "no script(1)"
fi

# stats
run ticket stats
like "$out" 'QUEUE +STATUS +TICKETS'$'\n''help +new +3'$'\n''office +new +1' "stats by queue and status"
like "$out" "$(date -u +%F)  help +3" "and by day"
is "$(ticket stats --json | of by_status.0.queue by_status.0.tickets by_status.1.tickets by_day.# by_day.0.day people journal)" \
  $'help\t3\t1\t2\t'"$(date -u +%F)"$'\t2\t0' "stats as JSON"
like "$(ticket stats --json | of bytes_used disk_free)" '^[1-9][0-9]+.[1-9][0-9]+$' "with the room it takes"
run ticket stats --prometheus
like "$out" 'ticket_milter_tickets\{queue="help",status="new"\} 3' "stats for a monitor"
not_ok "each line is a sample or about one" grep -vE '^(# (HELP|TYPE) ticket_milter_|ticket_milter_[a-z_]+(\{[^{}]*\})? [0-9.e+-]+$)' <<< "$out"

# addresses
is "$(ticket addresses)" "bounce@tickets.example
help-comment@tickets.example
help@tickets.example
office@tickets.example
sales@tickets.example
support@example.com" "addresses"
is "$(ticket addresses --postmap | head -n 1)" $'bounce@tickets.example\tOK' "addresses for postmap"
is "$(ticket addresses --json | of queue address | head -n 2)" $'bounce\tbounce@tickets.example\nhelp\thelp-comment@tickets.example' "addresses as JSON"
ADDRESS='default_queue = "help"' desk_config > "$DESK/default.toml"
is "$("$BUILD/ticket" -c "$DESK/default.toml" addresses | tail -n 1)" "@tickets.example" "a default queue takes the domain"

# rights
if am_root; then
  as() { local login=$1; shift; setpriv --reuid="$login" --regid="$group" --clear-groups "$BUILD/ticket" -c "$DESK/ticket-milter.toml" "$@"; }
  run as nobody create --queue sales --requestor r@remote.example --subject x < /dev/null
  is "$status" 77 "create without the right"
  like "$err" 'login:nobody may not create in queue sales' "says whose right is missing where"
  run as nobody create --queue help --requestor r@remote.example --subject x < /dev/null
  is "$status" 0 "create where anybody may"
  sed 's/logins = .*/logins = ["nobody"]/' "$DESK/ticket-milter.toml" > "$DESK/agent.toml"
  run as nobody -c "$DESK/agent.toml" create --json --queue sales --requestor r@remote.example --subject x < /dev/null
  is "$status" 0 "create by an agent"
  is "$(ticket show "$(of id <<< "$out")" --json | of entries.0.actor)" "ann@staff.example" "whose address is the actor"
else
  skip "rights" "not root"
fi
finish
