#!/bin/bash
# SPDX-License-Identifier: MIT
# A day at the desk: three agents and five people, by mail through a real Postfix and by commands, and in the evening each ticket's history to the letter.
# Ann proves who she is by her login, Ben and Cleo by what a checker of DKIM found.
. "$(dirname "$0")/lib.sh"
. "$tests/notices.sh"
people=(bob carol dave eve frank)
agents=(ann ben cleo a)
CONFIG='[[agent]]
name = "Ben Sales"
addresses = ["ben@staff.example"]
queues = ["sales"]
[[agent]]
name = "Cleo Night"
addresses = ["cleo@staff.example"]
queues = ["help"]'
SALES='comment_addresses = ["sales-comment@tickets.example"]'
rig_up 'virtual_mailbox_domains = people.example staff.example' \
  "virtual_mailbox_maps = inline:{$(for who in "${people[@]/%/@people.example}" "${agents[@]/%/@staff.example}"; do echo -n "$who=${who%@*}/ "; done)}" \
  'smtpd_sender_restrictions = check_sender_access texthash:$config_directory/checker'
cat > "$RIG/postfix/etc/checker" <<'MAP'
ben@staff.example PREPEND Authentication-Results: mx.example.test; dmarc=pass header.from=staff.example
cleo@staff.example PREPEND Authentication-Results: mx.example.test; dkim=pass header.d=staff.example
MAP
notifier_up

# mails FROM RCPT SUBJECT [FIELD]...: somebody writes; says the answer.
mails() {
  local from=$1 to=$2 subject=$3 login=()
  shift 3
  [ "$from" != ann@staff.example ] || login=(-l ann)
  echo >> "$RIG/steps"
  mail "$from" "$subject" "$@" | send "${login[@]}" "$from" "$to"
  grep -q '^DATA => 354' "$RIG/dialogue" && final || rcpt "$to"
}
# desk AGENT COMMAND...
desk() {
  local as=$1
  shift
  echo >> "$RIG/steps"
  ticket "$@" --as "$as@staff.example" < /dev/null
}
exits() { local want=$1 name=$2 status; shift 2; "$@" > /dev/null 2>&1 < /dev/null; status=$?; is "$status" "$want" "$name"; }
# story ID: its history, a line an entry.
story() {
  ticket show "$1" --json | python3 -c 'import json, sys
t = json.load(sys.stdin)
print(t["queue"], t["status"], t["owner"] or "-", ",".join(a.split("@")[0] for a in t["requestors"]))
for e in t["entries"]:
    change = "" if e["status_before"] == e["status_after"] else " %s>%s" % (e["status_before"], e["status_after"])
    print(e["kind"], e["actor"].split("@")[0], e["door"] + change)'
}
# token BOX: where an answer to the newest mail goes.
token() { address_in "$(field "$(newest_mail "$1")" Reply-To)"; }
acknowledged() { gets "$1" 1 "$1 hears that the mail arrived"; }

# -- in the morning five mails wait
for who in 'bob help Printer on fire' 'carol help Password lost' 'dave sales Price of toner' 'eve help Printer burns' 'frank help Cheap watches'; do
  read -r name queue subject <<< "$who"
  like "$(mails "$name@people.example" "$queue@tickets.example" "$subject")" '^250 ' "$name writes"
done
for name in "${people[@]}"; do acknowledged "$name"; done
is "$(ticket list --status new --json | json id | sort | tr '\n' ' ')" '1 2 3 4 5 ' 'five tickets are new'

# -- who does what
exits 0 'Ann takes the first' desk ann take 1
like "$(mails ann@staff.example help+take-correspond-2@tickets.example 'Re: Password lost')" '^250 ' 'Ann takes and answers the second by mail'
gets carol 2 'Carol has the answer'
like "$(mails carol@people.example "$(token carol)" 'AW: no tag')" '^250 ' 'Carol replies'
like "$(mails ben@staff.example sales-comment+3@tickets.example 'Re: Price of toner')" '^250 ' 'Ben comments by mail'
is "$(mailbox dave)" 1 'of which Dave does not hear'
exits 77 'Cleo is no agent of sales' desk cleo take 3
exits 0 'Ben takes it' desk ben take 3
echo 'toner,42' > "$RIG/prices.csv"
exits 0 'and answers with a file' desk ben reply 3 -m 'See there.' --attach "$RIG/prices.csv"
gets dave 2 'Dave has the answer'
is "$(parts "$got")" 'attachment prices.csv text/csv' 'and the file'
exits 0 'the second fire is the first' desk ann merge 4 1
like "$(mails eve@people.example "$(token eve)" 'Re: Printer burns')" '^250 ' 'Eve writes on what she thinks is hers'
is "$(of 1 entries.-1.actor)" eve@people.example 'and is heard on the one there is'
exits 0 'Ann answers both' desk ann reply 1 -m 'On my way.'
gets bob 3 'Bob hears it, after what Eve said'
gets eve 2 'and so does Eve'
exits 0 'Cleo rejects the watches' desk cleo reject 5
exits 0 'Ann comments' desk ann comment 1 -m 'It is the old one.'
exits 0 'and sets priority and a date' desk ann set 1 priority=5 due=2026-12-24
like "$(mails bob@people.example "$(token bob)" 'Re: Printer')" '^250 ' 'Bob replies'
exits 0 'Ann goes home and gives it to Cleo' desk ann assign 1 cleo@staff.example
gets cleo 1 'Cleo hears of that'
like "$(mails cleo@staff.example help+correspond-resolve-1@tickets.example 'Re: Printer')" '^250 ' 'Cleo answers and resolves by mail'
like "$(mails bob@people.example "$(token bob)" 'It burns again')" '^250 ' 'Bob does not think so'
exits 0 'Cleo waits for a spare part' desk cleo stall 1
gets eve 5 'Eve has heard of all so far'
exits 0 'Eve wants to hear no more' desk cleo squelch 1 eve@people.example
exits 0 'Frank calls' desk ann create --queue help --requestor frank@people.example --subject Monitor -m 'It is dark.'
exits 0 'that has to do with the password' desk ann link 6 2
exits 0 'and is a sale' desk ann set 6 queue=sales
exits 0 'Ann resolves the password' desk ann resolve 2
gets carol 3 'Carol hears that'
exits 0 'Cleo deletes the watches' desk cleo delete 5
like "$(mails frank@people.example help+5@tickets.example 'Re: Cheap watches')" '^550 5\.1\.1 ' 'nothing comes to a deleted ticket'
like "$(mails dave@people.example sales-comment+3@tickets.example 'an insider?')" '^550 5\.7\.1 ' 'Dave may not comment'
like "$(mails ben@staff.example help+take-1@tickets.example 'mine')" '^550 5\.7\.1 ' 'nor may Ben take a ticket of the other queue'
exits 0 'Ben answers and resolves' desk ben reply 3 --resolve -m 'Sold.'
gets dave 3 'Dave has it'
exits 0 'Carol is to hear of the printer' desk cleo watch 1 carol@people.example
exits 0 'Cleo answers' desk cleo reply 1 -m 'The part is here.'
gets carol 4 'Carol hears it'
gets bob 5 'and Bob'
is "$(mailbox eve)" 5 'and Eve does not'
steps=$(wc -l < "$RIG/steps")
ok "that were $steps mails and commands" [ "$steps" -ge 30 ]

# -- in the evening
is "$(story 1)" 'help open cleo@staff.example bob,eve
create bob milter
take ann ticket new>open
note ann ticket
correspond eve milter
correspond ann ticket
comment ann ticket
set ann ticket
correspond bob milter
assign ann ticket
correspond cleo milter open>resolved
correspond bob milter resolved>open
status cleo ticket open>stalled
watch cleo ticket
watch cleo ticket
correspond cleo ticket stalled>open' 'the printer'
is "$(of 1 priority due cc links)" $'5\t2026-12-24T00:00:00Z\tcarol@people.example\t4' 'and what was set'
is "$(story 2)" 'help resolved ann@staff.example carol
create carol milter
take ann milter new>open
correspond ann milter new>open
correspond carol milter
note ann ticket
resolve ann ticket open>resolved' 'the password'
is "$(story 3)" 'sales resolved ben@staff.example dave
create dave milter
comment ben milter
take ben ticket new>open
correspond ben ticket
correspond ben ticket open>resolved' 'the toner'
is "$(story 4)" 'help resolved - eve
create eve milter
note ann ticket new>resolved' 'the second fire'
is "$(story 5)" 'help deleted - frank
create frank milter
status cleo ticket new>rejected
status cleo ticket rejected>deleted' 'the watches'
is "$(story 6)" 'sales new - frank
create ann ticket
note ann ticket
set ann ticket' 'the monitor'
ok 'every mail we sent is valid' all_valid
like "$(ticket check --store)" 'content +ok' 'and all in the store agrees'
finish
