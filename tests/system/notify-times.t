#!/bin/bash
# SPDX-License-Identifier: MIT
# Notices that wait: for the end of the quiet hours, and for a digest. And vacation programs, which answer what we send at any hour.
. "$(dirname "$0")/lib.sh"
. "$tests/notices.sh"
# From a minute ago to two hours on, whatever the hour is.
quiet="quiet = \"$(date -u -d '-1 minute' +%H:%M)-$(date -u -d '+2 hours' +%H:%M) UTC\""
hugo=$'[[agent]]\nname = "Hugo"\naddresses = ["owner@staff.example"]\ndigest = "hourly"\nqueues = ["sales"]'
HELP='cc_from_headers = true' SALES='admin_cc = ["owner@staff.example", "eve@people.example"]' CONFIG=$hugo rig_up "${mailboxes[@]}"
notifier_up
hour=$(date -u +%H)

# -- digest

mail 'Bob <bob@people.example>' 'Printer' | send bob@people.example sales@tickets.example
gets bob 1 'Bob is acknowledged'
gets eve 1 'who wants each mail gets it'
if [ "$(date -u +%H)" = "$hour" ]; then is "$(mailbox owner),$(sent created owner@staff.example)" 0,0 'who has an hourly digest waits for it'; fi

# -- quiet hours

NOTIFY=$quiet SALES='admin_cc = ["owner@staff.example", "eve@people.example"]' CONFIG=$hugo HELP='cc_from_headers = true' reconfigure
notifier_reloads
mail 'Carol <carol@people.example>' 'Fax' 'Cc: dave@people.example' | send carol@people.example help@tickets.example
gets carol 1 'in the quiet hours people hear from us'
gets dave 1 'also those in cc'
is "$(mailbox a),$(sent created a@staff.example)" 0,0 'agents do not'

# -- two vacation programs

answer 2
gets carol 2 'Carol gets an answer'
gets dave 2 'and Dave'
BODY='' mail 'Ann <ann@staff.example>' 'done' | send -l ann ann@staff.example help+resolve-2@tickets.example
gets carol 3 'and Carol hears that it is settled'
for who in carol dave; do
  while IFS= read -r notice; do
    token=$(address_in "$(field "$notice" Reply-To)")
    [ -n "$token" ] || continue
    mail "$who@people.example" "Out of office: $(field "$notice" Subject)" 'Auto-Submitted: auto-replied' "In-Reply-To: $(field "$notice" Message-ID)" | send '' "$token"
    like "$(final)" '^250 ' "N24 $who's vacation program answers"
  done < <(find "$RIG/postfix/mail/$who/new" -type f)
done
is "$(of 2 entries.-1.kind status)" $'auto_reply\tresolved' 'N24 that is recorded, and reopens nothing'
mail 'Bob <bob@people.example>' 'Four' | send bob@people.example help@tickets.example
ok 'another ticket' [ "$(tickets)" = 3 ]
answer 3
gets bob 2 'whose notices go out after those'
is "$(sent '[^ ]*' carol@people.example),$(sent '[^ ]*' dave@people.example)" 3,2 'N24 neither got another mail'
is "$(mailbox a),$(sent '[^ ]*' a@staff.example)" 0,0 'and agents are still left in peace'
ok 'every mail that arrived is valid' all_valid
finish
