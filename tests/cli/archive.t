#!/bin/bash
# SPDX-License-Identifier: MIT
# Data in and out: dump and restore, backup while somebody files, an mbox out, mailboxes in.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
# other FOLDER: a configuration whose store is there.
other() { sed "s#lmdb:$DESK/store#lmdb:$DESK/$1#" "$DESK/ticket-milter.toml" > "$DESK/$1.toml"; echo "$DESK/$1.toml"; }
at() { local conf=$1; shift; "$BUILD/ticket" -c "$DESK/$conf.toml" "$@"; }
less_head() { tail -n +2 "$1"; }

# -- a mailbox comes in
cat > "$DESK/inbox" <<'MBOX'
From bob@remote.example Mon Nov  2 10:00:00 2026
From: Bob <bob@remote.example>
To: help@tickets.example
Subject: Printer
Date: Mon, 2 Nov 2026 11:00:00 +0100
Message-ID: <one@remote.example>

It burns.
>From the second floor, that is.
>>From twice

From zoe@remote.example Tue Nov  3 10:00:00 2026
Return-Path: <bounces@remote.example>
From: =?utf-8?q?Zo=C3=AB?= <zoe@remote.example>
To: help@tickets.example
Subject: =?utf-8?q?B=C3=A4ume?=
Date: Tue, 3 Nov 2026 10:00:00 +0000
Message-ID: <two@remote.example>
Content-Type: text/plain; charset=utf-8

Bäume im Büro

From bob@remote.example Wed Nov  4 10:00:00 2026
From: Bob <bob@remote.example>
Subject: Re: Printer
Date: Wed, 4 Nov 2026 10:00:00 +0000
Message-ID: <three@remote.example>
In-Reply-To: <one@remote.example>

Still does.
MBOX
run ticket import --queue HELP "$DESK/inbox"
is "$status:$out:$err" "0:3 filed, 0 known already, 0 failed:" "an mbox is filed"
is "$(ticket list --json --sort id | of id subject requestors created updated)" \
  $'2\tBäume\tzoe@remote.example\t2026-11-03T10:00:00Z\t2026-11-03T10:00:00Z\n1\tPrinter\tbob@remote.example\t2026-11-02T10:00:00Z\t2026-11-04T10:00:00Z' \
  "as tickets of their time, the answer with what it answers"
is "$(ticket show 1 --json | of entries.# entries.0.door entries.0.class entries.0.text)" $'2\timport\thuman\tIt burns.\nFrom the second floor, that is.\n>From twice' "quotes of the mbox taken out"
is "$(ticket show 2 --json | of entries.0.sender)" "bounces@remote.example" "the envelope sender as it was noted"
is "$(ticket outbox --json)" "" "nobody is told"
run ticket import --queue help "$DESK/inbox" --json
is "$status:$(of filed known failed <<< "$out")" $'0:0\t3\t0' "again: all known"
mkdir -p "$DESK/box/cur" "$DESK/box/new" "$DESK/box/tmp"
printf 'From: c@remote.example\r\nSubject: maildir\r\nMessage-ID: <four@remote.example>\r\n\r\nhello\r\n' > "$DESK/box/cur/1.x:2,S"
printf 'From: d@remote.example\nSubject: new\nMessage-ID: <five@remote.example>\nDate: Fri, 1 Jan 2100 00:00:00 +0000\n\nhello\n' > "$DESK/box/new/2.x"
echo 'no mail at all' > "$DESK/box/new/3.x"
echo 'half' > "$DESK/box/tmp/4.x"
run ticket import --queue help "$DESK/box" --notify
is "$status:$out" "65:2 filed, 0 known already, 1 failed" "a Maildir, of which one is no mail"
like "$err" 'box/new/3.x: ' "which is named"
like "$(ticket outbox --json | of to template)" $'c@remote.example\tacknowledge' "--notify tells"
unlike "$(ticket show 4 --json | of created)" '^2100' "nothing is from the future"
exits 65 "a file that is no mbox" ticket import --queue help "$DESK/ticket-milter.toml"
exits 74 "a file that is not there" ticket import --queue help "$DESK/none"
exits 67 "a queue that is not there" ticket import --queue none "$DESK/inbox"

# -- and goes out
ticket create --queue help --requestor e@remote.example --subject $'desk\xff' -m 'said' --attach "$DESK/inbox" > /dev/null
ticket comment 2 --as ann@staff.example -m 'no raw message'
run ticket export --mbox
is "$status:$(grep -c '^From ' <<< "$out")" "0:6" "export, an mbox"
like "$err" '^ticket: 1 entries left out' "less what was never mail"
like "$out" $'^From bob@remote.example Mon Nov  2 10:00:00 2026\nReturn-Path: <bob@remote.example>\n' "with the envelope"
like "$out" $'\n>From the second floor, that is.\n>>From twice\n' "quoted"
is "$(ticket export --mbox --since 2026-11-04 --queue help 2> /dev/null | grep -c '^From ')" 4 "--since"
ticket export --mbox > "$DESK/out.mbox" 2> /dev/null
other again > /dev/null
at again init > /dev/null
is "$(at again import --queue help "$DESK/out.mbox")" "6 filed, 0 known already, 0 failed" "and comes in elsewhere"

# -- dump and restore
ticket take 1 --as ann@staff.example
ticket reply 2 --as ann@staff.example -m 'We plant.'
ticket link 1 2
ticket watch 1 x@remote.example
ticket set 2 due=2026-12-24 priority=-3
ticket merge 4 1
ticket delete 3
ticket person disable gone@remote.example
run ticket dump
is "$status" 0 "dump"
printf '%s\n' "$out" > "$DESK/dump"
is "$(grep -cv '^{"[a-z_]*":.*}$' "$DESK/dump")" 0 "is JSON Lines"
is "$(sed -E 's/^\{"([a-z_]+)".*/\1/' "$DESK/dump" | uniq | tr '\n' ' ')" "ticket_dump numbers person message ticket notice tally known " "in a known order"
other restored > /dev/null
at restored init > /dev/null
run at restored restore < "$DESK/dump"
is "$status:$out$err" "0:" "restore"
at restored dump > "$DESK/dump2"
cmp <(less_head "$DESK/dump") <(less_head "$DESK/dump2")
is "$?" 0 "gives the same dump"
is "$(at restored list --json)" "$(ticket list --json)" "the same list"
is "$(at restored show 1 --json)$(at restored show 2 --json)" "$(ticket show 1 --json)$(ticket show 2 --json)" "the same tickets"
is "$(at restored outbox --json)" "$(ticket outbox --json)" "the same outbox"
is "$(at restored person list --json)" "$(ticket person list --json)" "the same people"
is "$(at restored stats --json | sed 's/"bytes_used.*//')" "$(ticket stats --json | sed 's/"bytes_used.*//')" "the same counts"
cmp <(at restored show 2 --raw 1) <(ticket show 2 --raw 1)
is "$?" 0 "raw messages to the byte"
is "$(at restored import --queue help "$DESK/inbox")" "0 filed, 3 known already, 0 failed" "and what was filed is known"
is "$(at restored create --queue help --requestor a@remote.example --subject x < /dev/null)" "ticket 6" "numbers go on"
run at restored restore < "$DESK/dump"
is "$status" 73 "no restore into a store that holds something"
like "$err" 'not empty' "says so"
# broken LINES...: restores these lines in an empty store.
broken() {
  rm -rf "$DESK/broken" && other broken > /dev/null && at broken init > /dev/null
  printf '%s\n' "$@" > "$DESK/lines"
  run at broken restore < "$DESK/lines"
}
head=$(sed -n 1p "$DESK/dump") numbers=$(sed -n 2p "$DESK/dump")
for line in 'no json' '{"ticket":{"id":"x"}}' '{"ticket":{"colour":1}}' '{"ticket":[]}' '{"moon":{}}' '{"person":{"first_seen":"yesterday"}}' '{"message":{"id":1,"raw":"%"}}' \
  '{"message":{"id":1,"text":[5,9],"raw":"QUJD"}}' '{"known":{"key":"00"}}' '{"ticket":{"status":"lost"}}' '{"ticket":{"priority":99999999999}}' '{"person":{},"ticket":{}}'; do
  broken "$head" "$numbers" "$line"
  is "$status:${err%%:*}" "65:ticket" "$line is refused"
  like "$err" 'line 3: ' "by its line"
done
broken "$head"
is "$status" 65 "a dump that ends at once"
broken "$numbers"
is "$status" 65 "a dump without its head"
broken "$head" "$(sed -n 3p "$DESK/dump")"
is "$status" 65 "a dump without numbers"

# -- backup, while others file
for i in 1 2 3 4 5 6 7 8 9 10; do ticket create --queue help --requestor a@remote.example --subject "busy $i" < /dev/null > /dev/null; done &
run ticket backup "$DESK/copy"
is "$status:$out$err" "0:" "backup"
wait
other copy > /dev/null
is "$(at copy show 2 --json)" "$(ticket show 2 --json)" "the copy is a store"
ok "with all that was there" [ "$(at copy list --json | wc -l)" -ge 3 ]
is "$(at copy create --queue help --requestor a@remote.example --subject x < /dev/null | cut -d' ' -f1)" "ticket" "that can be written to"
exits 73 "no backup over a store" ticket backup "$DESK/copy"
is "$(stat -c '%a %U' "$DESK/copy/data.mdb")" "640 $user" "of the user's, for nobody else"
exits 73 "nowhere to put it" ticket backup /proc/none
finish
