#!/bin/bash
# SPDX-License-Identifier: MIT
# What reports on our notices do to an address: some stop it, some count, some are about us, and a forged one does nothing.
. "$(dirname "$0")/lib.sh"
. "$tests/notices.sh"
HELP='cc_from_headers = true' SITE='owner = "owner@staff.example"' rig_up "${mailboxes[@]}"
notifier_up

# A ticket of each person, with an answer on it; bounce_of: the bounce address that the answer came from.
declare -A bounce_of=()
id=0
for who in bob carol dave eve; do
  id=$((id + 1))
  mail "$who <$who@people.example>" "of $who" | send "$who@people.example" help@tickets.example
  answer $id
  wait_for 15 mailbox_has $who 2
  bounce_of[$who]=$(address_in "$(field "$(grep -rlE '^Return-Path: <bounce' "$RIG/postfix/mail/$who/new")" Return-Path)")
done
like "${bounce_of[*]}" '^(bounce\+[0-9]+-[0-9]+\.[a-z0-9]+@tickets\.example ?){4}$' 'A55 a bounce address of ticket and notice for each'
wait_for 15 mailbox_has a 8

# report WHO ACTION STATUS: a report from far away on the notice to that person.
report() {
  { printf 'From: MAILER-DAEMON@far.example\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <%s@far.example>\n' "$RANDOM$RANDOM"
    printf 'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n'
    printf -- '--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; far.example\n\n'
    printf 'Final-Recipient: rfc822; other@far.example\nAction: %s\nStatus: %s\n\n--b--\n' "$2" "$3"; } | send '' "${bounce_of[$1]}"
  like "$(final)" '^250 ' "a report: $2 $3"
}
undeliverable_is() { is "$(sent undeliverable a@staff.example),$(sent undeliverable owner@staff.example)" "$1" "$2"; }

for _ in 1 2 3 4 5; do report bob delayed 4.4.1; done
is "$(of 1 entries.-1.kind)" bounce 'it is recorded on the ticket'
answer 1
gets bob 3 'five delays: Bob gets the next mail all the same'

for _ in 1 2 3; do report carol failed 4.2.2; done
answer 2
gets carol 3 'given up three times: so does Carol'
report carol failed 4.2.2
answer 2
ok 'the fourth is one too many, and the history says so' history_has 2 'no notice to carol@people\.example: bounce_score \(4 in 30d\)'
gets a 11 'the agents have all answers'
undeliverable_is 0,0 'and hear nothing of what was given up'

report dave failed 5.7.1
gets a 12 'refused for what we are: the agents are told'
gets owner 1 'and the owner of the site'
is "$(field "$got" Subject)" '[example.com #3] Undeliverable: of dave' 'under the subject of the ticket'
answer 3
gets dave 3 'which is not the address'\''s fault: Dave gets the next mail'
undeliverable_is 1,1 'one each'

{ printf 'From: staff@far.example\nSubject: Email Feedback Report\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nA complaint.\n'
  printf -- '--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n\n--b\nContent-Type: text/rfc822-headers\n\nSubject: x\n\n--b--\n'; } |
  send staff@far.example "${bounce_of[eve]}"
like "$(final)" '^250 ' 'a complaint'
is "$(of 4 entries.-1.kind entries.-1.class)" $'bounce\tfeedback' 'is recorded on the ticket'
gets owner 2 'the owner hears of it'
answer 4
ok 'Eve gets no mail any more' history_has 4 'no notice to eve@people\.example: the address is stopped'
gets a 14 'the agents have the answers'
undeliverable_is 1,2 'and did not hear of the complaint'

ok 'every mail that arrived is valid' all_valid

# -- forged, and no longer known

# RCPT alone: nothing is recorded.
rcpt_refused() { smtp 'EHLO x' 'MAIL FROM:<>' "RCPT TO:<$1>" QUIT | grep -q '^RCPT.* => 550 5\.7\.1 '; }
ok 'N30 a forged bounce address is refused' rcpt_refused "${bounce_of[bob]/.*@/.aaaaaaaaaaaaaaaa@}"
not_ok 'the real one is not' rcpt_refused "${bounce_of[bob]}"
notifier_down
milter_down
rm -r "$RIG/store"
ticket init > "$RIG/init.log"
milter_up
mail 'Bob <bob@people.example>' 'of bob' | send bob@people.example help@tickets.example
is "$(tickets)" 1 'a store that knows the ticket but not the notice'
ok 'a bounce of what is no longer in the outbox is refused' rcpt_refused "${bounce_of[bob]}"
finish
