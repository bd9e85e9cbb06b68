#!/bin/bash
# SPDX-License-Identifier: MIT
# Authentication-Results as a checker before us adds it: Postfix itself puts the field on top here, by what the envelope sender is. What the client wrote
# into its mail stands below that, and proves nothing.
. "$(dirname "$0")/lib.sh"
FIRST_ID=12
rig_up 'smtpd_sender_restrictions = check_sender_access texthash:$config_directory/checker'
cat > "$RIG/postfix/etc/checker" <<'MAP'
good@staff.example PREPEND Authentication-Results: mx.example.test; dmarc=pass header.from=staff.example; dkim=pass header.d=staff.example
bad@staff.example PREPEND Authentication-Results: mx.example.test; dmarc=fail header.from=staff.example; dkim=none
MAP
mail r@remote.example 'twelve' | send r@remote.example help@tickets.example
forged='Authentication-Results: mx.example.test; dmarc=pass header.from=staff.example; dkim=pass header.d=staff.example'
received='Received: from x (y.example [192.0.2.7]) by mx.example.test (Postfix) with ESMTP id 1; Sat, 21 Nov 2026 05:00:00 +0000'
# comment SENDER [FIELD]...: an agent's comment by mail of that envelope sender; says the reply.
comment() { local sender=$1; shift; mail 'Ann <ann@staff.example>' 'x' "$@" | send "$sender" help+comment-12@tickets.example; final; }

like "$(comment good@staff.example)" '^250 ' 'what the checker says proves an agent'
is "$(of 12 entries.-1.kind entries.-1.actor)" $'comment\tann@staff.example' 'and the comment is there'
like "$(comment none@staff.example)" '^550 5\.7\.1 ' 'without it there is no proof'
like "$(comment bad@staff.example)" '^550 5\.7\.1 ' 'nor where it says fail'
like "$(comment bad@staff.example "$forged")" '^550 5\.7\.1 ' 'A70 the client says pass below the fail of the checker: fail'
like "$(comment none@staff.example "$received" "$forged")" '^550 5\.7\.1 ' 'A70 a field below a Received field is none'
like "$(comment none@staff.example 'Authentication-Results: mx.evil.example; dmarc=pass header.from=staff.example')" '^550 5\.7\.1 ' 'A70 nor one of another checker'
like "$(comment none@staff.example 'X-Ticket-Actor: ann@staff.example' 'X-Ticket-Proven: yes' 'X-Ticket-Login: ann')" '^550 5\.7\.1 ' 'A71 X-Ticket fields from outside are worth nothing'
is "$(of 12 entries.#)" 2 'none of these left anything'

mail 'Ann <ann@staff.example>' 'take it' | send good@staff.example help+take-correspond-12@tickets.example
is "$(of 12 owner entries.-2.kind entries.-1.kind)" $'ann@staff.example\ttake\tcorrespond' 'take and correspond by DMARC'
mail 'Ann <ann@staff.example>' 'mine, says who' | send none@staff.example help+correspond-resolve-12@tickets.example
like "$(final)" '^550 5\.7\.1 .*modify' 'resolve without proof, even for the owner: refused'
is "$(of 12 status entries.-1.kind)" $'open\tcorrespond' 'with all of it'
finish
