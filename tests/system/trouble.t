#!/bin/bash
# SPDX-License-Identifier: MIT
# Trouble: full disk, failing disk, kill -9 at the worst moment, the milter down. The mail stays with its sender or is in the store; never
# neither, never twice; and all goes on by itself when the trouble is over.
. "$(dirname "$0")/lib.sh"
MILTER='max_message = "64KiB"'
rig_folder
gcc -shared -fPIC -O1 -o "$RIG/fault.so" "$tests/fault.c" -ldl || exit 1
chmod 755 "$RIG/fault.so"
export FAULT_FILE=$RIG/fault
# milter_faulty: as milter_up, with fault.so in it.
milter_faulty() { FAULTS=$RIG/fault.so milter_up; }

mkdir "$RIG/store"
mount -t tmpfs -o size=24m,mode=755 tmpfs "$RIG/store" 2>/dev/null && tmpfs=1 || tmpfs=
STORE=$'max_size = "64MiB"\nmin_free = "4MiB"'
rig_config > "$RIG/ticket-milter.toml"
ticket init > "$RIG/init.log" 2>&1
milter_faulty && postfix_up || exit 1
mail r@remote.example 'first' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'all is well'

# -- killed around the commit

for moment in C:after B:before; do
  mail r@remote.example "killed ${moment#*:} the commit" > "$RIG/mail"
  before=$(tickets)
  echo "${moment%:*}" > "$RIG/fault"
  send r@remote.example help@tickets.example < "$RIG/mail"
  like "$(final)" '^451 ' "N26 killed ${moment#*:} the commit: the client hears 451"
  wait_for 10 gone "$milter_pid"
  wait "$milter_pid" 2>/dev/null
  rm "$RIG/fault"
  [ "$moment" = C:after ] && is "$(tickets)" $((before + 1)) 'N26 the mail is in the store'
  [ "$moment" = B:before ] && is "$(tickets)" "$before" 'N26 the mail is not in the store'
  send r@remote.example help@tickets.example < "$RIG/mail"
  like "$(cat "$RIG/dialogue")" '=> 451 4\.7\.1 ' 'A2 with the milter down Postfix answers 451 4.7.1'
  milter_faulty
  send r@remote.example help@tickets.example < "$RIG/mail"
  like "$(final)" '^250 ' 'N26 after a restart, stale socket and pid file or not, the retry is answered 250'
  is "$(tickets)" $((before + 1)) 'N26 and there is one ticket'
done

# -- a failing disk

before=$(tickets)
echo E > "$RIG/fault"
mail r@remote.example 'bad disk' > "$RIG/mail"
send r@remote.example help@tickets.example < "$RIG/mail"
like "$(final)" '^45[12] 4\.3\.[01] ' 'A2 the store cannot be written: a temporary failure'
send r@remote.example help@tickets.example bob@people.example < "$RIG/mail"
like "$(final)" '^45[12] 4\.3\.[01] ' 'A2 also for a mail that is for Bob as well'
is "$(mailbox bob)" 0 'A2 who gets no copy for each attempt'
rm "$RIG/fault"
send r@remote.example help@tickets.example < "$RIG/mail"
like "$(final)" '^250 ' 'A2 the disk is well again, and so are we, without a restart'
is "$(tickets)" $((before + 1)) 'A2 one ticket'

# -- a full disk

if [ -n "$tmpfs" ]; then
  before=$(tickets)
  dd if=/dev/zero of="$RIG/store/ballast" bs=1M count=64 2>/dev/null
  wait_for 5 eval 'smtp "EHLO c" "MAIL FROM:<r@remote.example>" "RCPT TO:<help@tickets.example>" QUIT | grep -q "^RCPT.*=> 452 4\.3\.1 "'
  smtp 'EHLO c' 'MAIL FROM:<r@remote.example>' 'RCPT TO:<help@tickets.example>' 'RCPT TO:<bob@people.example>' QUIT > "$RIG/dialogue"
  like "$(rcpt help@tickets.example)" '^452 4\.3\.1 ' 'N25 disk full: 452 at RCPT, for us'
  like "$(rcpt bob@people.example)" '^250 ' 'N25 and not for Bob'
  is "$(tickets)" "$before" 'N25 nothing partial; the desk still reads'
  rm "$RIG/store/ballast"
  wait_for 5 eval 'send r@remote.example help@tickets.example < <(mail r@remote.example "room again"); [[ $(final) == 250* ]]'
  is "$(tickets)" $((before + 1)) 'N25 goes on by itself once there is room'
else
  skip 'N25 disk full' 'no tmpfs can be mounted here'
fi

# -- a message over the limit

before=$(tickets)
BODY=$(printf 'x%.0s' {1..70000} | fold -w 70) mail r@remote.example big > "$RIG/big"
smtp 'EHLO c' 'MAIL FROM:<r@remote.example> SIZE=70000' 'RCPT TO:<help@tickets.example>' 'RCPT TO:<bob@people.example>' \
  DATA "@$RIG/big" QUIT > "$RIG/dialogue"
like "$(rcpt help@tickets.example)" '^552 5\.3\.4 ' 'N28 too large by SIZE=: 552 at RCPT'
ok 'N28 Bob has his' wait_for 10 mailbox_has bob 1
send r@remote.example help@tickets.example < "$RIG/big"
like "$(final)" '^552 5\.3\.4 ' 'N28 without SIZE=: 552 at the end'
send r@remote.example help@tickets.example bob@people.example < "$RIG/big"
like "$(final)" '^250 ' 'N28 together with Bob'
ok 'N28 Bob is not hurt' wait_for 10 mailbox_has bob 2
is "$(tickets)" "$before" 'N28 no ticket'

# -- two at once, no secret, no socket

"$BUILD/ticket-milter" -c "$RIG/ticket-milter.toml" -f 2> "$RIG/second.log"
status=$?
ok 'a second instance refuses to start' [ $status != 0 ]
mail r@remote.example 'still there' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'and the first goes on'
ticket check > "$RIG/check" 2>&1
is $? 0 'ticket check is content' || diag "$(cat "$RIG/check")"
milter_down
is "$milter_status" 0 'SIGTERM: ends with 0'
mv "$RIG/secret" "$RIG/secret.away"
"$BUILD/ticket-milter" -c "$RIG/ticket-milter.toml" -f 2> "$RIG/out"
is $? 78 'without its secret it does not start'
like "$(cat "$RIG/out")" secret 'and says why'
mv "$RIG/secret.away" "$RIG/secret"
milter_up
mail r@remote.example 'back' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'back again'
finish
