#!/bin/bash
# SPDX-License-Identifier: MIT
# What was written by machines: it opens no ticket it should not, reopens nothing, and is known by one rule.
. "$(dirname "$0")/lib.sh"
FIRST_ID=12
rig_up
mail r@remote.example 'twelve' | send r@remote.example help@tickets.example

# class_of NAME CLASS [FIELD]...: the mail with these fields, from $SENDER, is filed with that class.
class_of() {
  local name=$1 class=$2
  shift 2
  mail 'Some One <s@remote.example>' "${SUBJECT:-status}" "$@" | send "${SENDER-s@remote.example}" help@tickets.example
  is "$(of "$(newest)" entries.0.class)" "$class" "$name" || diag "$(final)"
}
# journaled NAME CLASS [FIELD]...: answered 250, no ticket, a line in the journal, and the class in the log.
journaled() {
  local name=$1 class=$2 before journal
  shift 2
  before=$(tickets) journal=$(journal '"verdict":"journal"')
  mail 'Some One <s@remote.example>' "${SUBJECT:-status}" "$@" | send "${SENDER-s@remote.example}" help@tickets.example
  is "${REPLY_CODE:=$(final | cut -c1-3)},$(tickets),$(journal '"verdict":"journal"')" "250,$before,$((journal + 1))" "$name" || diag "$(final)"
  REPLY_CODE=
  like "$(mail 'Some One <s@remote.example>' "${SUBJECT:-status}" "$@" |
    ticket explain --from "${SENDER-s@remote.example}" --to help@tickets.example --json | json class)" "^$class\$" "$name: $class"
}

class_of 'A26 two Precedence fields, the second counts too' list 'Precedence: never-bounce' 'Precedence: bulk'
class_of 'A27 only never-bounce' human 'Precedence: never-bounce'
class_of 'N2 Auto-Submitted: no' human 'Auto-Submitted: no'
class_of 'N3 Auto-Submitted: No (manual)' human 'Auto-Submitted: No (manual)'
class_of 'N4 auto-generated; x=y' machine 'Auto-Submitted: auto-generated; x=y'
journaled 'N4 AUTO-REPLIED' auto_reply 'Auto-Submitted: AUTO-REPLIED'
class_of 'N7 list mail' list 'Precedence: list' 'List-Id: <l.remote.example>'
journaled 'N8 X-Autoreply: yes' auto_reply 'X-Autoreply: yes'
journaled 'N8 Precedence: auto_reply' auto_reply 'Precedence: auto_reply'
class_of 'N8 X-Auto-Response-Suppress: All alone' human 'X-Auto-Response-Suppress: All'
class_of 'N6 a loop field with our name and a wrong MAC' human 'X-Ticket-Loop: example.com aaaaaaaaaaaaaaaa'
SUBJECT='=?utf-8?q?Out_of_Office=3A_back_Monday?=' class_of 'N21 Out of Office from a person' human

before=$(tickets)
mail 'MAILER-DAEMON@y.example' 'Undelivered Mail' | send '' help@tickets.example
like "$(final)" '^550 5\.7\.1 ' 'A29 a bounce to a queue is refused'
{ printf 'From: MAILER-DAEMON@y.example\nReply-To: s@remote.example\nSubject: x\n\nx\n'; } | send '' help@tickets.example
like "$(final)" '^550 5\.7\.1 ' 'N9 from <>, Reply-To of a person, From MAILER-DAEMON: a bounce'
mail r@remote.example x | send '' bounce+12-3.aaaaaaaaaaaaaaaa@tickets.example
like "$(rcpt bounce+12-3.aaaaaaaaaaaaaaaa@tickets.example)" '^550 5\.7\.1 ' 'N30 a forged bounce address is refused at RCPT'
mail r@remote.example loop $(printf 'Received:from-x-by-y;z %.0s' {1..101} | tr ' ' '\n') | send r@remote.example help@tickets.example
like "$(final)" '^5[05]4 5\.4\.[06] ' 'too many hops'
is "$(tickets)" "$before" 'none of them made a ticket'

mail 'Rita <r@remote.example>' 'Out of office' | send '' help+12@tickets.example
is "$(of 12 entries.-1.kind entries.-1.class status)" $'auto_reply\tauto_reply\tnew' 'N1 an auto-reply from <> belongs to its ticket, silently'
SENDER='' SUBJECT='I forwarded this' class_of 'a forwarding rule that sends as <>: filed' machine
is "$(newest)" "$(($(tickets) + 11))" 'no number was skipped'
finish
