#!/bin/bash
# SPDX-License-Identifier: MIT
# A relay in trouble, and one that makes it: nothing is lost, nothing is tried in a hurry, and what went wrong is told.
. "$(dirname "$0")/lib.sh"
. "$tests/notices.sh"
RELAY_PORT=$(free_port)
SALES='notify_agents_on_create = "never"' rig_up
first_port=$RELAY_PORT

# asks WHO: a new ticket, so one acknowledgement to WHO@remote.example.
asks() { mail "$1@remote.example" 'ask' | send "$1@remote.example" sales@tickets.example; }
pauses() { cat "$RIG/notify.log" | grep -c 'trying again in'; }
paused() { notify_log_has "relay smtp://127\.0\.0\.1:$RELAY_PORT: .*trying again in $1 s"; }
# The pause after trouble is over with a new configuration.
again() { : > "$RIG/notify.log"; echo 'emptied; ready' >> "$RIG/notify.log"; SALES='notify_agents_on_create = "never"' rig_config > "$RIG/ticket-milter.toml"; notifier_reloads; }

# -- down, and up again

for who in one two three; do asks $who; done
notifier_up
ok 'down: the relay gets time' wait_for 20 paused 10
asks four
is "$(pauses),$(sent acknowledge '[^ ]*' deferred)" 1,1 'one letter was tried, and another mail brings no further try'
relay_up
ok 'up: the others go out by themselves' wait_for 30 taken_is 3
is "$(pauses)" 1 'after one pause'

# -- answers

for who in refuse defer refuse-data defer-data slow-1 fine; do asks $who; done
ok 'what the relay takes, it gets' wait_for 15 taken_is 5
ok '550 at RCPT: failed' wait_for 15 sent_is acknowledge refuse@remote.example 1 failed
ok '554 at the final dot: failed' wait_for 15 sent_is acknowledge refuse-data@remote.example 1 failed
ok '451 at RCPT: deferred' wait_for 15 sent_is acknowledge defer@remote.example 1 deferred
ok '451 at the final dot: deferred' wait_for 15 sent_is acknowledge defer-data@remote.example 1 deferred
ok 'a slow relay has it, too' wait_for 15 sent_is acknowledge slow-1@remote.example 1
is "$(pauses)" 1 'none of these is trouble with the relay'

# -- hanging up

relay_mode drop
asks five
asks six
ok 'hanging up at once: it gets time' wait_for 20 eval '[ $(pauses) = 2 ]'
asks seven
ok 'then more time' wait_for 20 paused 20
is "$(pauses),$(sent acknowledge '[^ ]*' deferred)" 3,5 'with one letter tried each time'
relay_mode ok
again
ok 'after a reload what is left goes out at once' wait_for 15 taken_is 6
for who in close-in-data close-after-dot drop; do
  asks $who
  ok "$who: deferred" wait_for 20 sent_is acknowledge $who@remote.example 1 deferred
  again
done
is "$(taken close-after-dot)" 1 'what it had taken before is not sent again at once'

# -- TLS, on another port

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=other -addext 'subjectAltName=DNS:other.example' \
  -keyout "$RIG/key" -out "$RIG/cert" 2> /dev/null
relay_down
RELAY_PORT=$(free_port)
relay_up --tls "$RIG/cert,$RIG/key"
before=$(taken)
NOTIFY='starttls = "must"' again
asks secret
ok 'SIGUSR1: another port, and TLS with a certificate that fits nobody: it gets time' wait_for 20 paused 10
like "$(grep 'trying again' "$RIG/notify.log")" '[Cc]ertificate' 'and the log says why'
is "$(taken)" "$before" 'nothing was sent'
NOTIFY=$'starttls = "must"\ntls_verify = false' again
asks known
ok 'without the check it is sent' wait_for 20 taken_is $((before + 1))
is "$(tail -n 1 "$RIG/relay/log.jsonl" | json tls mail_from)" $'true\t' 'over TLS'
unlike "$RELAY_PORT" "^$first_port\$" 'on the other port'
ok 'every mail that arrived is valid' all_valid
notifier_down
is "$notifier_status" 0 'the notifier ends with 0'
finish
