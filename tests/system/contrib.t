#!/bin/bash
# SPDX-License-Identifier: MIT
# contrib/postfix, word by word: only names, ports and paths are replaced.
. "$(dirname "$0")/lib.sh"
. "$tests/notices.sh"
rig_folder
PORT=$(free_port) own=$(free_port) bounces=$(free_port) bypass=$(free_port)
d=$RIG/postfix
here() {
  sed -e 's/tickets\.example\.com/tickets.example/g' -e "s,/etc/postfix,$d/etc,g" -e "s/^192\.0\.2\.25:25/127.0.0.1:$own/" \
    -e "s/127\.0\.0\.1\]\?:10026/&@/; s/10026@/$bounces/" -e 's/\(inet n - \)y/\1n/' "$top/contrib/postfix/$1"
}
pf_create "$d" "$PORT"
sed -i '/^relay_domains/d; /^transport_maps/d; /^recipient_delimiter/d; /^milter_default_action/d; /^smtpd_recipient_restrictions/d; /^smtpd_reject_unlisted/d' "$d/etc/main.cf"
here main.cf >> "$d/etc/main.cf"
here master.cf >> "$d/etc/master.cf"
# A way round the milter, as a careless service would be.
echo "127.0.0.1:$bypass inet n - n - - smtpd -o smtpd_milters= -o smtpd_recipient_restrictions=permit" >> "$d/etc/master.cf"
install -d -m 750 -g postfix "$d/spool/ticket-milter"
rmdir "$RIG/socket" && ln -s "$d/spool/ticket-milter" "$RIG/socket"
rig_config > "$RIG/ticket-milter.toml"
ticket init > "$RIG/init.log" 2>&1
ticket addresses --postmap > "$d/etc/ticket_recipients"
here transport > "$d/etc/ticket_transport"
RELAY_PORT=$(free_port)
echo "remote.example smtp:[127.0.0.1]:$RELAY_PORT" >> "$d/etc/ticket_transport"
pf "$d" postmap "hash:$d/etc/ticket_recipients" "hash:$d/etc/ticket_transport"
milter_up
pf_start "$d" || { cat "$d/maillog"; exit 1; }

mail r@remote.example 'in front' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'contrib: a mail to a queue'
is "$(tickets)" 1 'contrib: is a ticket'
mail r@remote.example 'in front' | send r@remote.example help+1@tickets.example
is "$(of 1 entries.#)" 2 'contrib: extensions pass the recipient map'
mail r@remote.example 'x' | send r@remote.example nobody@tickets.example
like "$(rcpt nobody@tickets.example)" '^550 5\.1\.1 ' 'contrib: an address that is nobody is refused by the recipient map'
mail r@remote.example 'both' | send r@remote.example help@tickets.example bob@people.example
ok 'contrib: Bob gets his mail' wait_for 10 mailbox_has bob 1
mail r@remote.example 'own service' > "$RIG/mail"
PORT=$own send r@remote.example help@tickets.example < "$RIG/mail"
is "$(tickets)" 3 'contrib: the ticket domain on an smtpd of its own'
PORT=$own send r@remote.example stranger@elsewhere.example < "$RIG/mail"
like "$(rcpt stranger@elsewhere.example)" '^[45]5[04] ' 'contrib: which relays nothing else'

mail r@remote.example 'round the milter' > "$RIG/mail"
PORT=$bypass send r@remote.example help@tickets.example < "$RIG/mail"
ok 'contrib: what comes round the milter waits' wait_for 10 eval "pf $d postqueue -p | grep -q 'ticket-milter was bypassed'"
is "$(tickets)" 3 'contrib: and is no ticket'
mail r@remote.example 'a notice' > "$RIG/mail"
PORT=$bypass send bounce+1-1.aaaaaaaaaaaaaaaa@tickets.example nobody@people.example < "$RIG/mail"
ok 'contrib: a bounce made by this Postfix meets the milter' wait_for 10 grep -q "\]:$bounces,.* said: 550 5.7.1" "$d/maillog" ||
  diag "$(tail "$d/maillog")"
relay_up
notifier_up
mail 'Rita <refuse@remote.example>' 'Printer' | send refuse@remote.example help@tickets.example
answer 4
ok 'contrib: so does one of a notice of ours, and is recorded on its ticket' wait_for 15 kind_is 4 bounce || diag "$(tail "$d/maillog")"
notifier_down

not_ok 'contrib: Postfix has nothing to complain of' grep -E 'warning: .*(milter|overriding|unknown)|fatal' "$d/maillog"
milter_down
mail r@remote.example 'down' | send r@remote.example help@tickets.example
like "$(cat "$RIG/dialogue")" '=> 451 4\.7\.1 ' 'A2 contrib: with the milter down Postfix answers 451 4.7.1' || diag "$(cat "$RIG/dialogue")"
finish
