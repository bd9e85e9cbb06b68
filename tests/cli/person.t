#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket person: who is known, to whom no mail goes, and how it goes there again. A relay refuses mail to refuse@.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
create() { ticket create --queue help --requestor "$1" --subject "$2" < /dev/null > /dev/null; }
has()    { ticket outbox --state "$1" --json | grep -q .; }
is "$(ticket person list)$(ticket person list --json)$(ticket person list --stopped)" "" "nobody is known"
exits 67 "nothing is known of somebody" ticket person show rita@remote.example
like "$err" 'nothing is known of rita@remote.example' "who is named"

relay_up
create Rita@Remote.example one
create refuse@gone.example two
notifier_up
within 20 has failed
is "$?" 0 "mail to an address is refused" || diag "$(cat "$DESK/notify.log")"

run ticket person show Refuse@Gone.example --json
is "$(of address name bounce_score bounce_limit stopped reason acknowledgements notices <<< "$out")" \
  $'refuse@gone.example\t\t2\t4\ttrue\tthe address is stopped, mail to it came back\t1\t1' "what is counted against it"
is "$(tr ',' '\n' <<< "$out" | sed -nE 's/^\{?"([a-z_]+)":.*/\1/p' | tr '\n' ' ')" \
  "address name first_seen bounce_score bounce_limit bounce_fades stopped stopped_until reason acknowledgements notices " "its fields are those of the page"
is "$(of bounce_fades stopped_until <<< "$out" | sed -E 's/T[^\t]*//g')" "$(date -u -d '+30 days' +%F)"$'\t'"$(date -u -d '+60 days' +%F)" "and how long"
like "$(of first_seen <<< "$out")" "^$(date -u +%F)T" "since when it is known"
run ticket person show refuse@gone.example
like "$out" 'Bounces +2 of 4, all faded 20.*Stopped +until 20.*: the address is stopped.*Answered +1 in 1d.*Notices +1 in 10h' "as text"
is "$(ticket person list --json | of address stopped | tr '\t\n' '= ')" "refuse@gone.example=true rita@remote.example=false " "all who are known"
is "$(ticket person list --stopped --json | of address)" "refuse@gone.example" "who is stopped"
is "$(ticket person list --limit 1 --json | of address)" "refuse@gone.example" "--limit"
like "$(ticket person list)" '^ADDRESS +NAME +FIRST SEEN +BOUNCES +STOPPED UNTIL'$'\n''refuse@gone.example ' "a table with a heading"

create refuse@gone.example three
like "$(ticket show 3)" 'no notice to refuse@gone.example: the address is stopped, mail to it came back' "no mail goes there"
run ticket person enable refuse@gone.example
is "$status$out$err" 0 "enable prints nothing"
is "$(ticket person show refuse@gone.example --json | of bounce_score bounce_fades stopped stopped_until reason)" $'0\tnull\tfalse\tnull\t' "and takes all off"
is "$(ticket person list --stopped)" "" "nobody is stopped"
create refuse@gone.example four
is "$(ticket show 4 --json | of notices.0.to)" "refuse@gone.example" "mail goes there again"

run ticket person disable Zoe@Remote.example
is "$status$out$err" 0 "disable prints nothing"
is "$(ticket person list --stopped --json | grep zoe | of address first_seen stopped)" $'zoe@remote.example\tnull\ttrue' "and holds for who never wrote"
create zoe@remote.example five
like "$(ticket show 5)" 'no notice to zoe@remote.example: .*somebody at the desk wants it so' "no mail goes there, and that is why"
ticket person enable zoe@remote.example
is "$(ticket person show zoe@remote.example --json | of stopped)" false "enable undoes it"
exits 67 "enable of somebody unknown" ticket person enable nobody@remote.example

exits 64 "no command" ticket person
exits 64 "an unknown one" ticket person frobnicate rita@remote.example
exits 64 "show of nobody" ticket person show
exits 64 "list of somebody" ticket person list rita@remote.example
exits 64 "no address" ticket person disable rita
finish
