#!/bin/bash
# SPDX-License-Identifier: MIT
# SMTP as clients really speak it: RSET, several mails a connection, BDAT, SMTPUTF8, hanging up, local submission.
. "$(dirname "$0")/lib.sh"
rig_up
mail r@remote.example 'one' > "$RIG/one"
mail r@remote.example 'two' > "$RIG/two"
hello=('EHLO client.example')
from='MAIL FROM:<r@remote.example>'
help='RCPT TO:<help@tickets.example>'

smtp "${hello[@]}" "$from" "$help" RSET "$from" 'RCPT TO:<bob@people.example>' DATA "@$RIG/one" QUIT > "$RIG/dialogue"
ok 'a recipient of ours before RSET is forgotten' wait_for 10 mailbox_has bob 1
is "$(tickets)" 0 'and makes no ticket'
smtp "${hello[@]}" "$from" "$help" DATA "@$RIG/one" "$from" "$help" DATA "@$RIG/two" "$from" 'RCPT TO:<help+4711@tickets.example>' \
  "$help" DATA "@$RIG/two" QUIT > "$RIG/dialogue"
is "$(grep -c '^content => 250' "$RIG/dialogue"),$(tickets)" 3,2 'three mails in a connection, one of them a duplicate'
smtp "${hello[@]}" "$from" "$help" '!' > "$RIG/dialogue"
smtp "${hello[@]}" "$from" "$help" QUIT > "$RIG/dialogue"
smtp "${hello[@]}" "$from" "$help" 'EHLO again' "$from" "$help" QUIT > "$RIG/dialogue"
is "$(grep -c '^RCPT.*=> 250' "$RIG/dialogue")" 2 'EHLO ends a transaction'
printf 'Subject: cut off\n' > "$RIG/half"
smtp "${hello[@]}" "$from" "$help" DATA '~' "<$RIG/half" '!' > "$RIG/dialogue"
is "$(tickets)" 2 'hanging up within a mail leaves nothing'

mail r@remote.example 'by BDAT' | sed 's/$/\r/' > "$RIG/bdat"
size=$(stat -c %s "$RIG/bdat")
head -c 100 "$RIG/bdat" > "$RIG/bdat.1"
tail -c +101 "$RIG/bdat" > "$RIG/bdat.2"
smtp "${hello[@]}" "$from" "$help" '~' 'BDAT 100' "<$RIG/bdat.1" '~' "BDAT $((size - 100)) LAST" "<$RIG/bdat.2" QUIT > "$RIG/dialogue"
is "$(of "$(newest)" subject)" 'by BDAT' 'BDAT in two chunks' || diag "$(cat "$RIG/dialogue")"
ticket show "$(newest)" --raw 1 > "$RIG/raw"
ok 'byte by byte' cmp "$RIG/raw" "$RIG/bdat"

mail 'Jörg <jörg@bücher.example>' 'UTF-8 в теме' | send -o SMTPUTF8 'jörg@bücher.example' help@tickets.example
like "$(final)" '^250 ' 'SMTPUTF8'
is "$(of "$(newest)" subject requestors)" $'UTF-8 в теме\tjörg@bücher.example' 'SMTPUTF8: subject and author'
mail r@remote.example '8 bit' | send -o BODY=8BITMIME r@remote.example help@tickets.example
like "$(final)" '^250 ' '8BITMIME'
printf 'From: r@remote.example\nSubject: dots\n\n.one dot\n..two dots\n.\n' | send r@remote.example help@tickets.example
is "$(of "$(newest)" entries.0.text)" $'.one dot\n..two dots\n.' 'leading dots survive'
printf '\nno header at all\n' | send r@remote.example help@tickets.example
like "$(final)" '^550 5\.6\.0 ' 'a mail without header has no author'

before=$(tickets)
for n in 1 2 3 4 5 6 7 8 9 10; do
  smtp "${hello[@]}" "$from" "$help" QUIT > /dev/null &
  smtp "${hello[@]}" "MAIL FROM:<s$n@remote.example>" "$help" DATA "@$RIG/one" QUIT > "$RIG/many.$n" &
done
wait_for 30 eval '[ "$(cat "$RIG"/many.* | grep -c "^content => ")" = 10 ]'
is "$(cat "$RIG"/many.* | grep -c '^content => 250')" 10 'ten clients at once'

# -- local submission

before=$(tickets)
mail r@remote.example 'from the command line' | pf "$RIG/postfix" sendmail -f r@remote.example help@tickets.example
ok 'sendmail(1): a ticket' wait_for 15 eval '[ "$(tickets)" -gt "$before" ]'
is "$(of "$(newest)" subject)" 'from the command line' 'sendmail(1): with its subject'
before=$(tickets)
mail r@remote.example 'to nobody' | pf "$RIG/postfix" sendmail -f bob@people.example help+4711@tickets.example
mail r@remote.example 'behind it' | pf "$RIG/postfix" sendmail -f r@remote.example help@tickets.example
ok 'a local submission to an unknown ticket does not block what is behind it' wait_for 20 eval '[ "$(tickets)" -gt "$before" ]'
ok 'and comes back to its sender' wait_for 20 mailbox_has bob 2
is "$(find "$RIG/postfix/spool/maildrop" -type f | wc -l)" 0 'nothing stays in the maildrop'
log=$(grep -F 'verdict=accept' "$RIG/milter.log" | head -n 1)
for field in mta_id sender author rule verdict ticket ms; do like "$log" " $field=" "the log line has $field="; done
finish
