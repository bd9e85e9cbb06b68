#!/bin/bash
# SPDX-License-Identifier: MIT
# contrib/postfix, the other set-ups, word by word: only names, ports and paths are replaced. Addresses in the company's domain; several MX hosts at one milter; notices by
# a signing service of their own.
. "$(dirname "$0")/lib.sh"
. "$tests/notices.sh"
rig_folder
d=$RIG/postfix
bounces=$(free_port) notices=$(free_port) signer=$(free_port) network=$(free_port)
here() {
  sed -e 's/tickets\.example\.com/tickets.example/g' -e "s,/etc/postfix,$etc,g" -e '/^192\.0\.2\.25:25/,/reject }/d' \
    -e "s/127\.0\.0\.1\]\?:10026/&@/; s/10026@/$bounces/" -e "s/127\.0\.0\.1:10027/127.0.0.1:$notices/" -e "s/127\.0\.0\.1:8892/127.0.0.1:$signer/" \
    -e "s/192\.0\.2\.5:8891/127.0.0.1:$network/" -e 's/\(inet n - \)y/\1n/' "$top/contrib/postfix/$1"
}
# listens PORT: somebody does.
listens() { perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => shift)' "$1"; }
# as_written FOLDER FILE...: a Postfix of these lines of main.cf.
as_written() {
  local d=$1 file
  shift
  sed -i '/^relay_domains/d; /^transport_maps/d; /^recipient_delimiter/d; /^milter_default_action/d; /^smtpd_recipient_restrictions/d; /^smtpd_reject_unlisted/d' "$d/etc/main.cf"
  for file; do here "$file" >> "$d/etc/main.cf"; done
}
maps() {
  ticket addresses --postmap > "$1/etc/ticket_recipients"
  pf "$1" postmap "hash:$1/etc/ticket_recipients" "hash:$1/etc/ticket_transport"
}
# What README.md has for the company's domain.
transport_of_addresses() {
  ticket addresses --postmap | sed -e 's/^\(bounce@[^ ]*\) .*/\1 smtp:[127.0.0.1]:'"$bounces/" -e t -e 's/ .*/ retry:4.3.0 ticket-milter was bypassed/'
}

# -- addresses in the company's domain

etc=$d/etc
pf_create "$d" "$PORT"
as_written "$d" company.cf
pf_set "$d" 'virtual_mailbox_domains = people.example, example.com' 'relay_domains =' \
  'virtual_mailbox_maps = inline:{bob@people.example=bob/ carol@example.com=carol/}'
here master.cf >> "$d/etc/master.cf"
here relay.cf >> "$d/etc/master.cf"
install -d -m 750 -g postfix "$d/spool/ticket-milter"
rmdir "$RIG/socket" && ln -s "$d/spool/ticket-milter" "$RIG/socket"
SITE='' NOTIFY='' RELAY_PORT=$notices
company() { rig_config | sed -e 's/^domain = .*/domain = "example.com"/' -e 's/help@tickets.example/help@example.com/; s/help-comment@tickets.example/help-comment@example.com/; s/sales@tickets.example/sales@example.com/; /^authserv_ids/d'; }
company > "$RIG/ticket-milter.toml"
ticket init > "$RIG/init.log" 2>&1
transport_of_addresses > "$d/etc/ticket_transport"
maps "$d"
milter_up
pf_start "$d" || { cat "$d/maillog"; exit 1; }
mail r@remote.example 'in the company' | TO=help@example.com send r@remote.example help@example.com
like "$(final)" '^250 ' 'company: a queue among mailboxes'
is "$(of 1 queue)" help 'company: has its ticket'
mail r@remote.example more | send r@remote.example help+1@example.com carol@example.com
is "$(of 1 entries.#)" 2 'company: extensions pass'
ok 'company: Carol has her mail' wait_for 10 mailbox_has carol 1
mail r@remote.example x | send r@remote.example nobody@example.com
like "$(rcpt nobody@example.com)" '^550 5\.1\.1 ' 'company: who is neither is refused'
mail r@remote.example x | send -a 203.0.113.9 r@remote.example stranger@elsewhere.example
like "$(rcpt stranger@elsewhere.example)" '^[45]54 5\.7\.1 ' 'company: it relays for nobody'

# -- notices by a service of their own, signed

if command -v opendkim > /dev/null; then
  openssl genrsa -traditional -out "$RIG/dkim.key" 2048 2> /dev/null
  chmod 600 "$RIG/dkim.key"
  echo 'RequireSafeKeys no' > "$RIG/opendkim.conf"  # it minds that the folders of temporary files are everybody's
  opendkim -f -x "$RIG/opendkim.conf" -p "inet:$signer@127.0.0.1" -d example.com -k "$RIG/dkim.key" -s desk -b s -A -P "$RIG/opendkim.pid" 2> "$RIG/opendkim.log" &
  signer_pid=$!
  trap 'status=$?; kill "$signer_pid" 2> /dev/null; rig_down $status' EXIT
  wait_for 20 listens "$signer" || diag "opendkim does not start: $(cat "$RIG/opendkim.log")"
  notifier_up
  mail 'Carol <carol@example.com>' 'a signed answer, please' | TO=help@example.com send carol@example.com help@example.com
  ok 'relay: the acknowledgement comes' wait_for 20 mailbox_has carol 2 || diag "$(tail "$d/maillog"; cat "$RIG/opendkim.log")"
  like "$(cat "$(newest_mail carol)")" 'DKIM-Signature: .*d=example\.com' 'relay: it is signed'
  ok 'relay: by a service whose name stands in the log' grep -q 'postfix/notices/smtpd' "$d/maillog"
  is "$(tickets)" 2 'relay: and makes no ticket'
  notifier_down
  kill "$signer_pid"
  wait "$signer_pid"
else
  skip 'relay: notices are signed' 'no opendkim'
fi

# -- what ticket check says of it

postconf_of() { pf "$1" postconf -x; pf "$1" postconf -Px; pf "$1" postconf -M; }
postconf_of "$d" > "$RIG/postconf" 2> /dev/null
ticket check --postconf "$RIG/postconf" > "$RIG/check" 2>&1
not_ok 'check: nothing is wrong with it' grep -E '^postfix +wrong' "$RIG/check"
like "$(grep -E '^postfix' "$RIG/check")" "127.0.0.1:$PORT/inet: ticket-milter is the last milter" 'check: and the milter is found'
pf_set "$d" 'milter_default_action = accept' 'always_bcc = archive@people.example'
postconf_of "$d" > "$RIG/postconf" 2> /dev/null
ticket check --postconf "$RIG/postconf" > "$RIG/check" 2>&1
is $? 78 'check: mistakes have an exit status'
like "$(cat "$RIG/check")" 'while ticket-milter is down mail passes it by' 'check: the way round it'
like "$(cat "$RIG/check")" 'always_bcc = archive@people.example: milter.consume' 'check: the archive that would be empty'
pf_set "$d" 'milter_default_action = tempfail' 'always_bcc ='
mkdir "$RIG/bin"
printf '#!/bin/bash\nLD_LIBRARY_PATH=%q exec %q -c %q "$@"\n' "$PF_SHLIB" "$PF_SBIN/postconf" "$d/etc" > "$RIG/bin/postconf"
chmod 755 "$RIG/bin/postconf"
PATH=$RIG/bin:$PATH ticket check --postfix > "$RIG/check" 2>&1
like "$(cat "$RIG/check")" 'ok .*: help@example.com: 250 2.1.5' 'check: this host'\''s smtpd is asked for the queues'
like "$(cat "$RIG/check")" 'wrong.*postmaster@example.com: 550 5.1.1' 'check: nobody reads postmaster'
is "$(tickets)" 2 'check: no mail is sent for that'

# Forged Authentication-Results, before and after Postfix takes them out.
company | sed 's/^\[trust\]/&\nauthserv_ids = ["mx.example.com"]/' > "$RIG/ticket-milter.toml"
milter_signal USR1
PATH=$RIG/bin:$PATH ticket check --postfix > "$RIG/check" 2>&1
like "$(cat "$RIG/check")" '-  *forged Authentication-Results of mx.example.com reach ticket-milter from smtp://127.0.0.1:' 'check: a forged proof comes through'
pf_set "$d" 'header_checks = regexp:{{/^Authentication-Results:/ IGNORE}}'
pf_stop "$d"
pf_start "$d"
PATH=$RIG/bin:$PATH ticket check --postfix > "$RIG/check" 2>&1
like "$(cat "$RIG/check")" 'ok  *forged Authentication-Results of mx.example.com are taken out' 'check: or is taken out' || diag "$(cat "$RIG/check")"
is "$(tickets)" 2 'check: and no ticket comes of it'
PATH=/nonexistent "$BUILD/ticket" -c "$RIG/ticket-milter.toml" check --postfix > "$RIG/check" 2>&1
is $? 69 'check: no Postfix' || diag "$(cat "$RIG/check")"
milter_down
pf_stop "$d"

# -- several MX hosts, one milter

rm -f "$RIG/socket"
mkdir "$RIG/socket"
MILTER_USER=nobody rig_config | sed "s,^socket = .*,socket = \"inet:$network@127.0.0.1\"," > "$RIG/ticket-milter.toml"
rm -rf "$RIG/store"
ticket init > "$RIG/init.log" 2>&1
listening() { listens "$network"; }
milter_up
hosts=()
for n in 1 2; do
  mx=$RIG/mx$n
  etc=$mx/etc
  hosts+=("$(free_port)")
  pf_create "$mx" "${hosts[-1]}"
  here main.cf | grep -v '^smtpd_milters' > "$RIG/main.cf"
  sed -i '/^relay_domains/d; /^transport_maps/d; /^recipient_delimiter/d; /^milter_default_action/d; /^smtpd_recipient_restrictions/d; /^smtpd_reject_unlisted/d' "$mx/etc/main.cf"
  cat "$RIG/main.cf" >> "$mx/etc/main.cf"
  here mx.cf >> "$mx/etc/main.cf"
  here transport > "$mx/etc/ticket_transport"
  maps "$mx"
  pf_start "$mx" || { cat "$mx/maillog"; exit 1; }
done
trap 'status=$?; for mx in "$RIG"/mx?; do pf_stop "$mx"; done; rig_down $status' EXIT
for port in "${hosts[@]}"; do
  mail r@remote.example "by $port" > "$RIG/mail"
  PORT=$port send r@remote.example help@tickets.example < "$RIG/mail"
  like "$(final)" '^250 ' "mx: a mail by host $port"
done
is "$(tickets)" 2 'mx: makes a ticket at the one store'
PORT=${hosts[0]} send r@remote.example help@tickets.example < "$RIG/mail"
like "$(final)" '^250 ' 'mx: the same mail at the other host'
is "$(tickets)" 2 'mx: is known'
for port in "${hosts[@]}"; do
  for n in 1 2 3 4 5; do
    mail "r$n.$port@remote.example" "at once $n $port" > "$RIG/mail.$n.$port"
    "$tests/smtp" -p "$port" 'EHLO c' "MAIL FROM:<r$n.$port@remote.example>" 'RCPT TO:<help@tickets.example>' DATA "@$RIG/mail.$n.$port" QUIT > /dev/null &
    jobs_of+=($!)
  done
done
wait "${jobs_of[@]}"
is "$(tickets)" 12 'mx: both at once'
milter_down
for port in "${hosts[@]}"; do
  mail r@remote.example down > "$RIG/mail"
  PORT=$port send r@remote.example help@tickets.example < "$RIG/mail"
  like "$(cat "$RIG/dialogue")" '=> 451 4\.7\.1 ' "mx: with the milter down host $port answers 451"
done
finish
