#!/bin/bash
# SPDX-License-Identifier: MIT
# Wars on one ticket: those who take part in it hear of each other through us, and some cannot be reached at all.
. "$(dirname "$0")/lib.sh"
. "$tests/wars.sh"
HELP='acknowledge = "always"
cc_from_headers = true' war_up
# open FROM [CC]: leaves the ticket's number in $id.
open() { mail "$1" 'printer' ${2:+"Cc: $2"} | send "$1" help@tickets.example; id=$(newest); }
ann()  { BODY=$2 mail ann@staff.example 'printer' | send -l ann ann@staff.example "help+$1$id@tickets.example"; }
both() { echo "$(ours "$1"),$(ours "$2")"; }

lives vic@people.example away marked
lives wim@people.example away marked
open vic@people.example wim@people.example
ok 'N24 two vacation responders that say so: over' over
is "$(both vic@people.example wim@people.example)" 1,1 'N24 each has heard once of the new ticket'
ann correspond- 'We are looking into it.'
ok 'N24 an answer of an agent: over' over
is "$(both vic@people.example wim@people.example)" 2,2 'N24 one notice each'
is "$(of "$id" entries.-1.kind entries.#)" $'auto_reply\t6' 'N24 what they say is on record'
ann correspond-resolve- 'It prints again.'
ok 'N24 a change of status: over' over
is "$(both vic@people.example wim@people.example)" 3,3 'N24 one notice each'
is "$(of "$id" status)" resolved 'N24 the ticket is not reopened'

lives una@people.example away
lives ulf@people.example away
open una@people.example ulf@people.example
ok 'two that do not say so: over' over
is "$(both una@people.example ulf@people.example)" 3,3 'each hears twice from the other'
ann correspond-resolve- 'It prints again.'
ok 'a change of status: over' over
is "$(both una@people.example ulf@people.example)" 4,4 'one notice more each'
ok 'what ended it was that they repeat themselves' log_has 'class=own_loop rule=loop-7 verdict=reject'
is "$(of "$id" status)" resolved 'and did not reopen the ticket'

lives ina@people.example away changing
lives ivo@people.example away changing
open ina@people.example ivo@people.example
ok 'two that find other words each time: over' over
is "$(both ina@people.example ivo@people.example)" 11,11 'ten mails each, and that of the new ticket'
like "$(told "$id")" 'no notice to i.*@people.example: notices_per_ticket_recipient \(10 in 10m\)' \
  'ended by the count of the ticket, which its history tells'

lives gone@people.example gone
lives a@staff.example gone
before=$(ours a@staff.example)
open gone@people.example
ok 'a requestor and an agent whose mail comes back: over' over
is "$(ours gone@people.example),$(($(ours a@staff.example) - before))" 1,1 'one mail each'
ann correspond- 'Which floor?'
ok 'an agent answers: over' over
ann correspond- 'Are you there?'
ok 'an agent answers again: over' over
is "$(ours gone@people.example),$(($(ours a@staff.example) - before))" 2,1 'the answer that came back was the last'
like "$(told "$id")" 'no notice to gone@people.example: the address is stopped, mail to it came back' 'which the history tells'
is "$(most)" 11 'nobody got more than eleven'
finish
