#!/bin/bash
# SPDX-License-Identifier: MIT
# People imported, led to a new address, and forgotten; tickets purged.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
known() { ticket person list --json | of address name; }

# -- import
printf 'Name,Address\n"Rita, R.",R@remote.example\nZo\xc3\xab,zoe@remote.example\n' > "$DESK/people.csv"
run ticket person import "$DESK/people.csv"
is "$status:$out$err" "0:" "import"
is "$(known)" $'r@remote.example\tRita, R.\nzoe@remote.example\tZoë' "who is known now"
first=$(ticket person show r@remote.example --json | of first_seen)
printf 'address,name\nr@remote.example,Rita\nnone,x\n' > "$DESK/people.csv"
run ticket person import "$DESK/people.csv"
is "$status" 65 "a line that is wrong"
like "$err" 'people.csv: line 3: "none" is no mail address' "is named"
is "$(ticket person show r@remote.example --json | of name)" "Rita, R." "and nothing is written"
ticket person import - --skip-bad < "$DESK/people.csv" 2> /dev/null
is "$(ticket person show r@remote.example --json | of name first_seen)" $'Rita\t'"$first" "unless it is to be passed over"
exits 65 "no column of addresses" ticket person import "$DESK/ticket-milter.toml"
exits 74 "a file that is not there" ticket person import "$DESK/none"

# -- another address
ticket create --queue help --requestor r@remote.example --subject one -m 'My phone is 555-1234.' > /dev/null
ticket create --queue help --requestor s@remote.example --subject two < /dev/null > /dev/null
ticket watch 2 r@remote.example
ticket person set r@remote.example rita@remote.example
is "$(ticket show 1 --json | of requestors entries.1.kind):$(ticket show 2 --json | of cc)" $'rita@remote.example\twatch:rita@remote.example' "set leads all tickets to the new one"
is "$(ticket person show rita@remote.example --json | of name first_seen)" $'Rita\t'"$first" "who is the same person"
is "$(ticket outbox --json | of ticket template to | grep acknowledge | cut -f 1,3 | head -n 1)" $'1\trita@remote.example' "and so do the notices that wait"
exits 67 "the old one is nobody" ticket person set r@remote.example x@remote.example
exits 65 "none of our own" ticket person set rita@remote.example help@tickets.example

# -- forgotten
cat > "$DESK/inbox" <<'MBOX'
From rita@remote.example Mon Nov  2 10:00:00 2026
From: Rita <rita@remote.example>
Subject: private matters
Message-ID: <one@remote.example>

Secret words.
MBOX
ticket import --queue help "$DESK/inbox" --notify > /dev/null
ticket reply 3 --as ann@staff.example -m 'We know.'
is "$(ticket search --json secret | of id)" "3" "her words are found"
exits 64 "forget asks" ticket person forget rita@remote.example
like "$(ticket show 3)" 'Secret words' "and nothing is gone"
run ticket person forget Rita@remote.example --yes
is "$status" 0 "forget --yes"
like "$err" 'rita@remote.example is forgotten: 3 tickets changed' "says what it did"
exits 67 "nothing is known of her" ticket person show rita@remote.example
for id in 1 2 3; do unlike "$(ticket show $id --full --json)" 'rita@remote|Secret words' "nothing of her is in ticket $id" ; done
unlike "$(ticket dump)" 'rita@|U2VjcmV0' "nor anywhere else, save that somebody was told"
like "$(ticket show 3 --json | of requestors entries.0.actor)" '^forgotten-[a-z2-7]{8}@forgotten.invalid.forgotten-' "a pseudonym stands for her"
is "$(ticket search --json "secret OR rita" | of id)" "" "neither she nor her words are found"
is "$(ticket search --json "know AND NOT rita" | of id)" 3 "but what others said"
like "$(ticket show 3)" 'We know' "what others said is there"
is "$(ticket outbox --json | of to | grep -c rita)" 0 "no notice goes to her"
exits 65 "her mail is gone" ticket show 3 --raw 1
ticket reply 3 --as ann@staff.example -m 'Anybody?'
is "$(ticket outbox --json | of ticket to | grep -c invalid)" 0 "and none to the pseudonym"

# -- purged
exits 64 "purge asks" ticket delete 3 --purge
ticket delete 3 --purge --yes
exits 67 "a purged ticket is gone" ticket show 3
is "$(ticket search --json know | of id)" "" "and not found"
is "$(ticket import --queue help "$DESK/inbox")" "1 filed, 0 known already, 0 failed" "its mail may come again"
is "$(ticket list --json --limit 1 --sort id | of id)" 4 "under a new number"
exits 67 "all or none" ticket delete 1 9 --purge --yes
is "$(ticket list --json | of id | sort | tr '\n' ' ')" "1 2 4 " "all are there"

if am_root; then
  as() { local login=$1; shift; setpriv --reuid="$login" --regid="$group" --clear-groups "$BUILD/ticket" -c "$DESK/ticket-milter.toml" "$@"; }
  exits 77 "who is no agent forgets nobody" as nobody person forget s@remote.example --yes
  exits 77 "nor purges" as nobody delete 1 --purge --yes
else
  skip "rights" "not root"
fi
finish
