#!/bin/bash
# SPDX-License-Identifier: MIT
# What one sender may do in a while, through Postfix: counted in the store, so a restart does not forget it.
. "$(dirname "$0")/lib.sh"
# Those of notices are another matter.
limits() { printf '%s\n' '[limit]' 'notices_per_recipient = ["1000/1h"]' "$@"; }
CONFIG=$(limits 'new_tickets_per_sender = "5/2h"' 'reopens_per_sender = "1/1h"' 'exempt = ["monitor@remote.example", "@partner.example", "192.0.2.0/24"]') rig_up

for i in 1 2 3 4 5; do
  mail r@remote.example "mail $i" | send r@remote.example help@tickets.example
  like "$(final)" '^250 ' "N23 new ticket $i of 5"
done
mail r@remote.example 'mail 6' | send r@remote.example help@tickets.example
like "$(final)" '^450 4\.7\.1 .*r@remote\.example.*5 in 2h' 'N23 then 450 4.7.1, which names sender and rate'
is "$(tickets),$(journal)" 5,0 'N23 and nothing is written'
counted() { ticket stats --prometheus | grep -q 'decisions_total{verdict="tempfail",rule="limit-new-tickets",class="human"} 1$'; }
ok 'but counted for a monitor' wait_for 10 counted || diag "$(ticket stats --prometheus | grep decisions)"
milter_down
milter_up
mail R@Remote.example 'mail 6' | send other@remote.example help@tickets.example
like "$(final)" '^450 4\.7\.1 ' 'N23 the same after a restart; the author counts, in any case, not the envelope'
milter_down KILL
milter_up
mail r@remote.example 'mail 6' | send r@remote.example help@tickets.example
like "$(final)" '^450 4\.7\.1 ' 'N23 and after kill -9'
mail r@remote.example 'mail 6' | send r@remote.example sales@tickets.example bob@people.example
like "$(final)" '^450 4\.7\.1 ' 'mail for others, too, waits whole'
mail r@remote.example 'more' | send r@remote.example help+1@tickets.example
like "$(final)" '^250 ' 'a follow-up costs nothing'
mail other@remote.example 'another' | send other@remote.example help@tickets.example
like "$(final)" '^250 ' 'another sender has a count of its own'

# exempt FROM SEND-OPTION...: six more tickets.
exempt() {
  local from=$1 i
  shift
  for i in 1 2 3 4 5 6; do
    mail "$from" "mail $i" | send "$@" "$from" help@tickets.example
    [[ $(final) == 250\ * ]] || return 1
  done
}
ok 'an exempt address passes' exempt monitor@remote.example
ok 'an exempt domain passes' exempt any@partner.example
ok 'an exempt network passes' exempt x@elsewhere.example -a 192.0.2.9
ok 'an agent with proof passes' exempt ann@staff.example -l ann
not_ok 'an address of an agent without proof does not' exempt ann@staff.example

is "$(ticket stats --json | json limits.0.limit limits.0.who limits.0.used limits.0.count limits.0.window limits.0.over | head -n 1)" \
  $'new_tickets_per_sender\t'"$(ticket stats --json | json limits.0.who)"$'\t5\t5\t7200\ttrue' 'stats names who is over'
like "$(ticket stats)" 'new_tickets_per_sender +r@remote\.example +5 in 2h +5' 'also in words'
unlike "$(ticket stats)" 'other@remote|monitor@' 'and nobody else'

close() { BODY='' mail ann@staff.example 'close' | send -l ann ann@staff.example help+resolve-1@tickets.example; }
close
mail r@remote.example 'not yet' | send r@remote.example help+1@tickets.example
is "$(of 1 status)" open 'a reply reopens'
close
mail r@remote.example 'not yet, again' | send r@remote.example help+1@tickets.example
like "$(final)" '^250 ' 'over reopens_per_sender it is taken all the same'
is "$(of 1 status entries.-1.kind)" $'resolved\tcorrespond' 'and filed, but the ticket stays closed'
like "$(ticket show 1)" 'not reopened: r@remote.example' 'which the history tells'

CONFIG=$(limits 'new_tickets_per_sender = "6/2h"') reconfigure
mail r@remote.example 'mail 6' | send r@remote.example help@tickets.example
like "$(final)" '^250 ' 'a reload with another count goes on with what was counted'
mail r@remote.example 'mail 7' | send r@remote.example help@tickets.example
like "$(final)" '^450 4\.7\.1 ' 'and ends there'

holiday() {
  BODY='I am on holiday until Monday.' mail v@remote.example 'Re: [example.com #1] printer' 'In-Reply-To: <x@y.example>' |
    send v@remote.example help@tickets.example
}
CONFIG='' TRUST='followup_by_number = "anyone"' reconfigure
holiday; holiday
like "$(final)" '^250 ' 'loop-7 twice the same answer'
holiday
like "$(final)" '^554 5\.4\.6 ' 'loop-7 the third is a loop'
ok 'and the log says so' log_has 'class=own_loop rule=loop-7 verdict=reject'
finish
