#!/bin/bash
# SPDX-License-Identifier: MIT
# Mail that a relay of ours brings: never refused for good, journaled whole instead; the client before it is the one that counts.
. "$(dirname "$0")/lib.sh"
FIRST_ID=12
trust='relays = ["203.0.113.0/24"]
networks = ["192.0.2.0/24"]'
HELP_RIGHTS='create = ["known"]' TRUST=$trust rig_up
by() { echo "Received: from x (y.example [$1]) by relay.example.com (Postfix) with ESMTP id 1; Sat, 21 Nov 2026 05:00:00 +0000"; }
relayed() { send -a 203.0.113.9 "$@"; }

mail stranger@elsewhere.example 'refused by policy' | send stranger@elsewhere.example help@tickets.example
like "$(final)" '^550 5\.7\.1 ' 'from a client a refusal is a refusal'
ok 'which comes to the journal, too' wait_for 10 journal_has '' 1  # a moment later: only then is there something to count from
before=$(journal) people=$(people)
mail stranger@elsewhere.example 'refused by policy' "$(by 198.51.100.7)" | relayed stranger@elsewhere.example help@tickets.example
like "$(final)" '^250 ' 'from a relay it is a 250'
is "$(journal),$(tickets),$(people)" "$((before + 1)),0,$people" 'and goes to the journal, no ticket, nobody put on file'
ok 'the log says why' log_has 'rule=right-create verdict=journal'

before=$(journal)
mail stranger@elsewhere.example 'unknown' "$(by 198.51.100.7)" | relayed stranger@elsewhere.example help+nonsense@tickets.example help+99@tickets.example
like "$(rcpt help+nonsense@tickets.example)" '^250 ' 'an unknown extension is not refused at RCPT'
like "$(rcpt help+99@tickets.example)" '^250 ' 'nor an unknown ticket'
like "$(final)" '^250 ' 'nor at the end'
is "$(journal)" $((before + 2)) 'but journaled, for each recipient'
mail stranger@elsewhere.example 'for two' "$(by 198.51.100.7)" | relayed stranger@elsewhere.example help@tickets.example bob@people.example
like "$(final)" '^250 ' 'mail for others goes on'
ok 'to them' wait_for 10 mailbox_has bob 1

mail ann@staff.example 'by network' "$(by 192.0.2.7)" | relayed ann@staff.example help@tickets.example
is "$(tickets)" 1 'the client before the relay proves an agent'
mail ann@staff.example 'by network' "$(by 198.51.100.7)" "$(by 192.0.2.7)" | relayed ann@staff.example help+comment-12@tickets.example
like "$(of 12 entries.#)" '^1$' 'a Received field below the one of the relay proves nothing'
mail ann@staff.example 'by network' "$(by 192.0.2.7)" | send -a 198.51.100.7 ann@staff.example help+comment-12@tickets.example
like "$(final)" '^550 5\.7\.1 ' 'nor does one of a client that is no relay'
mail ann@staff.example 'two hops' "$(by 203.0.113.5)" "$(by 192.0.2.7)" | relayed ann@staff.example help+comment-12@tickets.example
is "$(of 12 entries.# entries.-1.kind)" $'2\tcomment' 'over two relays of ours it does'

HELP_RIGHTS='' TRUST=$trust CONFIG=$'[limit]\nnew_tickets_per_sender = "1/1h"\nexempt = ["192.0.2.7"]' reconfigure
for i in 1 2; do mail r@remote.example "mail $i" "$(by 198.51.100.7)" | relayed r@remote.example help@tickets.example; done
like "$(final)" '^450 4\.7\.1 ' 'what is only put off is put off'
for i in 1 2; do mail m@remote.example "mail $i" "$(by 192.0.2.7)" | relayed m@remote.example help@tickets.example; done
like "$(final)" '^250 ' 'an exempt client is exempt behind a relay'

entry=$(ticket journal --json | json id subject rule | grep -F 'refused by policy' | head -n 1)
like "$entry" 'right-create$' 'the journal tells why, newest first'
ticket journal import "${entry%%$'\t'*}" > /dev/null
is "$(of "$(newest)" subject requestors.0)" $'refused by policy\tstranger@elsewhere.example' 'and has the whole mail: it can be filed after all'
like "$(of "$(newest)" entries.0.text)" 'on fire' 'text and all'
finish
