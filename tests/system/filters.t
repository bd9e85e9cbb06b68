#!/bin/bash
# SPDX-License-Identifier: MIT
# Filters through a real Postfix: at which stage and with which code they answer, that nothing is left behind, and that a reload is all or nothing.
. "$(dirname "$0")/lib.sh"
vip='[[queue]]
name = "vip"
addresses = ["vip@tickets.example"]'
CONFIG='[filter.sender]
deny = ["@spam.example", "casino", "newsletter@shop.example"]
[filter.subject]
deny = ["Lottery, Crème brûlée"]' rig_up
mail r@remote.example 'first' | send r@remote.example help@tickets.example

state() { ticket stats --json | json messages people; ticket list --json --limit 100000 | wc -l; }
before=$(state)

# refused REPLY RULE NAME: the last mail was, at the end; no ticket, no message, no person of it is there, and no mail goes out.
refused() {
  like "$(final)" "$1.*$2" "$3: refused at the end of the message, by $2"
  is "$(state)" "$before" "$3: nothing is left in the store"
}

mail x@spam.example 'hello' | send x@spam.example help@tickets.example
like "$(rcpt help@tickets.example)" '^550 5\.7\.1 <help@tickets\.example>: refused by rule sender-deny \(x@spam\.example\); help: ' 'envelope sender filtered: refused at RCPT, naming the rule'
is "$(state)" "$before" 'and nothing is left in the store'
ok 'it is logged with rule and reply' grep -q 'sender=<x@spam.example> recipient=<help@tickets.example> rule=sender-deny reply="550 5.7.1' "$RIG/milter.log"
mail x@spam.example 'hello' | send x@spam.example bob@people.example help@tickets.example
like "$(rcpt bob@people.example)" '^250 ' 'others are not concerned'
ok 'and get their mail' wait_for 10 mailbox_has bob 1

mail 'x@spam.example' 'author' | send r@remote.example help@tickets.example
refused '^550 5\.7\.1 ' sender-deny 'author filtered'
mail 'The CASINO <x@remote.example>' 'display name' | send r@remote.example help@tickets.example
refused '^550 5\.7\.1 ' sender-deny 'display name filtered'
mail x@remote.example 'another field' 'Reply-To: newsletter@shop.example' | send r@remote.example help@tickets.example
refused '^550 5\.7\.1 ' sender-deny 'Reply-To filtered'
mail x@remote.example '=?utf-8?q?You_won_the_l=C3=B6ttery?=' | send r@remote.example help@tickets.example
refused '^550 5\.7\.1 ' subject-deny 'subject filtered'
mail x@remote.example 'creme  BRULEE' | send r@remote.example help@tickets.example
refused '^550 5\.7\.1 ' subject-deny 'subject filtered, without marks'
mail 'Postmaster <x@remote.example>' 'Delivery Error' | send x@remote.example help@tickets.example
like "$(final)" '^250 ' 'N21 what only looks like a machine passes the standard preset'
before=$(state)
mail x@remote.example '=?utf-8?q?Out_of_Office=3A_back_Monday?=' | send '' help@tickets.example
like "$(rcpt help@tickets.example)" '^250 ' 'N21 the null sender is not refused at RCPT'
refused '^550 5\.7\.1 ' preset-standard 'N21 Out of Office from <>'
explain() { mail x@remote.example "$1" | ticket explain --json --from x@remote.example --to help@tickets.example | json verdict code rule filters; }
is "$(explain Lottery)" $'reject\t550\tsubject-deny\tsubject-deny' 'explain names the filter'
not_ok 'no mail was sent to anyone' grep -qE 'from=<[^>]*(bounce|help|sales)' "$RIG/postfix/maillog"

CONFIG='[filter]
presets = ["trackit"]' reconfigure
mail 'Postmaster <x@remote.example>' 'hello' | send x@remote.example help@tickets.example
refused '^550 5\.7\.1 ' preset-trackit 'N22 display name Postmaster'
mail x@remote.example 'Re: Out of Office' | send x@remote.example help@tickets.example
refused '^550 5\.7\.1 ' preset-trackit 'a subject of the list'

# A file with one error changes nothing.
sed -i 's/"trackit"/"track-it"/' "$RIG/ticket-milter.toml"
complaints=$(grep -c 'configuration refused' "$RIG/milter.log")
milter_signal USR1
ok 'a broken filter is refused' wait_for 10 eval '[ "$(grep -c "configuration refused" "$RIG/milter.log")" -gt "$complaints" ]'
mail x@remote.example 'Failure Notice' | send x@remote.example help@tickets.example
sed -i 's/"track-it"/"trackit"/' "$RIG/ticket-milter.toml"   # for the desk
refused '^550 5\.7\.1 ' preset-trackit 'and the old set stays'

CONFIG='[filter]
dry_run = true
[filter.subject]
deny = ["lottery"]' reconfigure
mail x@remote.example 'Lottery' | send x@remote.example help@tickets.example
like "$(final)" '^250 ' 'a dry run refuses nothing'
like "$(ticket show "$(newest)")" 'filter subject-deny: would refuse' 'but marks the history'
ok 'and the log' grep -q 'filter=subject-deny' "$RIG/milter.log"

CONFIG="$vip
[[filter.rule]]
id = \"own-code\"
any = [ { field = \"envelope.recipient\", match = \"contains\", values = [\"help+sales@\"] } ]
code = 554
enhanced = \"5.7.7\"
[[filter.rule]]
id = \"later\"
any = [ { field = \"subject\", match = \"prefix\", values = [\"later\"] } ]
action = \"tempfail\"
text = \"{rule} please\"
[[filter.rule]]
id = \"shelf\"
any = [ { field = \"subject\", match = \"contains\", values = [\"for the shelf\"] } ]
action = \"journal\"
[[filter.rule]]
id = \"bin\"
any = [ { field = \"subject\", match = \"contains\", values = [\"for the bin\"] } ]
action = \"discard\"
[[filter.rule]]
id = \"important\"
all = [ { field = \"subject\", match = \"regex\", values = ['^\\[(VIP|CEO)\\]'] } ]
action = \"set\"
set = { queue = \"vip\", priority = 7, acknowledge = \"never\" }
[[filter.rule]]
id = \"strangers\"
binds = [\"unknown\"]
any = [ { field = \"header:X-Bulk\", match = \"equals\", values = [\"yes\"] } ]" reconfigure
before=$(state)
mail x@remote.example 'later' | send x@remote.example help@tickets.example
refused '^450 4\.7\.1 .*later please' '' 'tempfail'
mail x@remote.example 'hello' | send x@remote.example help+sales@tickets.example
like "$(rcpt help+sales@tickets.example)" '^554 5\.7\.7 .*own-code' 'a term on the recipient answers at RCPT, with its own code'
shelved() { ticket journal --json | grep -cE '"verdict":"(journal|discard)"'; }
shelved=$(shelved) count=$(tickets)
mail x@remote.example 'for the shelf' | send x@remote.example help@tickets.example
like "$(final)" '^250 ' 'journal: a 250'
mail x@remote.example 'for the bin' | send x@remote.example help@tickets.example
like "$(final)" '^250 ' 'discard: a 250'
is "$(shelved),$(tickets)" "$((shelved + 2)),$count" 'a line in the journal each, no ticket'
mail x@remote.example '[VIP] hello' | send x@remote.example help@tickets.example
is "$(of "$(newest)" queue priority)" $'vip\t7' 'set: queue and priority of the new ticket'
before=$(state)
mail stranger@remote.example 'x' 'X-Bulk: yes' | send stranger@remote.example help@tickets.example
refused '^550 5\.7\.1 ' strangers 'binds unknown: a stranger'
mail r@remote.example 'x' 'X-Bulk: yes' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'someone on file is not'

CONFIG='[filter]
accept_from = "requestors_and_agents"' reconfigure
before=$(state)
mail stranger@remote.example 'x' | send stranger@remote.example help@tickets.example
refused '^550 5\.7\.1 ' accept-from 'accept_from: a stranger'
mail r@remote.example 'x' | send stranger@remote.example help@tickets.example
like "$(final)" '^250 ' 'accept_from: who is on file'
mail 'Ann <ann@staff.example>' 'x' | send -l ann ann@staff.example help@tickets.example
like "$(final)" '^250 ' 'accept_from: an agent'

MILTER='mode = "copy"' CONFIG='[filter.sender]
deny = ["@spam.example"]' reconfigure
before=$(tickets)
mail x@spam.example 'copied' | send x@spam.example help@tickets.example
like "$(rcpt help@tickets.example) $(final)" '^250 .*250 ' 'mode copy refuses nobody'
is "$(tickets)" "$before" 'and makes no ticket of what is filtered'
finish
