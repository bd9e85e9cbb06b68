#!/bin/bash
# SPDX-License-Identifier: MIT
# What bash offers after a tab.
. "$(dirname "$0")/lib.sh"
desk_up
ticket init > /dev/null
for i in 1 2 3; do ticket create --queue help --requestor r@remote.example --subject "$i" < /dev/null > /dev/null; done
ticket resolve 2
. "$top/conf/ticket.bash-completion"
# offered WORD...: what may stand for the last one, sorted; the configuration is ours.
offered() {
  COMP_WORDS=("$BUILD/ticket" -c "$DESK/ticket-milter.toml" "$@") COMP_CWORD=$(($# + 2))
  _ticket 2> /dev/null
  printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
}
is "$(offered sho)" "show " "a command"
is "$(offered un)" "unsquelch unwatch " "two commands"
unlike "$(offered '')" 'complete' "not the one for this"
is "$(offered list --st)" "--status " "an option of the command"
is "$(offered list --js)" "--json " "or one of all"
is "$(offered list --queue '')" "help office sales " "queues"
is "$(offered list --status re)" "rejected resolved " "statuses"
is "$(offered take '')" "1 3 " "tickets that are worked on"
is "$(offered take 1 --as '')" "ann@staff.example " "agents"
is "$(offered assign 1 '')" "ann@staff.example nobody " "owners"
is "$(offered set 1 p)" "priority= " "fields"
is "$(offered person fo)" "forget " "what can be done to people"
is "$(offered reply 1 --attach x)" " " "files are left to the shell"
is "$(offered nonsense '')" "$(offered '')" "what is no command is passed over"
rm "$DESK/ticket-milter.toml"
is "$(offered take '')" " " "without a configuration there is nothing"
is "$("$BUILD/ticket" complete -- -c "$DESK/none" list --queue '' 2>&1)" "" "and no complaint"
finish
