#!/bin/bash
# SPDX-License-Identifier: MIT
# The same mail again: by retry, by list and directly, with and without a msg-id.
. "$(dirname "$0")/lib.sh"
rig_up
# A second door, where Postfix adds the Message-ID that is missing, with its queue id in it, new each time.
pf_stop "$RIG/postfix"
PORT2=$(free_port)
cat >> "$RIG/postfix/etc/master.cf" <<CF
127.0.0.1:$PORT2 inet n - n - - smtpd -o local_header_rewrite_clients=permit_mynetworks
CF
pf_start "$RIG/postfix"

MESSAGE_ID=one@remote.example mail r@remote.example 'unread' > "$RIG/one"
smtp 'EHLO c' 'MAIL FROM:<r@remote.example>' 'RCPT TO:<help@tickets.example>' DATA '~' "@$RIG/one" '!' > "$RIG/dialogue"
ok 'N10 a client that goes away before the answer: filed' wait_for 10 eval '[ "$(tickets)" = 1 ]'
send r@remote.example help@tickets.example < "$RIG/one"
like "$(final)" '^250 ' 'N10 its second attempt is answered 250'
is "$(tickets),$(of 1 entries.#),$(journal)" 1,1,1 'N10 one ticket, one entry, and a line in the journal'
for n in 1 2 3; do send r@remote.example help@tickets.example < "$RIG/one"; done
is "$(tickets),$(of 1 entries.#)" 1,1 'N10 however often'
MESSAGE_ID=one@remote.example BODY='something else' mail r@remote.example 'unread' | send r@remote.example help@tickets.example
is "$(tickets)" 2 'N12 the same Message-ID with another body is kept'
send r@remote.example sales@tickets.example < "$RIG/one"
is "$(of "$(newest)" queue)" sales 'the same mail to another queue is another matter'

MESSAGE_ID='' mail r@remote.example 'no id' > "$RIG/none"
for n in 1 2; do send r@remote.example help@tickets.example < "$RIG/none"; done
like "$(final)" '^250 ' 'N11 the same mail without Message-ID, resent: 250'
is "$(tickets)" 4 'N11 one ticket'
MESSAGE_ID='' mail r@remote.example 'id of the MTA' > "$RIG/none"
for n in 1 2; do PORT=$PORT2 send r@remote.example help@tickets.example < "$RIG/none"; done
like "$(of "$(newest)" entries.0.message_id)" '@mx\.example\.test$' 'N11 where Postfix makes up a Message-ID'
is "$(tickets)" 5 'N11 one ticket as well'
MESSAGE_ID='' BODY='another' mail r@remote.example 'id of the MTA' | send r@remote.example help@tickets.example
is "$(tickets)" 6 'another body without Message-ID is another ticket'

MESSAGE_ID=two@remote.example mail r@remote.example 'two at once' > "$RIG/two"
pids=()
for n in 1 2 3 4; do
  smtp 'EHLO c' 'MAIL FROM:<r@remote.example>' 'RCPT TO:<help@tickets.example>' DATA "@$RIG/two" QUIT > "$RIG/at-once.$n" &
  pids+=($!)
done
wait "${pids[@]}"
is "$(cat "$RIG"/at-once.* | grep -c "^content => 250 ")" 4 'four times at once: each hears 250'
is "$(tickets)" 7 'and there is one ticket'

MESSAGE_ID=three@remote.example mail r@remote.example '[example.com #1] follow-up' > "$RIG/three"
for n in 1 2; do send r@remote.example help@tickets.example < "$RIG/three"; done
is "$(of 1 entries.#)" 2 'a follow-up twice is one entry'
finish
