#!/bin/bash
# SPDX-License-Identifier: MIT
# The main job: a mail to a queue is a ticket in the store before the 250, whole and as it was.
. "$(dirname "$0")/lib.sh"
rig_up

# -- new tickets

BODY=$'first line\nsecond line' mail 'Ann Clerk <ann@staff.example>' 'A subject, with  "quotes" & <signs>' |
  send -l ann ann@staff.example help@tickets.example
like "$(final)" '^250 ' 'A3 a new mail is answered 250'
is "$(of 1 subject)" 'A subject, with  "quotes" & <signs>' 'A3 the subject is byte-equal'
is "$(of 1 entries.0.text)" $'first line\nsecond line' 'A3 both lines of the body are there' ||
  diag "$(ticket show 1 --json)"
is "$(of 1 queue status owner requestors)" $'help\tnew\tnull\tann@staff.example' 'A3 queue, status, owner, requestor'
is "$(of 1 entries.# entries.0.kind entries.0.class)" $'1\tcreate\thuman' 'A6 help@ without an action records the message'
is "$(of 1 entries.0.door)" milter 'A77 the entry tells the door it came by'
is "$(of 1 entries.0.sender)" ann@staff.example 'A77 and the envelope sender'

mail 'Nobody We Know <new@remote.example>' 'hello' | send new@remote.example help@tickets.example
like "$(final)" '^250 ' 'A8 with create = anyone a stranger opens a ticket'
is "$(people)" 2 'A8 and is on file as a person'
shown 2 1 > "$RIG/raw"
ok 'the raw message is kept byte by byte' cmp "$RIG/raw" "$RIG/message"

BODY='' mail r@remote.example '' | send r@remote.example help@tickets.example
is "$(of "$(newest)" subject)" '(no subject)' 'a mail without subject and text is a ticket'

# -- subjects

mail r@remote.example $'\n test' | send r@remote.example help@tickets.example
is "$(of "$(newest)" subject)" test 'A30 a folded subject'
digits=$(printf '%0100d' 7 | tr 0 5)
mail r@remote.example "$digits"$'\n '"$digits" | send r@remote.example help@tickets.example
is "$(of "$(newest)" subject)" "$digits $digits" 'A31 a folded subject of 200 digits is kept whole'
mail r@remote.example "$(printf 'x%.0s' {1..401})" | send r@remote.example help@tickets.example
like "$(final)" '^550 5\.6\.0 ' 'A31 a subject of 401 characters is refused'
mail r@remote.example '=?not-supported?Q?=07test=A9?=' | send r@remote.example help@tickets.example
is "$(of "$(newest)" subject)" $'\uFFFDtest\uFFFD' 'A60 a subject in an unknown charset'

# -- authors

mail root@host 'from the host' 'Reply-To:' | send root@host help@tickets.example
is "$(of "$(newest)" requestors)" root@host 'A18 an empty Reply-To: From is the requestor'
before=$(tickets)
printf 'From: J\xf6rg <j\xf6rg@remote.example>\nSubject: x\n\nx\n' | send r@remote.example help@tickets.example
like "$(final)" '^550 5\.6\.0 ' 'A67 raw latin-1 in the addr-spec'
printf 'Subject: nobody\n\nx\n' | send r@remote.example help@tickets.example
like "$(final)" '^550 5\.6\.0 ' 'A68 no From'
is "$(tickets)" "$before" 'A67 A68 no ticket was made'
mail '=?utf-8?q?Ann=0D=0AEvil:_yes?= <r@remote.example>' 'a name with a line break' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'A69 a line break inside a display name is harmless'
unlike "$(ticket show "$(newest)"; tail -n 3 "$RIG/milter.log")" $'\nEvil' 'A69 and starts no line anywhere'

# -- bodies

printf '\x89PNG\r\n\x1a\n%2000s' '' > "$RIG/png"
{ mail r@remote.example 'a picture' 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b' | sed '/^$/q'
  printf -- '--b\nContent-Type: text/plain\n\nsee picture\n--b\nContent-Type: image/png; name="a.png"\n'
  printf 'Content-Disposition: attachment; filename="a.png"\nContent-Transfer-Encoding: base64\n\n'
  base64 "$RIG/png"; printf -- '--b--\n'; } | send r@remote.example help@tickets.example
id=$(newest)
is "$(of "$id" entries.0.attachments.0.name entries.0.attachments.0.type)" $'a.png\timage/png' 'A15 the picture is an attachment'
is "$(of "$id" entries.0.attachments.0.sha256)" "$(sha256sum < "$RIG/png" | cut -d' ' -f1)" 'A15 with the right SHA-256'
ticket show "$id" --attachment 1:1 -o "$RIG/png.out"
ok 'A15 and comes out as it went in' cmp "$RIG/png" "$RIG/png.out"

for turn in first second; do
  BODY='Größe: 5 €, déjà vu' mail r@remote.example "umlauts $turn" 'MIME-Version: 1.0' 'Content-Type: text/plain; charset=utf-8' \
    'Content-Transfer-Encoding: 8bit' | send r@remote.example help@tickets.example
  is "$(of "$(newest)" entries.0.text)" 'Größe: 5 €, déjà vu' "A16 UTF-8 text, $turn time"
done
BODY=$'gr\u00fcn\nbl\xfch' mail r@remote.example 'half broken' 'MIME-Version: 1.0' 'Content-Type: text/plain; charset=utf-8' |
  send r@remote.example help@tickets.example
is "$(of "$(newest)" entries.0.text)" $'grün\nbl\uFFFDh' 'A17 declared utf-8, one line latin-1'
shown "$(newest)" 1 > "$RIG/raw"
ok 'A17 the raw message is kept' cmp "$RIG/raw" "$RIG/message"
BODY='<html><head><style>p{}</style></head><body><p>Dear <b>desk</b>,</p><p>the lamp is out.</p></body></html>' \
  mail r@remote.example html 'MIME-Version: 1.0' 'Content-Type: text/html' | send r@remote.example help@tickets.example
like "$(of "$(newest)" entries.0.text)" 'Dear desk,.*the lamp is out' 'A35 HTML only: readable as text'
BODY="$(printf 'A%.0s' {1..262144})" mail r@remote.example 'one long line' 'MIME-Version: 1.0' \
  'Content-Type: application/octet-stream; name=x' 'Content-Transfer-Encoding: base64' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'A76 250 KiB in one base64 line' # Postfix breaks it after 990 characters, which base64 does not mind

{ mail 'Ann <ann@staff.example>' 'signed' 'MIME-Version: 1.0' 'DKIM-Signature: v=1; a=rsa-sha256;  d=staff.example; b=AAAA' \
    $'Content-Type: multipart/signed; micalg=pgp-sha512;\n\tprotocol="application/pgp-signature"; boundary="s"' | sed '/^$/q'
  printf -- 'This is signed.\n--s\nContent-Type: text/plain; charset=utf-8\n\ntrailing blanks   \n\ttab, and gr\u00fcn\n\n--s\n'
  printf -- 'Content-Type: application/pgp-signature; name="signature.asc"\n\n-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n\n--s--\n'
} | send ann@staff.example help@tickets.example
shown "$(newest)" 1 > "$RIG/raw"
ok 'A75 a signed mail is kept byte by byte' cmp "$RIG/raw" "$RIG/message"
like "$(of "$(newest)" entries.0.text)" 'trailing blanks' 'A75 and can be read'

# -- what outsiders write into our fields

mail r@remote.example 'forged' 'X-Ticket-Send-Cc: evil@remote.example' 'X-Ticket-Queue: sales' 'X-Ticket-Owner: evil@remote.example' \
  'X-Ticket-Status: resolved' 'X-Ticket-Loop: example.com AAAAAAAAAAAAAAAA' 'X-Ticket-Extension: take' \
  'Authentication-Results: mx.elsewhere.example; dmarc=pass header.from=staff.example' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'A32 A70 control fields from outside hurt nobody'
is "$(of "$(newest)" queue status owner cc admin_cc)" $'help\tnew\tnull\t\t' 'A32 A70 A71 and none is obeyed, on a new ticket'
mail r@remote.example 're' 'X-Ticket-Status: resolved' 'X-Ticket-Owner: evil@remote.example' | send r@remote.example "help+$(newest)@tickets.example"
is "$(of "$(newest)" queue status owner cc)" $'help\tnew\tnull\t' 'A71 nor on a reply'
shown "$(newest)" 2 > "$RIG/raw"
ok 'A71 the stored raw message is unchanged' cmp "$RIG/raw" "$RIG/message"
finish
