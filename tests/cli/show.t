#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket show of mail: text, raw bytes, attachments. The mail comes in through the milter's socket.
. "$(dirname "$0")/lib.sh"
command -v miltertest > /dev/null || { echo "1..0 # SKIP no miltertest"; exit 0; }
desk_up
ticket init > /dev/null
"$BUILD/ticket-milter" -f -c "$DESK/ticket-milter.toml" 2> "$DESK/log" &
milter=$!
trap 'kill -9 $milter 2> /dev/null; wait $milter 2> /dev/null; rm -rf "$DESK"' EXIT

listening() { perl -MIO::Socket::UNIX -e 'exit !IO::Socket::UNIX->new(Peer => shift)' "$DESK/socket/milter.sock"; }
deadline=$((SECONDS + 10))
until listening 2> /dev/null; do
  [ "$SECONDS" -lt "$deadline" ] || { echo "Bail out! ticket-milter does not start: $(cat "$DESK/log")"; exit 1; }
  read -r -t 0.02 <> <(:)
done

# file SENDER RCPT < mail with LF
file() {
  sed 's/$/\r/' > "$DESK/mail"
  MAIL=$DESK/mail SOCKET=$DESK/socket/milter.sock SENDER=$1 RCPT=$2 timeout 60 miltertest -s "$tests/file.lua"
}

head -c 3000 /dev/urandom > "$DESK/picture"
mail() {
  cat <<MAIL
From: Rita <Rita@Remote.example>
To: help@tickets.example
Subject: =?utf-8?q?Dr=C3=BCcker?= brennt
	lichterloh
Message-ID: <one@remote.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Es brennt. [2J

> one
> two
> three
> four
> five
--b
Content-Type: image/png; name="../../pic.png"
Content-Transfer-Encoding: base64
Content-Disposition: attachment

$(base64 "$DESK/picture")
--b
Content-Type: text/csv
Content-Disposition: attachment; filename="a;b.csv"

1;2
--b--
MAIL
}
run file '<Rita@remote.example>' '<Help@tickets.example>' < <(mail)
is "$status" 0 "a mail is filed" || diag "$out $err"

run ticket show 1 --json
is "$(of subject requestors entries.# <<< "$out")" $'Drücker brennt lichterloh\trita@remote.example\t1' "the ticket"
is "$(of entries.0.kind entries.0.actor entries.0.message_id entries.0.class entries.0.door entries.0.sender <<< "$out")" \
  $'create\trita@remote.example\tone@remote.example\thuman\tmilter\trita@remote.example' "A77 its entry"
is "$(of entries.0.attachments.# entries.0.attachments.0.name entries.0.attachments.0.type entries.0.attachments.0.size <<< "$out")" \
  $'2\tpic.png\timage/png\t3000' "its attachments"
is "$(of entries.0.attachments.0.sha256 <<< "$out")" "$(sha256sum < "$DESK/picture" | cut -d' ' -f1)" "A15 the digest is that of the file"

run ticket show 1
like "$out" 'attachment 1: pic.png, image/png, 2.9 KiB' "show as text names the attachments"
like "$out" '\[5 quoted lines\]' "folds what is quoted"
unlike "$out" $'\x1b' "and lets no escape sequence out"
like "$(ticket show 1 --full)" $'\n    > one\n    > two' "--full shows all"

ticket show 1 --raw 1 > "$DESK/raw"
is "$(sha256sum < "$DESK/raw")" "$(sha256sum < "$DESK/mail")" "--raw is the message, byte for byte"
run ticket show 1 --raw 1 -o "$DESK/raw2"
is "$status$out$(cmp "$DESK/raw" "$DESK/raw2")" 0 "--raw -o FILE"
ticket show 1 --attachment 1:1 -o "$DESK/out"
is "$(cmp "$DESK/out" "$DESK/picture")" "" "--attachment -o FILE"
ticket show 1 --attachment 1:2 -o "$DESK/out"
is "$(tr -d '\r\n' < "$DESK/out")" "1;2" "overwrites the file"
is "$(ticket show 1 --attachment 1:1 | sha256sum)" "$(sha256sum < "$DESK/picture")" "without -o to standard output"
exits 67 "no such attachment" ticket show 1 --attachment 1:3
exits 64 "attachments count from 1" ticket show 1 --attachment 1:0
exits 73 "a file that cannot be made" ticket show 1 --attachment 1:1 -o "$DESK/nosuch/file"
like "$err" 'nosuch/file' "which is named"
exits 73 "a folder is no file" ticket show 1 --raw 1 -o "$DESK"

run ticket explain --json --from rita@remote.example --to help@tickets.example < <(mail)
is "$(of verdict duplicate_of <<< "$out")" $'accept\t1' "N10 explain knows the mail again"
run ticket explain --json < <(printf 'From: rita@remote.example\nTo: help@tickets.example\nSubject: Re: hot\nIn-Reply-To: <one@remote.example>\n\nMore.\n')
is "$(of verdict targets.0.ticket duplicate_of <<< "$out")" $'accept\t1\tnull' "and what answers it"
run ticket check
like "$out" 'ticket-milter answers' "check finds the milter"
like "$(tail -n 3 "$DESK/log")" 'verdict=' "which survived that"
run ticket init
is "$status" 0 "init beside the running milter"
ticket comment 1 --as ann@staff.example -m 'second'
ticket comment 1 --as ann@staff.example -m 'third'
is "$(ticket show 1 --last 1 --json | of entries.# entries.0.id)" $'1\t3' "--last"
is "$(ticket show 1 --entry 3,1 --json | of entries.# entries.0.id entries.1.id)" $'2\t1\t3' "--entry"
like "$(ticket show 1 --last 2)" $'^#1 .*\n-- 2 .*\n\n    second\n\n-- 3 .*\n\n    third$' "as text"
exits 67 "no such entry" ticket show 1 --entry 1,9
exits 64 "entries count from 1" ticket show 1 --last 0
is "$(echo more | ticket create --queue help --requestor r@remote.example --subject x)" "ticket 2" "create beside the running milter"
finish
