#!/bin/bash
# SPDX-License-Identifier: MIT
# Who may: the rights of a queue, proof, and that a refusal leaves nothing behind.
. "$(dirname "$0")/lib.sh"
FIRST_ID=12
rig_up
mail r@remote.example 'twelve' | send r@remote.example help@tickets.example

# refused REPLY NAME: ticket 12 is what it was when `before` was set.
state() { of 12 owner status entries.#; }
refused() {
  like "$(final)" "$1" "$2: refused"
  is "$(state)" "$before" "$2: nothing recorded"
}
before=$(state)

mail r@remote.example 'x' | send r@remote.example help+comment-12@tickets.example
refused '^550 5\.7\.1 .*comment.*help' 'A12 comment without the right'
mail r@remote.example 'x' | send r@remote.example help+take-12@tickets.example
refused '^550 5\.7\.1 ' 'A22 take without own'
mail r@remote.example 'x' | send r@remote.example help+correspond-take-12@tickets.example
refused '^550 5\.7\.1 ' 'A23 correspond-take, may reply but not own'
mail r@remote.example 'x' | send r@remote.example help+take-correspond-12@tickets.example
refused '^550 5\.7\.1 ' 'A24 take-correspond without own'
mail r@remote.example 'x' | send r@remote.example help+resolve-12@tickets.example
refused '^550 5\.7\.1 ' 'resolve without modify'
mail 'Ann <ann@staff.example>' 'x' | send ann@staff.example help+take-12@tickets.example
refused '^550 5\.7\.1 ' 'A22 take by an agent without proof'
mail 'Ann <ann@staff.example>' 'x' | send -l mallory ann@staff.example help+take-12@tickets.example
refused '^550 5\.7\.1 ' 'A22 take by an agent with another login'
mail 'Ann <ann@staff.example>' 'x' "Authentication-Results: mx.elsewhere.example; dmarc=pass header.from=staff.example" |
  send ann@staff.example help+take-12@tickets.example
refused '^550 5\.7\.1 ' 'A70 take with the Authentication-Results of a stranger'

BODY='' mail 'Ann <ann@staff.example>' 'take' | send -l ann ann@staff.example help+take-12@tickets.example
like "$(final)" '^250 ' 'A19 take by a proven agent'
is "$(of 12 owner status entries.-1.kind entries.-1.text)" $'ann@staff.example\topen\ttake\t' 'A19 owner set, no text recorded'
count=$(of 12 entries.#)
BODY='' mail 'Ann <ann@staff.example>' 'resolve' | send -l ann ann@staff.example help+resolve-12@tickets.example
is "$(of 12 status entries.# entries.-1.kind)" "resolved"$'\t'"$((count + 1))"$'\t'"resolve" 'A21 resolved by exactly one more entry'
BODY='' mail 'Ann <ann@staff.example>' 'resolve again' | send -l ann ann@staff.example help+resolve-12@tickets.example
like "$(final)" '^250 ' 'resolving a resolved ticket is fine'
is "$(of 12 status)" resolved 'and does nothing'
mail 'Ann <ann@staff.example>' 'by dkim' "Authentication-Results: mx.example.test; dmarc=pass header.from=staff.example" |
  send ann@staff.example help+comment-12@tickets.example
is "$(of 12 entries.-1.kind entries.-1.actor)" $'comment\tann@staff.example' 'dmarc=pass of our own MTA proves an agent'
TRUST='networks = ["192.0.2.0/24"]' reconfigure
mail 'Ann <ann@staff.example>' 'by network' | send -a 192.0.2.7 ann@staff.example help+comment-12@tickets.example
like "$(final)" '^250 ' 'a client in [trust] networks proves an agent'
mail 'Ann <ann@staff.example>' 'by network' | send -a 198.51.100.7 ann@staff.example help+comment-12@tickets.example
like "$(final)" '^550 5\.7\.1 ' 'one outside does not'
TRUST='unsafe_email_commands = true' reconfigure
BODY='' mail 'Ann <ann@staff.example>' 'unsafe' | send ann@staff.example help+resolve-12@tickets.example
like "$(final)" '^(250|550 5\.7\.1) ' 'unsafe_email_commands is heeded'

HELP_RIGHTS='own = ["anyone"]' TRUST='unsafe_email_commands = true' reconfigure
mail r@remote.example 'thirteen' | send r@remote.example help@tickets.example
mail r@remote.example 'mine' | send r@remote.example help+take-correspond-13@tickets.example
like "$(final)" '^250 ' 'A20 take-correspond'
is "$(of 13 owner entries.-2.kind entries.-1.kind)" $'r@remote.example\ttake\tcorrespond' 'A20 both, in order'
HELP_RIGHTS=$'own = ["agents"]\nreply = ["owner"]' reconfigure
mail r@remote.example 'fourteen' | send r@remote.example help@tickets.example
mail 'Ann <ann@staff.example>' 'x' | send -l ann ann@staff.example help+correspond-14@tickets.example
like "$(final)" '^550 5\.7\.1 ' 'A25 reply = owner: others may not'
mail 'Ann <ann@staff.example>' 'x' | send -l ann ann@staff.example help+take-correspond-14@tickets.example
is "$(of 14 owner entries.-2.kind entries.-1.kind)" $'ann@staff.example\ttake\tcorrespond' 'A25 who takes first may'

HELP_RIGHTS='create = ["agents"]' reconfigure
people=$(people) tickets=$(tickets)
mail stranger@elsewhere.example 'hello' | send stranger@elsewhere.example help@tickets.example
like "$(final)" '^550 5\.7\.1 .*create.*help' 'A7 create = agents: refused, naming right and queue'
is "$(tickets),$(people)" "$tickets,$people" 'A7 no ticket, no person record'
mail 'Ann <ann@staff.example>' 'hello' | send -l ann ann@staff.example help@tickets.example
like "$(final)" '^250 ' 'A7 an agent may'
HELP_RIGHTS='create = ["@partner.example", "one@elsewhere.example"]' reconfigure
for who in any@partner.example one@elsewhere.example; do
  mail $who 'hello' | send $who help@tickets.example
  like "$(final)" '^250 ' "create for $who"
done
mail any@sub.partner.example 'hello' | send any@sub.partner.example help@tickets.example
like "$(final)" '^550 5\.7\.1 ' 'and not for a subdomain'
HELP_RIGHTS='create = ["known"]' reconfigure
mail one@elsewhere.example 'hello' | send one@elsewhere.example help@tickets.example
like "$(final)" '^250 ' 'create = known: someone on file'
mail newcomer@elsewhere.example 'hello' | send newcomer@elsewhere.example help@tickets.example
like "$(final)" '^550 5\.7\.1 ' 'a newcomer not'
HELP_RIGHTS=$'create = []\nreply = []' reconfigure
mail r@remote.example 'hello' | send r@remote.example help@tickets.example
like "$(rcpt help@tickets.example)" '^550 5\.7\.1 ' 'what nobody may is refused at RCPT'
not_ok 'no mail was sent to anyone' grep -qE 'from=<[^>]*(bounce|help|sales)' "$RIG/postfix/maillog"
finish
