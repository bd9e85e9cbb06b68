#!/bin/bash
# SPDX-License-Identifier: MIT
# Which ticket: subject tags, msg-ids, bare numbers, and who may use them.
. "$(dirname "$0")/lib.sh"
FIRST_ID=12
SITE='former_names = ["oldsite"]'
rig_up

# follow SUBJECT NAME [FIELD]...: a mail of the requestor with that subject belongs to ticket 12.
entries=1
follow() {
  local subject=$1 name=$2
  shift 2
  mail r@remote.example "$subject" "$@" | send r@remote.example help@tickets.example
  is "$(of 12 entries.#)" $((entries + 1)) "$name" || diag "$(final)"
  entries=$(of 12 entries.#)
}
# opens SUBJECT NAME [FIELD]...: the same opens a new ticket.
opens() {
  local before subject=$1 name=$2
  shift 2
  before=$(newest)
  mail "${FROM:-r@remote.example}" "$subject" "$@" | send r@remote.example help@tickets.example
  is "$(newest)" $((before + 1)) "$name" || diag "$(final)"
}

MESSAGE_ID=original@remote.example mail r@remote.example 'test' 'Cc: colleague@partner.example' | send r@remote.example help@tickets.example
follow '[example.com #12] test' 'A37 the tag of the site'
is "$(of 12 subject)" test 'A37 the subject of the ticket is unchanged'
follow 'Re: AW: [http://example.com #12] test' 'A38 http in the tag'
follow '[https://example.com #12] test' 'A38 https in the tag'
follow '[Windows/Servers-Desktops #12] test' 'A39 the tag of any queue, taken literally'
follow '[EXAMPLE.com  #12 ] test' 'case and white space in a tag do not matter'
follow '[example.com #12] [remote-system #79] test' 'A40 a foreign tag beside ours'
follow '[example.com #12] [comment] test' 'A41 and a word in brackets'
follow '[oldsite #12] test' 'A45 a former name'
follow '=?utf-8?q?=5Bexample=2Ecom_=2312=5D_test?=' 'the tag is read after decoding'
opens '[remote-system #12] test' 'A44 a foreign tag is not ours'
is "$(of "$(newest)" subject)" '[remote-system #12] test' 'A40 and stays in the subject'
opens '[example.com #4711] test' 'N17 the tag of an unknown ticket: a new ticket'
is "$(of "$(newest)" subject)" test 'N17 without our tag in its subject'
opens '[example.com #0] test' 'number 0 is no ticket'
opens '[example.com #99999999999999999999999] test' 'nor is one over 64 bit'
opens '[Windows?Servers.Desktops #12] test' 'A39 a tag is no regular expression'

# -- msg-ids

follow 'Re: test' 'a stored msg-id in In-Reply-To' 'In-Reply-To: <original@remote.example>'
follow 'Re: test' 'and in References' 'References: <other@remote.example> <original@remote.example> <else@remote.example>'
mail 'Colleague <colleague@partner.example>' 'Re: test' 'In-Reply-To: <original@remote.example>' 'Cc: r@remote.example' |
  send colleague@partner.example help@tickets.example
is "$(of 12 entries.#)" $((entries + 1)) 'N20 the colleague who answers the original joins the ticket'
FROM=stranger@elsewhere.example opens 'Re: test' 'a stranger who knows a msg-id does not' 'In-Reply-To: <original@remote.example>'

# -- a bare number

before=$(newest)
entries=$(of 12 entries.#)
mail stranger@elsewhere.example 'hello' | send stranger@elsewhere.example help+12@tickets.example
like "$(final)" '^250 ' 'A9 a stranger at help+12@'
is "$(newest)" $((before + 1)) 'A9 opens a new ticket'
is "$(of $((before + 1)) links),$(of 12 entries.#)" "12,$entries" 'A9 linked to 12, which has no more entries'
before=$(newest)
mail stranger@elsewhere.example '[example.com #12] hello' | send stranger@elsewhere.example help@tickets.example
is "$(newest),$(of $((before + 1)) links)" "$((before + 1)),12" 'a stranger with the subject tag: likewise'

TRUST='followup_by_number = "anyone"' reconfigure
mail stranger@elsewhere.example 'hello' | send stranger@elsewhere.example help+12@tickets.example
is "$(of 12 entries.# entries.-1.actor)" $((entries + 1))$'\tstranger@elsewhere.example' 'A10 followup_by_number = anyone: on 12'
TRUST='followup_by_number = "anyone"' HELP_RIGHTS='reply = ["participants"]' reconfigure
mail another@elsewhere.example 'hello' | send another@elsewhere.example help+12@tickets.example
like "$(final)" '^550 5\.7\.1 .*12' 'A9 with reply = participants: refused, naming the ticket'
is "$(of 12 entries.#)" $((entries + 1)) 'A9 and 12 is unchanged'

# -- tags of other alphabets, in the body, and names that look odd

SALES='' CONFIG=$'[[queue]]\nname = "uni"\naddresses = ["uni@tickets.example"]\ntag = "Größe"\ntag_in = ["subject", "body"]' reconfigure
entries=$(of 12 entries.#)
follow '=?utf-8?q?=5BGr=C3=B6=C3=9Fe_=2312=5D?= test' 'A42 a non-ASCII tag, encoded in UTF-8'
follow '=?iso-8859-1?q?=5BGr=F6=DFe_=2312=5D?= test' 'A42 and in latin-1'
SITE='former_names = ["site"]' reconfigure
follow '[site #12] test' 'A43 a site called site'

# -- reopening

mail 'Ann <ann@staff.example>' 'done' | send -l ann ann@staff.example help+comment-resolve-12@tickets.example
is "$(of 12 status)" resolved 'resolved'
mail r@remote.example 'vacation' 'Auto-Submitted: auto-replied' | send r@remote.example help+12@tickets.example
is "$(of 12 status entries.-1.kind)" $'resolved\tauto_reply' 'N27 an automatic reply does not reopen'
mail r@remote.example 'not done' | send r@remote.example help+12@tickets.example
is "$(of 12 status)" open 'N27 a person does'
HELP='reopen = "never"' reconfigure
mail 'Ann <ann@staff.example>' 'done' | send -l ann ann@staff.example help+comment-resolve-12@tickets.example
before=$(newest)
mail r@remote.example 'not done' | send r@remote.example help+12@tickets.example
is "$(of 12 status),$(newest),$(of "$(newest)" links)" "resolved,$((before + 1)),12" 'reopen = never: a new ticket, linked'
finish
