#!/bin/bash
# SPDX-License-Identifier: MIT
# A conversation, from the first mail to the end, with a real Postfix as relay and as everybody's mailbox: who hears of what, from whom, and in which words.
. "$(dirname "$0")/lib.sh"
. "$tests/notices.sh"
HELP='from_name = "Example Help"' SITE='owner = "owner@staff.example"' rig_up "${mailboxes[@]}"
notifier_up

# -- created

MESSAGE_ID=some-message-id@people.example mail 'Bob Brown <bob@people.example>' 'Printer' | send bob@people.example help@tickets.example
gets bob 1 'A28 Bob hears that his mail arrived'
is "$(field "$got" Return-Path)" '<>' 'A28 from the null sender'
is "$(field "$got" Subject)" '[example.com #1] AutoReply: Printer' 'A74 the subject of the acknowledgement'
is "$(field "$got" In-Reply-To)" '<some-message-id@people.example>' 'A46 it answers his mail'
like "$(field "$got" References)" '^<1\.0\.0\.[a-z0-9]+@tickets\.example> <some-message-id@people\.example>$' 'A46 References begin with the ticket'
pseudo=$(field "$got" References | cut -d' ' -f1)
is "$(field "$got" Precedence),$(field "$got" Auto-Submitted)" 'bulk,auto-replied' 'A48 it is marked as automatic'
is "$(field "$got" To)" 'bob@people.example' 'to nobody else'
unlike "$(said "$got")" 'on fire' 'it does not quote what he wrote'
gets a 1 'the agents hear of a new ticket'
is "$(field "$got" Subject)" '[example.com #1] Printer' 'A74 under its subject'
is "$(field "$got" Precedence),$(field "$got" Auto-Submitted)" ',' 'A48 a person'\''s words are not marked as automatic'
like "$(said "$got")" 'on fire' 'A65 with what was written'
like "$(field "$got" From)" '^"?Bob Brown via Example Help"? <help@tickets\.example>$' 'by the name of who wrote it'

# -- the agent answers

token=$(address_in "$(field "$got" Reply-To)")
like "$token" '^help\+[^@]+@tickets\.example$' 'the answer goes to an address with a token'
mail 'Ann Clerk <ann@staff.example>' 'Re: [example.com #1] [remote-system #79] [comment] Printer' "In-Reply-To: $(field "$got" Message-ID)" | send -l ann ann@staff.example "$token"
like "$(final)" '^250 ' 'Ann answers to that address'
is "$(of 1 status entries.-1.kind)" $'open\tcorrespond' 'on the ticket'
gets bob 2 'Bob gets the answer'
like "$(field "$got" Return-Path)" '^<bounce\+1-[0-9]+\.[a-z0-9]+@tickets\.example>$' 'A55 from a bounce address of ticket and notice'
is "$(field "$got" Subject)" '[example.com #1] [remote-system #79] Printer' 'A40 A41 our tag once, the other system'\''s is carried, a word in brackets is not'
like "$(field "$got" From)" '^"?Ann Clerk via Example Help"? <help@tickets\.example>$' 'by her name, from the queue'
like "$(field "$got" References)" "^${pseudo//./\\.} " 'References begin with the ticket'
like "$(field "$got" In-Reply-To)" '^<[^ ]+@remote\.example>$' 'it answers her mail'
unlike "$(cat "$got")" 'a@staff|ann@staff' 'nobody'\''s address but his own is in it'
gets a 2 'the other agents hear of it'
is "$(mailbox ann)" 0 'A49 and Ann, who wrote it, does not'

# -- the requestor replies

token=$(address_in "$(field "$(newest_mail bob)" Reply-To)")
mail 'Bob <bob@people.example>' 'no tag here' 'X-Ticket-Squelch: a@staff.example' 'X-Ticket-Send-Cc: carol@people.example' | send bob@people.example "$token"
is "$(tickets),$(of 1 entries.-1.actor)" 1,bob@people.example 'a reply to the token finds its ticket without a tag'
gets a 3 'the agents get it'
is "$(field "$got" Subject)" '[example.com #1] [remote-system #79] Printer' 'A74 under the ticket'\''s subject'
is "$(grep -ci '^X-Ticket-S' "$got"),$(mailbox carol)" 0,0 'A71 fields from outside are neither obeyed nor passed on'
is "$(mailbox bob)" 2 'A49 the requestor does not hear of his own reply'

# -- comment and resolve

BODY='He has not paid.' mail 'Ann <ann@staff.example>' 'Re: Printer' | send -l ann ann@staff.example help-comment+1@tickets.example
is "$(of 1 entries.-1.kind)" comment 'Ann comments'
gets a 4 'A14 the agents see the comment'
is "$(field "$got" Subject)" '[example.com #1] [Comment] [remote-system #79] Printer' 'A74 its subject'
like "$(field "$got" From)" '<help-comment@tickets\.example>$' 'from the address of comments'
like "$(field "$got" Reply-To)" '^<?help-comment\+' 'and an answer to it is a comment'
BODY='' mail 'Ann <ann@staff.example>' 'Re: Printer' | send -l ann ann@staff.example help+resolve-1@tickets.example
is "$(of 1 status)" resolved 'Ann resolves the ticket'
gets bob 3 'Bob hears that it is settled'
is "$(field "$got" Subject)" '[example.com #1] Resolved: [remote-system #79] Printer' 'A74 its subject'
is "$(field "$got" Auto-Submitted)" auto-generated 'marked as generated'
is "$(grep -rl 'not paid' "$RIG/postfix/mail/bob" | wc -l)" 0 'A14 A74 a comment never reaches a requestor'

# -- what others do

mail 'Carol <carol@people.example>' 'Two' | send carol@people.example help@tickets.example sales@tickets.example
gets carol 1 'N13 Carol writes to two queues'
mail 'Dave <dave@people.example>' '[remote-system #79] Three' > "$RIG/again"
for i in 1 2; do send dave@people.example help@tickets.example < "$RIG/again"; done
like "$(final)" '^250 ' 'N10 the same mail comes again'
gets dave 1 'N10 Dave hears that his mail arrived'
is "$(field "$got" Subject)" '[example.com #4] AutoReply: [remote-system #79] Three' 'A40 a foreign tag stays'
mail 'Bob Brown <bob@people.example>' 'Four' | send bob@people.example help@tickets.example
gets a 7 'another ticket'
is "$(for to in bob carol dave; do sent '[^ ]*' $to@people.example; done | xargs)" '3 1 1' 'A28 N10 N13 nobody is acknowledged twice, nor once more on a day without proof'
ok 'every mail that arrived is valid' all_valid
notifier_down
is "$notifier_status" 0 'the notifier ends with 0'
finish
