#!/bin/bash
# SPDX-License-Identifier: MIT
# From trying to trusting: observe, copy, on; discard or remove; and how a new configuration comes into effect.
. "$(dirname "$0")/lib.sh"
MILTER='mode = "observe"'
# Here the ticket domain has mailboxes, as before the milter came.
rig_up 'virtual_mailbox_domains = people.example tickets.example' \
  'virtual_mailbox_maps = inline:{bob@people.example=bob/ help@tickets.example=help/}' \
  'relay_domains =' 'transport_maps ='

mail r@remote.example 'observed' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'observe: the mail goes on'
ok 'observe: and is delivered as ever' wait_for 10 mailbox_has help 1
is "$(tickets)" 0 'observe: no ticket'
ok 'observe: the verdict is in the log' log_has 'verdict=accept'
mail r@remote.example 'observed' | send r@remote.example help+4711@tickets.example
like "$(rcpt help+4711@tickets.example)" '^250 ' 'observe: nothing is refused'
ok 'observe: that is delivered too' wait_for 10 mailbox_has help 2

MILTER='mode = "copy"' reconfigure
mail r@remote.example 'copied' | send r@remote.example help@tickets.example
ok 'copy: the mail goes on' wait_for 10 mailbox_has help 3
is "$(tickets)" 1 'copy: and is a ticket'
mail r@remote.example 'copied' | send r@remote.example help+4711@tickets.example
like "$(final)" '^250 ' 'copy: nothing is refused'
ok 'copy: that is delivered' wait_for 10 mailbox_has help 4
is "$(tickets)" 1 'copy: without a ticket'

MILTER='mode = "on"' reconfigure
mail r@remote.example 'taken' | send r@remote.example help@tickets.example bob@people.example
ok 'on: Bob gets his mail' wait_for 10 mailbox_has bob 1
is "$(tickets),$(mailbox help)" 2,4 'on: a ticket and no delivery'
MILTER='consume = "remove"' reconfigure
mail r@remote.example 'removed' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'remove: answered 250'
is "$(tickets)" 3 'remove: a ticket'
mail r@remote.example 'removed' | send r@remote.example help@tickets.example help@tickets.example HELP+1@tickets.example bob@people.example
ok 'remove: Bob gets his mail' wait_for 10 mailbox_has bob 2
is "$(mailbox help)" 4 'remove: every spelling of our recipients is taken out'

# -- reload

MILTER='mode = "observe"' reconfigure
mail r@remote.example 'observed again' | send r@remote.example help@tickets.example
ok 'SIGUSR1: the new configuration is in effect' wait_for 10 mailbox_has help 5
MILTER=$'mode = "sometimes"\nmax_subject = "many"\ncolour = 3'
rig_config > "$RIG/ticket-milter.toml"
milter_signal USR1
for key in mode max_subject colour; do ok "SIGUSR1: a bad file, the complaint about $key is logged" wait_for 10 log_has "$key"; done
mail r@remote.example 'observed still' | send r@remote.example help@tickets.example
ok 'SIGUSR1: and the old configuration stays' wait_for 10 mailbox_has help 6
ticket check > "$RIG/out" 2>&1
is $? 78 'A1 ticket check on that file ends with 78'
is "$(grep -cE 'milter\.toml:[0-9]+' "$RIG/out")" 3 'A1 with all three complaints, file and line'
milter_down
is "$milter_status" 0 'SIGTERM ends it with 0'
"$BUILD/ticket-milter" -c "$RIG/ticket-milter.toml" -f 2> "$RIG/out"
is $? 78 'A1 with a bad configuration the milter does not start, exit 78'
finish
