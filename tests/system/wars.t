#!/bin/bash
# SPDX-License-Identifier: MIT
# Wars with programs that answer whatever they get and do not say what they are: only counting ends them. The queue acknowledges everybody's mail.
. "$(dirname "$0")/lib.sh"
. "$tests/wars.sh"
HELP='acknowledge = "always"' war_up
begin() { mail "$1" 'printer' | send "$1" help@tickets.example; }
# ended NAME ADDRESS MAILS TICKETS REASON: so many mails of ours, so many tickets, and what the last of them tells.
ended() {
  is "$(ours "$2"),$(tickets_of "$2")" "$3,$4" "$1: $3 mails of ours, $4 tickets"
  is "$(told "$(last_of "$2")" | grep -v @staff)" "$5" "$1: ${5:-it is all on the ticket}"
}

lives vic@people.example    away
lives vera@people.example   away changing
lives till@people.example   away plain
lives bea@people.example    away plain bare
lives bert@people.example   away plain bare changing
lives bruno@people.example  away bare changing
lives robot@people.example  robot
lives desk@people.example   robot numbered
for who in vic vera till bea bert bruno robot desk; do begin "$who@people.example"; done
ok 'all wars are over' over

ended 'an answer to the reply address' vic@people.example 1 1
ended 'with another text each time' vera@people.example 1 1
ended 'an answer to the queue that names our mail' till@people.example 1 1
ended 'one that names nothing' bruno@people.example 1 1
ended 'one to the queue that names nothing' bea@people.example 3 4 'not acknowledged: the same text again and again'
ended 'with another text each time' bert@people.example 3 4 'no notice to bert@people.example: acknowledged 2 times with this subject'
ended 'a robot that opens a case of its own each time' robot@people.example 10 11 \
  'no notice to robot@people.example: autoreplies_per_sender (10 in 3h)'

is "$(grep -c '"rcpt": \["desk[+@]' "$RIG/relay/log.jsonl"),$(tickets)" 10,34 'and one that has an address for each case: 10 mails of ours'

milter_down KILL
milter_up
notifier_down notify KILL
notifier_up
begin robot@people.example
ok 'the robot again, after both were killed' over
ended 'nothing was forgotten' robot@people.example 10 12 'no notice to robot@people.example: autoreplies_per_sender (10 in 3h)'

for i in {1..12}; do mail robot@people.example "more $i" | send robot@people.example help@tickets.example; done
like "$(final)" '^450 4\.7\.1 .*robot@people\.example.*20 in 2h' 'one that goes on without being answered comes to the limit of new tickets'
is "$(ours robot@people.example),$(tickets_of robot@people.example)" 10,20 'at 20 of them'
is "$(most)" 10 'nobody got more than ten'
finish
