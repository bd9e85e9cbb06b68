-- SPDX-License-Identifier: MIT
-- The null sender is refused neither at MAIL nor at the RCPT of a queue.
dofile("lib.lua")
local c = connect()
mail(c, "<>")
same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "RCPT from <> passes")
assert(mt.abort(c) == nil)
mail(c, "<>")
same(rcpt(c, "<help+nosuch@tickets.example>"), SMFIR_REPLYCODE, "an address that does not exist is refused from <> too")
mt.disconnect(c)
