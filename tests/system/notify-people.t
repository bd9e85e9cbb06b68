#!/bin/bash
# SPDX-License-Identifier: MIT
# Who is told and who is not, and what of a mail is passed on: attachments, odd charsets, hostile names, and what was meant for us alone.
. "$(dirname "$0")/lib.sh"
. "$tests/notices.sh"
HELP='cc_from_headers = true' NOTIFY='attach = "20KiB"' TRUST='followup_by_number = "anyone"' rig_up "${mailboxes[@]}"
notifier_up

# -- cc

mail 'Bob <bob@people.example>' 'Cc' 'Cc: help-comment@tickets.example, sales+7@tickets.example, carol@people.example,' \
  '  dave@people.example, =?utf-8?q?eve=40people=2Eexample=2Cowner=40staff=2Eexample=3B?= <ann@staff.example>' |
  send bob@people.example help@tickets.example
is "$(of 1 cc)" 'carol@people.example,dave@people.example,ann@staff.example' 'A52 A57 the three become cc, not our own addresses, nor what an encoded word hides'
gets bob 1 'Bob is acknowledged'
gets carol 1 'A57 Carol gets the mail'
gets dave 1 'A57 and Dave'
gets ann 1 'A57 and Ann'
like "$(said "$(newest_mail carol)")" 'Cc: carol@people.example, dave@people.example' 'and they are named in the text'
is "$(field "$(newest_mail carol)" To)" carol@people.example 'but each mail is to one'
is "$(mailbox eve),$(mailbox owner)" 0,0 'A57 what the word hides gets nothing'
gets a 1 'A52 the agents are told once'

# -- an agent without proof, and the actor

mail 'Ann <ann@staff.example>' 'pay here' | send stranger@elsewhere.example help+1@tickets.example
is "$(of 1 entries.#)" 2 'a mail under an agent'\''s name is on the ticket'
gets a 2 'the agents see it'
NOTIFY='notify_actor = true' TRUST='followup_by_number = "anyone"' reconfigure
mail 'Bob <bob@people.example>' 'mine' | send bob@people.example help+1@tickets.example
gets bob 2 'A49 with notify_actor Bob hears of his own reply'
gets carol 2 'and Carol'
is "$(grep -rl 'pay here' "$RIG"/postfix/mail/{bob,carol,dave} | wc -l)" 0 'what has no proof did not go to people'
NOTIFY='attach = "20KiB"' reconfigure

# -- what is passed on

cat > "$RIG/mail" <<'MAIL'
From: =?utf-8?q?Eve=0D=0AEvil=3A_yes?= <eve@people.example>
To: sales@tickets.example, help@tickets.example
Subject: =?utf-8?q?Files=0D=0AEvil=3A_yes?=
Message-ID: <files@people.example>
X-Ticket-Extension: resolve
X-Ticket-Loop: example.com aaaaaaaaaaaaaaaa
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c
X-Ticket-Owner: eve@people.example

--c
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe
--c
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>Gr=FC=DFe</p>
--c--
--b
Content-Type: image/png; name=a.png
Content-Disposition: inline; filename=a.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b
Content-Type: text/csv
Content-Disposition: attachment; filename=b.csv

1;2
--b
Content-Type: application/pdf; name=c.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--b
Content-Type: application/zip; name=big.zip
Content-Transfer-Encoding: base64

MAIL
head -c 30000 /dev/zero | base64 >> "$RIG/mail"
echo '--b--' >> "$RIG/mail"
send eve@people.example help@tickets.example < "$RIG/mail"
gets eve 1 'A65 Eve is acknowledged'
gets a 4 'A65 the agents get one notice'
is "$(sent created a@staff.example),$(sent '[^ ]*' eve@people.example)" 2,1 'A65 one of each'
is "$(parts "$got")" $'inline a.png image/png\nattachment b.csv text/csv\nattachment c.pdf application/pdf' 'A66 files go along: inline, attachment, attachment'
like "$(said "$got")" 'Grüße' 'A65 what was latin-1 is readable'
like "$(said "$got")" '\[not attached: big\.zip, 29(\.[0-9])? KiB\]' 'A73 what is too large is named with its size'
like "$(of 2 entries.0.attachments.3)" '"size":30000' 'A73 and stored whole'
is "$(cat "$RIG"/postfix/mail/*/new/* | grep -c '^Evil:')" 0 'A69 no field gets in by a name or a subject'
is "$(grep -ciE '^X-Ticket-(Extension|Owner)|aaaaaaaaaaaaaaaa' "$got"),$(of 2 status owner | xargs)" '0,new null' 'A71 fields for us are neither obeyed nor passed on, also inside parts'

# -- mode copy

MILTER='mode = "copy"' reconfigure
mail 'Dave <dave@people.example>' 'copied' | send dave@people.example help@tickets.example
is "$(of 3 subject)" copied 'copy: there is a ticket'
MILTER='mode = "on"' reconfigure
mail 'Carol <carol@people.example>' 'taken' | send carol@people.example help@tickets.example
gets carol 3 'on: Carol is acknowledged'
gets a 5 'on: and agents are told'
is "$(mailbox dave),$(sent acknowledge dave@people.example)" 2,0 'copy: of the copied one nobody has heard'
ok 'every mail that arrived is valid' all_valid
finish
