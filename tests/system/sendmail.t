#!/bin/bash
# SPDX-License-Identifier: MIT
# The other MTA: what Postfix's tests show in detail, once more in short behind a real sendmail, whose milter side is another program.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sendmail.sh"
sm_here || skip_all "no sendmail: make deps"
rig_folder
trap 'sm_stop; rig_down' EXIT
MILTER='socket_mode = "0600"' MILTER_USER=nobody
rig_config > "$RIG/ticket-milter.toml"
ticket init > "$RIG/init.log" 2>&1 || { diag "$(cat "$RIG/init.log")"; exit 1; }
milter_up || exit 1
PORT=$(free_port)
sm_create "$RIG/sendmail" "$PORT" "$RIG/socket/milter.sock"
sm_start "$RIG/sendmail" "$PORT" || { diag "$(cat "$RIG/sendmail/out")"; unshare --mount --uts true 2>/dev/null || skip_all "the kernel gives no name spaces"; exit 1; }
delivered() { cat "$RIG/sendmail/delivered"; }

mail r@remote.example 'printer' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'a mail to a queue is answered 250'
is "$(of 1 subject)" 'printer' 'and is a ticket'
is "$(delivered)" '' 'and goes nowhere else'
mail r@remote.example 'more' | send r@remote.example HELP+1@tickets.example
is "$(of 1 entries.#)" 2 'an extension leads to its ticket'

mail r@remote.example 'x' | send r@remote.example help+99999@tickets.example
like "$(rcpt 'help+99999@tickets.example')" '^550 5\.1\.1 ' 'an unknown ticket is refused at RCPT'
mail 'nobody' "no author" | sed 1d | send r@remote.example help@tickets.example
like "$(final)" '^550 5\.6\.0 ' 'a mail without an author at the end of the message'
is "$(tickets)" 1 'none of them made a ticket'

mail r@remote.example 'both' | send r@remote.example help@tickets.example bob@people.example
like "$(final)" '^250 ' 'a queue and a person together'
ok 'the person gets it, the queue does not' wait_for 10 eval '[ "$(delivered)" = bob ]'
is "$(tickets)" 2 'it is a ticket, too'
mail r@remote.example 'nothing of ours' | send r@remote.example carol@people.example
ok 'mail for others passes' wait_for 10 eval '[ "$(delivered | tail -n 1)" = carol ]'
mail r@remote.example 'twice' | send r@remote.example help+1@tickets.example help+2@tickets.example bob@people.example
ok 'two of ours and a person: nothing of ours is delivered' wait_for 10 eval '[ "$(delivered | wc -l)" = 3 ]'
is "$(delivered | grep -c help)" 0 'though sendmail takes them for one'

mail r@remote.example 'rset' > "$RIG/mail"
smtp 'EHLO c' 'MAIL FROM:<r@remote.example>' 'RCPT TO:<help@tickets.example>' RSET 'MAIL FROM:<r@remote.example>' \
  'RCPT TO:<help+1@tickets.example>' DATA "@$RIG/mail" 'MAIL FROM:<r@remote.example>' 'RCPT TO:<help@tickets.example>' DATA "@$RIG/mail" QUIT \
  > "$RIG/dialogue"
is "$(of 1 entries.#),$(tickets)" 4,3 'RSET and two messages in one connection'

milter_down
mail r@remote.example 'down' | send r@remote.example help@tickets.example
like "$(cat "$RIG/dialogue")" '=> 4[0-9][0-9] ' 'without the milter sendmail keeps the sender waiting (F=T)'
milter_up
mail r@remote.example 'up' | send r@remote.example help@tickets.example
ok 'and takes mail again when it is back' wait_for 10 eval '[ "$(tickets)" = 4 ]'
finish
