#!/bin/bash
# SPDX-License-Identifier: MIT
# ticket-mailgate where it is meant to be: behind local(8)'s aliases and as a pipe(8) transport of a real Postfix. What comes round the milter is filed, once, and no
# mail is ever bounced for a reason that was found too late.
. "$(dirname "$0")/lib.sh"
rig_folder
d=$RIG/postfix
rig_config > "$RIG/ticket-milter.toml"
ticket init > "$RIG/init.log" 2>&1
milter_up || exit 1
gate="$BUILD/ticket-mailgate -c $RIG/ticket-milter.toml"
pf_create "$d" "$PORT" "smtpd_milters = unix:$RIG/socket/milter.sock" 'mydestination = host.example' "alias_maps = texthash:$d/etc/aliases" \
  'default_privs = nobody' 'mailbox_size_limit = 0' 'minimal_backoff_time = 1s' 'maximal_backoff_time = 1s' 'queue_run_delay = 1s' \
  "transport_maps = inline:{ {tickets.example = retry:4.3.0 ticket-milter was bypassed} {piped.example = tickets} }" \
  'relay_domains = tickets.example piped.example' 'smtpd_recipient_restrictions = permit' 'tickets_destination_recipient_limit = 1'
bypass=$(free_port)
cat >> "$d/etc/master.cf" <<CF
local unix - n n - - local
tickets unix - n n - 4 pipe
  flags=R user=nobody argv=$gate --queue sales
127.0.0.1:$bypass inet n - n - - smtpd -o smtpd_milters=
CF
cat > "$d/etc/aliases" <<CF
help "|$gate --queue help --extension ticket"
mortal "|$RIG/mortal"
wrong "|$gate --queue nosuch"
both "|$gate --queue help", "|$gate --queue sales"
CF
pf_start "$d" || { diag "$(cat "$d/maillog")"; exit 1; }
sent_to() { grep -c "to=<$1>.* status=$2" "$d/maillog"; }
delivered() { [ "$(sent_to "$1" sent)" = "$2" ]; }

mail r@remote.example 'by an alias' | PORT=$bypass send r@remote.example help@host.example
ok 'an alias that is a pipe' wait_for 10 delivered help@host.example 1 || diag "$(tail "$d/maillog")"
is "$(of 1 queue requestors.0 subject)" 'help	r@remote.example	by an alias' 'is a ticket'
is "$(of 1 entries.0.door entries.0.sender)" 'mailgate	r@remote.example' 'which says how it came'
mail r@remote.example 'more' | PORT=$bypass send r@remote.example help+1@host.example
ok 'with an extension' wait_for 10 delivered help+1@host.example 1
is "$(tickets) $(of 1 entries.#)" '1 2' 'leads to the ticket'

mail r@remote.example 'by a transport' | PORT=$bypass send r@remote.example anybody@piped.example
ok 'a transport' wait_for 10 delivered anybody@piped.example 1 || diag "$(tail "$d/maillog")"
is "$(of 2 queue subject)" 'sales	by a transport' 'is the door of its queue'

# The milter takes its recipient, and Postfix hands the rest to the alias.
mail r@remote.example 'twice' | send r@remote.example help@tickets.example help@host.example
like "$(final)" '^250 ' 'one mail to the milter and to an alias'
ok 'both doors' wait_for 10 delivered help@host.example 2
is "$(tickets)" 3 'make one ticket'
is "$(of 3 entries.#)" 1 'with one entry'

mail r@remote.example 'one alias, two queues' | PORT=$bypass send r@remote.example both@host.example
ok 'an alias of two pipes' wait_for 10 eval "[ \$(tickets) = 5 ]" || diag "$(tail "$d/maillog")"

# -- too late to refuse

mail r@remote.example 'nobody knows it' | PORT=$bypass send r@remote.example help+99@host.example
ok 'what the milter would refuse' wait_for 10 delivered help+99@host.example 1
is "$(tickets)" 5 'is no ticket'
is "$(ticket journal --json | json verdict subject | head -n 1)" 'reject	nobody knows it' 'but in the journal'
is "$(grep -c 'sender non-delivery notification' "$d/maillog")" 0 'and nothing is bounced'

# -- trouble

mail r@remote.example 'a wrong line' | PORT=$bypass send r@remote.example wrong@host.example
ok 'a mistake in the alias' wait_for 10 eval "[ \$(sent_to wrong@host.example deferred) -ge 1 ]"
like "$(grep 'to=<wrong@host.example>' "$d/maillog" | head -n 1)" 'there is no queue "nosuch"' 'is named in the mail log'
mv "$RIG/secret" "$RIG/secret.away"
mail r@remote.example 'no secret' | PORT=$bypass send r@remote.example help@host.example
ok 'a configuration that cannot be used' wait_for 10 eval "[ \$(sent_to help@host.example deferred) -ge 1 ]"
mv "$RIG/secret.away" "$RIG/secret"
ok 'keeps the mail until it can' wait_for 20 delivered help@host.example 3 || diag "$(tail "$d/maillog")"
is "$(tickets)" 6 'and files it once'
is "$(grep -c 'sender non-delivery notification' "$d/maillog")" 0 'still nothing is bounced'

# -- many at once, beside the milter, some of them killed

# As the alias's pipe, but one in three is killed somewhere on its way.
cat > "$RIG/mortal" <<SH
#!/bin/bash
[ \$((RANDOM % 3)) = 0 ] && { sleep 0.0\$((RANDOM % 6)); kill -KILL \$\$ && echo >> "$RIG/killed"; } > /dev/null 2>&1 &
exec $gate --queue help
SH
chmod 755 "$RIG/mortal"
install -o nobody /dev/null "$RIG/killed"
before=$(tickets)
for n in $(seq 40); do
  MESSAGE_ID=storm.$n@remote.example mail "r$n@remote.example" "storm $n" > "$RIG/storm"
  pf "$d" sendmail -f "r$n@remote.example" mortal@host.example < "$RIG/storm"
done
ok 'forty mails to a pipe that dies again and again' wait_for 120 delivered mortal@host.example 40 || diag "$(pf "$d" postqueue -p; grep mortal "$d/maillog" | tail)"
ok 'which it did' [ -s "$RIG/killed" ]
is "$(($(tickets) - before))" 40 "are filed once each ($(wc -l < "$RIG/killed") times killed)"
ticket check --store > "$RIG/check" 2>&1
is $? 0 'and the store agrees' || diag "$(cat "$RIG/check")"
finish
