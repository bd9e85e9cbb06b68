#!/bin/bash
# SPDX-License-Identifier: MIT
# What the address says: extensions in all their modes, several recipients, ordinary people beside us.
. "$(dirname "$0")/lib.sh"
FIRST_ID=12
rig_up
mail r@remote.example 'twelve' | send r@remote.example help@tickets.example
mail r@remote.example 'thirteen' | send r@remote.example help@tickets.example
is "$(newest)" 13 'tickets 12 and 13 are there'

# -- one recipient

mail r@remote.example 'no tag' | send r@remote.example help+12@tickets.example
like "$(final)" '^250 ' 'A11 help+12@ is answered 250'
is "$(of 12 entries.# entries.-1.kind entries.-1.extension)" $'2\tcorrespond\t12' 'A11 and leads to 12; the extension is kept'
mail r@remote.example 'again' | send r@remote.example HELP+12@Tickets.Example
is "$(of 12 entries.#)" 3 'case does not matter in an address'
mail r@remote.example 'x' | send r@remote.example help+nonsense@tickets.example
like "$(rcpt 'help+nonsense@tickets.example')" '^550 5\.1\.1 ' 'A5 an unknown extension is refused at RCPT'
mail r@remote.example 'x' | send r@remote.example help+99999@tickets.example
like "$(rcpt 'help+99999@tickets.example')" '^550 5\.1\.1 ' 'N16 an unknown ticket is refused at RCPT'
like "$(rcpt 'help+99999@tickets.example')" 'lead@people\.example' 'a refusal names whom to ask'
smtp 'EHLO c' 'MAIL FROM:<r@remote.example>' $'RCPT TO:<"help+a\x01b"@tickets.example>' QUIT > "$RIG/dialogue"
like "$(grep ^RCPT "$RIG/dialogue")" '=> 55[03] 5\.1\.3 ' 'A4 a control character in an extension is refused'
not_ok 'A4 and reached no log line' grep -q $'\x01' "$RIG/milter.log"
is "$(tickets)" 2 'none of them made a ticket'

mail r@remote.example '[example.com #13] which?' | send r@remote.example help+12@tickets.example
is "$(of 12 entries.#),$(of 13 entries.#)" 4,1 'N19 extension 12 wins over subject tag 13'

# -- several recipients

before=$(newest)
mail carl@remote.example 'both' | send carl@remote.example help@tickets.example sales@tickets.example
like "$(final)" '^250 ' 'N13 one mail to two queues'
is "$(newest)" $((before + 2)) 'N13 makes two tickets'
is "$(of $((before + 1)) queue links)" "help"$'\t'"$((before + 2))" 'N13 the first is linked to the second'
is "$(of $((before + 2)) queue links)" "sales"$'\t'"$((before + 1))" 'N13 and back'
before=$(newest)
mail carl@remote.example 'twice' | send carl@remote.example sales@tickets.example info@example.com
is "$(newest)" $((before + 1)) 'one queue by two addresses: one ticket'

before=$(newest)
mail carl@remote.example 'me and Bob' | send carl@remote.example help@tickets.example bob@people.example
like "$(final)" '^250 ' 'N14 a queue and a person together'
is "$(newest)" $((before + 1)) 'N14 a ticket'
ok 'N14 and Bob gets his mail' wait_for 10 mailbox_has bob 1
not_ok 'N14 without a word of ours in it' grep -qi 'x-ticket' "$(newest_mail bob)"
mail carl@remote.example 'nosuch and Bob' | send carl@remote.example help+nosuch@tickets.example bob@people.example
like "$(rcpt 'help+nosuch@tickets.example')" '^550 5\.1\.1 ' 'N15 refused at RCPT'
like "$(final)" '^250 ' 'N15 the other recipient is not hurt'
ok 'N15 Bob has it' wait_for 10 mailbox_has bob 2
is "$(newest)" $((before + 1)) 'N15 no ticket'
mail "no author, says $RANDOM" 'content refusal' | sed 1d | send carl@remote.example help@tickets.example bob@people.example
like "$(final)" '^250 ' 'a content refusal of a mail to us and Bob does not hurt Bob'
ok 'he has it' wait_for 10 mailbox_has bob 3
is "$(journal '"no-author"')" 1 'and the refusal is in the journal'
mail carl@remote.example 'nothing to do with us' | send carl@remote.example bob@people.example carol@people.example
ok 'mail for others passes' wait_for 10 mailbox_has carol 1
is "$(newest)" $((before + 1)) 'and makes no ticket'
not_ok 'nothing of ours went to the backstop' grep -q bypassed "$RIG/postfix/maillog"

for sender in '' postmaster@remote.example; do
  smtp 'EHLO c' "MAIL FROM:<$sender>" 'RCPT TO:<help@tickets.example>' QUIT > "$RIG/dialogue"
  like "$(rcpt help@tickets.example)" '^250 ' "a probe from <$sender> hears 250 at RCPT"
done
mail carl@remote.example 'to the postmaster' | send carl@remote.example postmaster@tickets.example
unlike "$(rcpt postmaster@tickets.example)" 'lead@people' 'postmaster is never ours'

# -- actions

mail 'Ann <ann@staff.example>' '[example.com #12] internal' | send -l ann ann@staff.example help+comment@tickets.example
is "$(of 12 entries.-1.kind)" comment 'A14 help+comment@ with a subject tag: a comment on 12'
mail 'Ann <ann@staff.example>' 'comment' | send -l ann ann@staff.example help-comment+12@tickets.example
is "$(of 12 entries.-1.kind entries.-1.extension)" $'comment\t12' 'A13 the comment address: a comment'
mail 'Ann <ann@staff.example>' 'done' | send -l ann ann@staff.example help+comment-resolve-12@tickets.example
is "$(of 12 entries.-1.kind entries.-1.status_after status)" $'comment\tresolved\tresolved' 'N18 commented, then resolved: one entry, INTERFACE says'

# -- the other modes, and ignoring

ADDRESS='unknown_extension = "ignore"' reconfigure
mail r@remote.example 'x' | send r@remote.example help+nonsense@tickets.example
like "$(final)" '^250 ' 'A5 unknown_extension = ignore: filed'
is "$(of "$(newest)" entries.0.extension)" nonsense 'A5 and the extension recorded'
HELP='extension = "ticket"' reconfigure
mail r@remote.example 'x' | send r@remote.example help+12@tickets.example
is "$(of 12 entries.-1.kind)" correspond 'extension = ticket reads a number'
mail r@remote.example 'x' | send r@remote.example help+comment@tickets.example
like "$(rcpt 'help+comment@tickets.example')" '^550 5\.1\.[13] ' 'and nothing else'
HELP='extension = "action"' reconfigure
mail r@remote.example 'x' | send r@remote.example help+12@tickets.example
like "$(rcpt 'help+12@tickets.example')" '^550 5\.1\.[13] ' 'extension = action reads no number'
HELP='extension = "queue"' reconfigure
mail r@remote.example 'for sales' | send r@remote.example help+sales@tickets.example
is "$(of "$(newest)" queue)" sales 'extension = queue reads a queue'
HELP='extension = "none"' reconfigure
mail r@remote.example 'x' | send r@remote.example help+12@tickets.example
unlike "$(rcpt 'help+12@tickets.example')" 'lead@people' 'extension = none: such an address is not ours'
HELP='enabled = false' reconfigure
mail r@remote.example 'x' | send r@remote.example help@tickets.example
like "$(rcpt 'help@tickets.example')" '^550 5\.2\.1 ' 'a queue that is not enabled'
ADDRESS='default_queue = "sales"' reconfigure
mail r@remote.example 'x' | send r@remote.example whoever@tickets.example
is "$(of "$(newest)" queue)" sales 'default_queue takes other addresses of the domain'
finish
