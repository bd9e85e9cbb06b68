#!/bin/bash
# SPDX-License-Identifier: MIT
# A notice that does not arrive: refused by a host far away, of which our relay makes a bounce that finds its ticket, or by the relay itself.
. "$(dirname "$0")/lib.sh"
. "$tests/notices.sh"
SITE='owner = "owner@staff.example"' rig_up_with_bounces
notifier_up

# -- refused far away: the recipient's host answers 550 5.1.1

mail 'Rita <refuse+rita@remote.example>' 'Printer' | send refuse+rita@remote.example help@tickets.example
gets a 1 'the agents hear of a new ticket'
answer 1
ok 'A56 N29 the bounce that Postfix makes is recorded on the ticket' wait_for 15 kind_is 1 bounce ||
  diag "$(tail -n 15 "$RIG/postfix/maillog")"
is "$(of 1 entries.-1.class entries.-1.rule entries.-1.sender status)" $'bounce\tbnc-1\t<>\topen' 'N29 as a bounce, and the ticket stays as it was'
ok 'A56 bound to that address' history_has 1 'undeliverable: refuse\+rita@remote\.example \(5\.1\.1\)'
gets a 3 'N29 the agents are told, after the answer'
is "$(field "$got" Subject)" '[example.com #1] Undeliverable: Printer' 'under a subject that says so'
like "$(said "$got")" 'refuse\+rita@remote\.example' 'naming the address'
like "$(said "$got")" '5\.1\.1' 'and the report'
is "$(field "$got" Auto-Submitted)" auto-generated 'as generated mail'
is "$(mailbox ann),$(mailbox owner),$(tickets)" 0,0,1 'N29 nobody else is, and there is no ticket more'
before=$(wc -l < "$RIG/relay/log.jsonl")
answer 1
gets a 4 'the next answer goes to agents'
ok 'A56 but not to the dead address, and the history says so' history_has 1 'no notice to refuse\+rita@remote\.example: the address is stopped'
is "$(sent correspond 'refuse\+rita@remote.example'),$(wc -l < "$RIG/relay/log.jsonl")" "1,$before" 'nothing more was sent to it'

# -- a bounce of what tells of a bounce

undeliverable=$(address_in "$(field "$(grep -rl 'Undeliverable: Printer' "$RIG/postfix/mail/a/new")" Return-Path)")
like "$undeliverable" '^bounce\+1-' 'what tells of it has a bounce address, too'
{ printf 'From: MAILER-DAEMON@staff.example\nTo: %s\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n' "$undeliverable"
  printf 'Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nfull\n--b\nContent-Type: message/delivery-status\n\n'
  printf 'Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@staff.example\nAction: failed\nStatus: 5.2.2\n\n--b--\n'; } |
  send '' "$undeliverable"
like "$(final)" '^250 ' 'a bounce of that'
is "$(of 1 entries.-1.kind)" bounce 'is recorded'

# -- refused by the relay itself, in the dialogue

mail 'Miss Ing <missing@people.example>' 'Fax' | send missing@people.example help@tickets.example
gets a 6 'a recipient that the relay refuses: agents hear of the ticket, and of that'
is "$(of 2 entries.-1.kind entries.-1.door)" $'note\tticket-notify' 'a line on the ticket'
ok 'which tells what the relay said' history_has 2 'notice "acknowledge" to missing@people\.example failed: 550 5\.1\.1'
is "$(sent acknowledge missing@people.example failed)" 1 'failed at once'
mail 'Rita <refuse+rita@remote.example>' 'Fax' | send refuse+rita@remote.example help@tickets.example
gets a 7 'then another mail'
is "$(sent undeliverable '[^ ]*'),$(sent undeliverable a@staff.example)" 2,2 'a bounce of what tells of a bounce makes no further one'
is "$(sent acknowledge 'refuse\+rita@remote.example')" 1 'a dead address is not acknowledged'
ok 'every mail that arrived is valid' all_valid
not_ok 'Postfix has nothing to complain of' grep -E 'warning: .*milter|fatal|bypassed' "$RIG/postfix/maillog"
finish
