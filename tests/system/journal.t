#!/bin/bash
# SPDX-License-Identifier: MIT
# What is refused, discarded or known already is in the journal with its reason, and can be filed after all.
. "$(dirname "$0")/lib.sh"
export SALES=$'[queue.rights]\ncreate = ["agents"]'
rig_up
# entry TEXT PATH...: values of the newest entry with that text.
entry() { local text=$1; shift; ticket journal --json | grep -F -m 1 -- "$text" | json "$@"; }

# at RCPT
smtp 'EHLO c' 'MAIL FROM:<R@Remote.example>' 'RCPT TO:<help+99999@tickets.example>' QUIT > "$RIG/dialogue"
like "$(rcpt help+99999@tickets.example)" '^550 5\.1\.1 ' 'refused at RCPT'
ok 'a refusal at RCPT gets into the journal' wait_for 10 journal_has unknown-ticket 1
is "$(entry unknown-ticket verdict rule class sender recipients author subject message_id size)" \
  $'reject\tunknown-ticket\t\tr@remote.example\thelp+99999@tickets.example\t\t\t\t0' 'with its envelope'
run=$(ticket journal import "$(entry unknown-ticket id)" 2>&1)
is "$?" 65 'it has no mail to import'
like "$run" 'only the envelope' 'and import says so'

# at the end of the message
MESSAGE_ID=late@remote.example BODY='Please sell me one.' mail 'Rita <Rita@Remote.example>' 'An offer' | send rita@remote.example sales@tickets.example
like "$(final)" '^550 5\.7\.1 ' 'refused at the end of the message'
ok 'A7 a refusal at the end of the message gets into the journal' wait_for 10 journal_has late@remote.example 1
is "$(entry late@ verdict rule class sender recipients author subject)" \
  $'reject\tright-create\thuman\trita@remote.example\tsales@tickets.example\trita@remote.example\tAn offer' 'with its envelope and header'
is "$(people)" 0 'A7 no person record'
id=$(entry late@ id)
is "$(entry late@ size)" "$(ticket journal show "$id" --raw | wc -c)" 'and its mail, byte for byte'
like "$(ticket journal "$id")" 'no right to create in queue sales.*Please sell me one' 'shown as text, with the reason'
is "$(ticket journal import "$id")" 'ticket 1' 'imported'
is "$(of 1 queue subject requestors entries.# entries.0.kind entries.0.text entries.0.door entries.0.class)" \
  $'sales\tAn offer\trita@remote.example\t1\tcreate\tPlease sell me one.\n\tticket\thuman' 'it is a ticket like any other' || of 1 queue
like "$(ticket show 1)" 'imported from the journal by login:root' 'whose history tells who did it'
like "$(shown 1 1)" 'Please sell me one' 'with its mail'
run=$(ticket journal import "$id" 2>&1)
is "$?" 65 'a second time it is not'
like "$run" 'imported before, as ticket 1' 'and import says where it is'
is "$(ticket journal show "$id" --json | json imported kept)" $'1\tfalse' 'so does show'
MESSAGE_ID=late@remote.example BODY='Please sell me one.' mail 'Rita <Rita@Remote.example>' 'An offer' | send rita@remote.example sales@tickets.example
ok 'sent again it is refused again, or known' wait_for 10 journal_has late@remote.example 2
run=$(ticket journal import "$(entry late@ id)" 2>&1)
is "$?,$(tickets)" 65,1 'imported again it is known'

# behind a 250
MESSAGE_ID=mixed@remote.example mail r@remote.example 'mixed' | send r@remote.example help@tickets.example sales@tickets.example
like "$(final)" '^250 ' 'filed for one queue, refused for another: 250'
is "$(entry mixed@ verdict rule recipients)" $'reject\tright-create\tsales@tickets.example' 'the refused one is in the journal before the 250'
is "$(ticket journal import "$(entry mixed@ id)")" 'ticket 3' 'imported'
is "$(of 3 queue subject),$(tickets)" $'sales\tmixed,3' 'for the queue that had refused it'
is "$(shown 2 1)" "$(shown 3 1)" 'and both have the mail'
MESSAGE_ID=bob@remote.example mail r@remote.example 'with Bob' | send r@remote.example sales@tickets.example bob@people.example
is "$(final | cut -c1-3),$(entry bob@remote verdict rule)" $'250,reject\tright-create' 'refused beside a stranger: in the journal before the 250'

# duplicates
MESSAGE_ID=twice@remote.example mail r@remote.example 'twice' > "$RIG/twice"
for n in 1 2; do send r@remote.example help@tickets.example < "$RIG/twice"; done
is "$(final | cut -c1-3),$(entry twice@ verdict rule)" $'250,duplicate\tduplicate' 'a duplicate is in the journal'
run=$(ticket journal import "$(entry twice@ id)" 2>&1)
is "$?" 65 'and cannot be imported'
like "$run" 'filed before on ticket 4' 'as it is on a ticket'

# discarded
CONFIG=$'[automatic]\nauto_reply = "discard"' reconfigure
MESSAGE_ID=vacation@remote.example mail r@remote.example 'Away' 'Auto-Submitted: auto-replied' | send r@remote.example help@tickets.example
is "$(final | cut -c1-3),$(entry vacation@ verdict class)" $'250,discard\tauto_reply' 'what is discarded is in the journal before the 250'
is "$(ticket journal --class auto_reply --json | json message_id)" vacation@remote.example '--class'
is "$(ticket journal import "$(entry vacation@ id)")" 'ticket 5' 'and can be imported'

# a mail whose ticket is purged
MESSAGE_ID=purged@remote.example mail r@remote.example 'purged' | send r@remote.example help@tickets.example sales@tickets.example
ticket delete 6 --purge --yes --as ann@staff.example > "$RIG/out" 2>&1
run=$(ticket journal import "$(entry purged@ id)" 2>&1)
is "$?,$(tickets)" 65,5 'a mail that went with the ticket of the other queue cannot be imported' || diag "$(cat "$RIG/out")"
like "$run" 'there is no mail to import' 'and import says so'
is "$(ticket journal show "$(entry purged@ id)" --json | json kept)" false 'so does show'
ticket check --store > "$RIG/out" 2>&1
is $? 0 'and the store agrees' || diag "$(cat "$RIG/out")"

# times and bounds
room=$'max_size = "1GiB"\nmin_free = "16MiB"\n'
is "$(ticket journal --since 2099-01-01 --json)" '' '--since a time'
is "$(ticket journal --since 1h --json | wc -l)" "$(journal)" '--since a duration'
STORE="$room"$'journal_size = "1"' reconfigure
MESSAGE_ID=last@remote.example mail r@remote.example 'last' | send r@remote.example sales@tickets.example
ok 'a refusal while there is no room for its mail' wait_for 10 journal_has last@remote.example 1
is "$(ticket journal show "$(entry last@ id)" --json | json kept)" false 'is kept by its header only'
like "$(ticket journal "$(entry last@ id)" --raw)" 'Message-ID: <last@remote\.example>' 'which is there to be read'
is "$(ticket journal show "$(entry bob@remote id)" --json | json kept)" true 'but what was answered 250 is kept whole'
STORE="$room"$'journal_keep = "1s"' reconfigure
mail r@remote.example 'and out' | send r@remote.example sales@tickets.example
ok 'what is older than journal_keep goes' wait_for 10 journal_has bob@remote 0
MESSAGE_ID=stop@remote.example mail r@remote.example 'stop' | send r@remote.example sales@tickets.example
milter_down
ok 'a clean stop writes what waits' journal_has stop@remote.example 1
ticket stats --prometheus > "$RIG/metrics"
like "$(cat "$RIG/metrics")" 'ticket_milter_decisions_total\{verdict="accept",rule="human",class="human"\} [1-9]' 'a monitor can count what was filed'
like "$(cat "$RIG/metrics")" 'ticket_milter_decisions_total\{verdict="reject",rule="[^"]+",class="[^"]+"\} [1-9]' 'and what was refused, by rule'
like "$(cat "$RIG/metrics")" 'ticket_milter_commit_seconds_count [1-9]' 'and how long commits took'
finish
