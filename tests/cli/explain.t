#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket explain: the decision of the milter with its reasons, and nothing written.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
echo text | ticket create --queue help --requestor r@remote.example --subject 'Printer' > /dev/null

mail() { printf 'From: %s\nTo: Help <help@tickets.example>, other@remote.example\nSubject: %s\nMessage-ID: <a@b>\n\nHelp!\n' "$1" "$2"; }
explain() { ticket explain "$@"; }

before=$(ticket stats --json | of messages people journal)
run explain --json < <(mail 'New <New@Remote.example>' 'Fire')
is "$status" 0 "explain"
is "$(of verdict code enhanced class rule author proven duplicate_of <<< "$out")" \
  $'accept\t250\t2.0.0\thuman\thuman\tnew@remote.example\tfalse\tnull' "accepts a new mail"
is "$(of targets.# targets.0.recipient targets.0.queue targets.0.actions targets.0.ticket <<< "$out")" \
  $'1\thelp@tickets.example\thelp\tcorrespond\tnull' "for the recipient in To that is ours, as a new ticket"
is "$(of facts.subject facts.message_id facts.from <<< "$out")" $'Fire\ta@b\tnew@remote.example' "with the facts it rests on"
is "$(grep -oE '"(verdict|code|enhanced|text|rule|class|author|proven|duplicate_of|filters|targets|notices|facts)":' <<< "$out" | tr -d '":' | tr '\n' ' ')" \
  "verdict code enhanced text rule class author proven duplicate_of filters targets notices facts " "its fields are those of the contract"
is "$(explain --json < <(mail n@remote.example Fire | sed 's/$/\r/') | of verdict facts.subject)" $'accept\tFire' "CRLF is as good as LF"
is "$(ticket stats --json | of messages people journal)" "$before" "nothing was written"

is "$(explain --json < <(mail r@remote.example 'Re: [example.com #1] Printer') | of verdict targets.0.ticket)" $'accept\t1' "A37 a tag leads to the ticket"
is "$(explain --json --from r@remote.example --to help+1@tickets.example < <(mail r@remote.example x) | of verdict targets.0.ticket)" $'accept\t1' "A11 so does the extension"
run explain --json --to 'help+nonsense@tickets.example' < <(mail r@remote.example x)
is "$status $(of verdict code enhanced class <<< "$out")" $'0 reject\t550\t5.1.1\thuman' "A5 an unknown extension; the class all the same"
like "$(of text <<< "$out")" '^<help\+nonsense@tickets.example>: .*lead@people.example$' "the text is what the client would see"
is "$(explain --json --to help+99999@tickets.example < <(mail r@remote.example x) | of verdict code enhanced)" $'reject\t550\t5.1.1' "N16 an unknown ticket"
is "$(explain --json --to bob@remote.example < <(mail r@remote.example x) | of verdict targets.#)" $'pass\t0' "mail for others passes"
is "$(explain --json --to sales@tickets.example < <(mail r@remote.example x) | of verdict code enhanced)" $'reject\t550\t5.7.1' "A7 no right to create"
like "$(explain --json --to sales@tickets.example < <(mail r@remote.example x) | of rule text)" 'create' "A7 which the rule names"
is "$(explain --json --to sales@tickets.example --login ann < <(mail ann@staff.example x) | of verdict proven)" $'accept\ttrue' "a login proves the agent"
is "$(explain --json --to sales@tickets.example --login bob < <(mail ann@staff.example x) | of verdict proven)" $'reject\tfalse' "another one does not"
is "$(explain --json --to help@tickets.example --to help-comment@tickets.example < <(mail r@remote.example x) | of facts.others)" "false" "several recipients"
for null in '<>' ''; do
  run explain --json --from "$null" --to help@tickets.example < <(mail MAILER-DAEMON@remote.example 'Undelivered')
  is "$status $(of class <<< "$out")" "0 bounce" "A29 --from '$null' is the null sender"
done
is "$(explain --json < <(printf 'To: help@tickets.example\nSubject: x\n\nhi\n') | of verdict code enhanced author)" $'reject\t550\t5.6.0\tnull' "A68 no author"

run explain < <(mail r@remote.example 'Re: [example.com #1] Printer')
is "$status" 0 "as text"
like "$out" 'Envelope.*Message.*Class.*Author.*Decision.*filters.*rights.*Answer' "stage by stage"
like "$out" 'ticket 1 in help' "names the ticket"
like "$out" 'reply +250 2.0.0' "and the answer"
unlike "$(explain < <(mail r@remote.example $'\x1b]0;owned\x07'))" $'\x1b' "no escape sequence gets out"

like "$(explain --from '<>' --to help@tickets.example < <(mail x@remote.example 'Undeliverable: mail'))" \
  'filters +tried preset-standard.*decides +refused: 550 5.7.1 refused by rule preset-standard' "names the filter that decides"
like "$(explain --to help+nonsense@tickets.example < <(mail r@remote.example x))" 'recipient +refused at RCPT: 550 5\.1\.1' "and the stage"
is "$(explain --json --from '<>' --to help@tickets.example < <(mail x@remote.example 'Undeliverable: mail') | of filters rule code)" \
  $'preset-standard\tpreset-standard\t550' "in JSON too"

for text in '' 'hello' $'\nhello' $'no field here\nSubject: x\n'; do
  run explain <<< "$text"
  is "$status" 65 "no message at all: ${text@Q}"
done
is "$(explain --json < <(echo 'From r@remote.example Sat Nov 21 05:00:00 2026'; mail r@remote.example x) | of verdict)" "accept" "a message out of an mbox"

corpus=$DESK/corpus
mkdir -p "$corpus/more"
mail r@remote.example 'Fire' > "$corpus/1"
mail r@remote.example 'Water' > "$corpus/more/2"
mail r@remote.example 'Out' | sed '1iAuto-Submitted: auto-replied' > "$corpus/3"
echo > "$corpus/empty"
run explain --corpus "$corpus"
is "$status" 0 "a folder of mail"
like "$out" 'human +human +accept +2' "two people's"
like "$out" 'auto_reply +auto-1 +journal +1' "one automatic reply"
like "$out" '3 mails, 1 files that are none' "and something else"
is "$(explain --json --corpus "$corpus" | of file class | sed "s|$corpus/||" | tr '\n\t' ' =')" \
  "1=human 3=auto_reply more/2=human " "or one line each, in order"
run explain --corpus "$DESK/nowhere"
is "$status" 67 "no such folder"

rm -rf "$DESK/store"
run explain < <(mail r@remote.example x)
is "$status" 78 "no store"
like "$err" 'init' "and what to do"
finish
