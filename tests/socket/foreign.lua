-- SPDX-License-Identifier: MIT
-- Mail that is not for us is let go at DATA, so that we never see its content.
dofile("lib.lua")
local c = connect()
mail(c, "<r@remote.example>")
same(rcpt(c, "<bob@elsewhere.example>"), SMFIR_CONTINUE, "another's recipient is let pass")
same(rcpt(c, "<postmaster@tickets.example>"), SMFIR_CONTINUE, "so is postmaster")
assert(mt.data(c) == nil)
same(mt.getreply(c), SMFIR_ACCEPT, "ACCEPT at DATA")
-- the connection goes on
mail(c, "<r@remote.example>")
same(rcpt(c, "<help@tickets.example>"), SMFIR_CONTINUE, "the next one is ours")
same(message(c, plain("after a foreign one")), SMFIR_DISCARD, "and is filed")
same(count_tickets(), 1, "one ticket")
mt.disconnect(c)
