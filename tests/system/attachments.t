#!/bin/bash
# SPDX-License-Identifier: MIT
# Attachments that a site does not take: left out and noted, or refused.
. "$(dirname "$0")/lib.sh"
rig_up

# with NAME: a mail with two files, one of that name.
with() {
  MESSAGE_ID=${MESSAGE_ID-$BASHPID.$RANDOM@remote.example} BODY="--b
Content-Type: text/plain

see the files
--b
Content-Type: text/csv; name=list.csv

1,2
--b
Content-Type: application/octet-stream
Content-Disposition: attachment; $1

MZ
--b--" mail r@remote.example 'files' 'Content-Type: multipart/mixed; boundary=b'
}

with 'filename="setup.exe. "' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'a mail with a refused attachment is filed'
is "$(of 1 entries.0.attachments.# entries.0.attachments.0.name)" $'1\tlist.csv' 'without it, with the other'
like "$(ticket show 1)" 'left out: setup\.exe.*, refused as \.exe' 'and the history says so'
ok 'the raw message has it still' grep -q setup.exe <(ticket show 1 --raw 1)

CONFIG=$'[attachment]\nrefuse_types = [".exe", "text/csv"]\non_refused = "reject"' reconfigure
with "filename*=utf-8''SETUP%2eEXE" | send r@remote.example help@tickets.example
like "$(final)" '^554 5\.7\.1 .*list\.csv|^554 5\.7\.1 .*text/csv' 'reject: 554 5.7.1 at the end of the message, naming what was found'
is "$(tickets)" 1 'and no ticket'
wait_for 10 journal_has '"rule":"attachment"' 1
before=$(journal '"rule":"attachment"')
with 'filename=setup.exe' | send r@remote.example help@tickets.example bob@people.example
like "$(final)" '^250 ' 'with another recipient it goes on to that one'
ok 'who gets it' wait_for 10 mailbox_has bob 1
is "$(tickets),$(journal '"rule":"attachment"')" "1,$((before + 1))" 'and to the journal, not to a ticket'

CONFIG=$'[attachment]\nrefuse_types = []' reconfigure
with 'filename=setup.exe' | send r@remote.example help@tickets.example
is "$(of 2 entries.0.attachments.#)" 2 'an empty list refuses nothing'
finish
